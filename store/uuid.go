package store

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// registerUUID makes pgx send and read uuid.UUID as the 16 bytes that it is; by itself it would
// go by text, which shows in a profile.
func registerUUID(types *pgtype.Map) {
	types.TryWrapEncodePlanFuncs = append(
		[]pgtype.TryWrapEncodePlanFunc{wrapUUIDEncode}, types.TryWrapEncodePlanFuncs...)
	types.TryWrapScanPlanFuncs = append(
		[]pgtype.TryWrapScanPlanFunc{wrapUUIDScan}, types.TryWrapScanPlanFuncs...)
	types.RegisterDefaultPgType(uuid.UUID{}, "uuid")
}

// pgUUID is a uuid.UUID in pgx's eyes.
type pgUUID uuid.UUID

// ScanUUID is pgtype.UUIDScanner.
func (u *pgUUID) ScanUUID(v pgtype.UUID) error {
	if !v.Valid {
		return fmt.Errorf("a NULL is no %T", uuid.UUID{})
	}
	*u = v.Bytes
	return nil
}

// UUIDValue is pgtype.UUIDValuer.
func (u pgUUID) UUIDValue() (pgtype.UUID, error) {
	return pgtype.UUID{Bytes: u, Valid: true}, nil
}

func wrapUUIDEncode(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
	if id, ok := value.(uuid.UUID); ok {
		return &encodeUUID{}, pgUUID(id), true
	}
	return nil, nil, false
}

type encodeUUID struct{ next pgtype.EncodePlan }

func (p *encodeUUID) SetNext(next pgtype.EncodePlan) { p.next = next }

func (p *encodeUUID) Encode(value any, buf []byte) ([]byte, error) {
	return p.next.Encode(pgUUID(value.(uuid.UUID)), buf)
}

func wrapUUIDScan(target any) (pgtype.WrappedScanPlanNextSetter, any, bool) {
	if id, ok := target.(*uuid.UUID); ok {
		return &scanUUID{}, (*pgUUID)(id), true
	}
	return nil, nil, false
}

type scanUUID struct{ next pgtype.ScanPlan }

func (p *scanUUID) SetNext(next pgtype.ScanPlan) { p.next = next }

func (p *scanUUID) Scan(src []byte, target any) error {
	return p.next.Scan(src, (*pgUUID)(target.(*uuid.UUID)))
}
