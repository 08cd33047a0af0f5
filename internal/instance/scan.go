package instance

import (
	"context"
	"fmt"
	"io"

	"stafett/internal/core"
	"stafett/internal/fault"
)

// Scanner looks for malware in a file and gives the name of what it found, "" for nothing. An error
// means that nothing is known of the file.
type Scanner interface {
	Scan(ctx context.Context, body io.Reader) (found string, err error)
}

// scan shows a file that has been taken in to the scanner, where there is one. Only a file that it
// has seen all of and found nothing in goes on: a case never holds one that nobody has looked at.
func (s *Service) scan(ctx context.Context, a core.Actor, p *Part) error {
	if s.Scanner == nil {
		return nil
	}
	body := s.Store.ReadUpload(ctx, a, p.Upload)
	defer body.Close()
	found, err := s.Scanner.Scan(ctx, body)
	switch {
	case err != nil:
		return fault.Wrap(fault.Unavailable, KeyScanAway, fmt.Errorf("scan %s: %w", p.Upload, err))
	case found != "":
		s.Log.WarnContext(ctx, "malware refused", "id", core.RequestID(ctx), "upload", p.Upload,
			"found", found, "type", p.DataType, "size", p.Size)
		return fault.New(fault.Invalid, "fault.file_virus")
	}
	p.Scan = core.ScanClean
	return nil
}

// KeyScanAway is the text of a file that was not taken because the scanner does not answer.
const KeyScanAway = "fault.scan_away"
