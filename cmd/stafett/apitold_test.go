package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/core"
)

// TestAPI_TellsHowItGoesInTheAnswer is for who hands over: what the new case tells its source comes in the
// answer to who asks for it there, the same again when the call is made again, and else by a delivery. It comes
// one way alone.
func TestAPI_TellsHowItGoesInTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	authorization := bearer(w.write(t))
	for name, c := range map[string]struct {
		prefer, key string
		inAnswer    bool
	}{
		"asked for":              {"return=minimal, report", "told", true},
		"another way to ask":     {"Report, return=minimal", "told too", true},
		"no answer to come in":   {"report", "whole", false},
		"not asked for":          {"return=minimal", "minimal", false},
		"no key to ask again by": {"return=minimal, report", "", false},
	} {
		source := uuid.NewString()
		body := strings.Replace(ownB, "{", `{"dataValues":{"sourceApp":"nordvik/arrangementsstotte","sourceInstance":"50001/`+
			source+`"},`, 1)
		send := func() (reply, *core.Report) {
			r := w.do(t, "POST", makeB, strings.NewReader(body), "Content-Type", jsonKind,
				"Authorization", authorization, "Prefer", c.prefer, "Idempotency-Key", c.key)
			var got struct{ Report *core.Report }
			if err := json.Unmarshal(r.body, &got); err != nil {
				t.Fatalf("%s: %v: %s", name, err, r.body)
			}
			return r, got.Report
		}
		first, told := send()
		applied := strings.Join(first.header.Values("Preference-Applied"), ", ")
		if first.status != 201 || (told != nil) != c.inAnswer || strings.Contains(applied, "report") != c.inAnswer {
			t.Errorf("%s: got %d, told %+v, applied %q", name, first.status, told, applied)
		}
		if told != nil && (told.Label != "Mottatt" || told.Texts["en"].Label != "Received" || told.Moment.IsZero()) {
			t.Errorf("%s: told %+v", name, told)
		}
		if again, same := send(); c.inAnswer && (again.status != 200 || same == nil || !same.Moment.Equal(told.Moment)) {
			t.Errorf("%s, again: got %d, told %+v, want %+v", name, again.status, same, told)
		}
		deliveries := w.number(t, `SELECT count(*) FROM delivery WHERE kind = 'report' AND source_id IN (
			SELECT id FROM instance WHERE source_id = $1)`, source)
		if (deliveries > 0) == c.inAnswer {
			t.Errorf("%s: %d deliveries of the report", name, deliveries)
		}
	}
}
