package instance

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"stafett/internal/access"
	"stafett/internal/casequery"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

const (
	maxWord  = 40
	maxWords = 20
)

// Tag marks a case with a word of the organisation's own, or takes it off; it is found by tag: in
// the search. The actor needs the right to take the case. A word is letters, digits, spaces and
// hyphens, in small letters; another is fault.Invalid.
func (s *Service) Tag(
	ctx context.Context, a core.Actor, ref core.InstanceRef, typed string, on bool,
) error {
	change := CaseChange{Ref: ref, anyVersion: true}
	_, err := s.changeCase(ctx, a, change, access.ActionTake, func(tx *store.Tx, v *View) error {
		_, err := setTag(ctx, tx, a, v, typed, on)
		return err
	})
	return err
}

// setTag marks a case with a word, or takes it off, and tells whether it was not so already.
func setTag(
	ctx context.Context, tx *store.Tx, a core.Actor, v *View, typed string, on bool,
) (bool, error) {
	tag, ok := cleanTag(typed)
	if !ok {
		return false, fault.New(fault.Invalid, "fault.tag_signs", maxWord)
	}
	ref := v.Instance.InstanceRef
	tags, err := tx.Tags(ctx, ref)
	if err != nil || slices.Contains(tags, tag) == on {
		return false, err
	}
	if on && len(tags) >= maxWords {
		return false, fault.New(fault.Invalid, "fault.tag_many", maxWords)
	}
	if !on {
		audit(tx, a, core.ActUnlabel, *v, nil)
		return true, tx.RemoveTag(ctx, ref, tag)
	}
	audit(tx, a, core.ActLabel, *v, nil)
	return true, tx.AddTag(ctx, ref, tag, a.User)
}

// cleanTag gives a tag as it is kept; false for what cannot be one. A national identity number is
// no tag: tags stand in addresses.
func cleanTag(typed string) (string, bool) {
	tag := strings.ToLower(strings.Join(strings.Fields(strings.ToValidUTF8(typed, "?")), " "))
	strange := strings.IndexFunc(tag, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '-'
	})
	_, number := casequery.LooksLikePersonNumber(tag)
	first, _ := utf8.DecodeRuneInString(tag)
	ok := strange < 0 && !number && utf8.RuneCountInString(tag) <= maxWord &&
		(unicode.IsLetter(first) || unicode.IsDigit(first))
	return tag, ok
}
