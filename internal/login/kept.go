package login

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"stafett/internal/core"
	"stafett/store"
)

const (
	// KeptFor is how long a post is kept for the person who must sign in again.
	KeptFor = 30 * time.Minute
	// drawnAge is how long a page may stand open and still tell for whom it was drawn.
	drawnAge = 24 * time.Hour
	// maxKept is the most that the fields of a kept post may hold, in bytes.
	maxKept = 1 << 20
)

// KeptPost is what a person posted after their session had ended.
type KeptPost struct {
	// Query is that of the page's address: the row that was open.
	Query  string
	Fields url.Values
}

// Kept is a page that something has been kept from, and when.
type Kept struct {
	Page string
	At   time.Time
}

// drawn tells for whom a page was drawn, and when.
type drawn struct {
	Person core.PartyID `json:"p"`
	At     int64        `json:"t"`
}

// Mark tells for whom a page was drawn, in a form that only the servers read. The page posts it:
// when the session has ended meanwhile, nothing else tells whose post it is.
func (s *Service) Mark(a core.Actor, page string) string {
	if s.sealer == nil || a.Anonymous() {
		return ""
	}
	plain, err := json.Marshal(drawn{a.User, s.Now().Unix()})
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(s.sealer.seal(plain, about("drawn", 0, page)))
}

// drawnFor gives the person whom a mark names; 0 for none.
func (s *Service) drawnFor(mark, page string) core.PartyID {
	sealed, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil || s.sealer == nil || mark == "" {
		return 0
	}
	plain, err := s.sealer.open(sealed, about("drawn", 0, page))
	var d drawn
	if err != nil || json.Unmarshal(plain, &d) != nil {
		return 0
	}
	if age := s.Now().Sub(time.Unix(d.At, 0)); age < -time.Minute || age > drawnAge {
		return 0
	}
	return d.Person
}

// about binds what is sealed to what it is for: it opens nowhere else.
func about(what string, person core.PartyID, page string) []byte {
	return fmt.Appendf(nil, "%s\x00%d\x00%s", what, person, page)
}

// Keep keeps what was posted from a page until the person whom its mark names has signed in again;
// an actor who is signed in, not securely enough, must be that person. It gives until when; zero
// when nothing can be kept, since nobody knows whose it is or it is too much.
func (s *Service) Keep(
	ctx context.Context, a core.Actor, mark, page string, p KeptPost,
) (time.Time, error) {
	person := s.drawnFor(mark, page)
	if person == 0 || !a.Anonymous() && a.User != person {
		return time.Time{}, nil
	}
	plain, err := json.Marshal(p)
	if err != nil || len(plain) > maxKept {
		return time.Time{}, err
	}
	sealed := s.sealer.seal(plain, about("post", person, page))
	err = s.Store.InTx(ctx, personOnly(person), func(tx *store.Tx) error {
		tx.KeepPost(ctx, page, sealed)
		return nil
	})
	if err != nil {
		return time.Time{}, err
	}
	return s.Now().Add(KeptFor), nil
}

// personOnly acts for nobody but the person: rows of theirs are all that it reaches.
func personOnly(person core.PartyID) core.Actor {
	return core.Actor{Kind: core.ActorPerson, User: person, Party: person}
}

// KeptPages gives the pages that something is kept from for the signed-in person, newest first, as
// it was read with the session.
func (s *Service) KeptPages(r *http.Request) []Kept {
	row := s.row(r)
	out := make([]Kept, 0, len(row.Kept))
	for _, k := range row.Kept {
		out = append(out, Kept{k.Page, k.At})
	}
	return out
}

// keptFrom gives what is known of a page with something kept; ok is false for any other.
func (s *Service) keptFrom(r *http.Request, page string) (k Kept, ok bool) {
	list := s.KeptPages(r)
	if i := slices.IndexFunc(list, func(k Kept) bool { return k.Page == page }); i >= 0 {
		return list[i], true
	}
	return Kept{}, false
}

// Kept gives what is kept from a page for the signed-in person, and when it came; ok is false when
// nothing is, or it was sealed with a key that is no longer in use.
func (s *Service) Kept(
	r *http.Request, a core.Actor, page string,
) (p KeptPost, at time.Time, ok bool, err error) {
	k, ok := s.keptFrom(r, page)
	if !ok || s.sealer == nil {
		return p, at, false, nil
	}
	var sealed []byte
	err = s.Store.InTx(r.Context(), personOnly(a.User), func(tx *store.Tx) error {
		var err error
		sealed, err = tx.KeptPost(r.Context(), page)
		return err
	})
	if errors.Is(err, store.ErrNoRow) {
		return p, at, false, nil
	}
	if err != nil {
		return p, at, false, err
	}
	plain, err := s.sealer.open(sealed, about("post", a.User, page))
	if err != nil || json.Unmarshal(plain, &p) != nil {
		return KeptPost{}, at, false, nil
	}
	return p, k.At, true, nil
}

// DropKept removes what is kept from a page: it has been saved, or the person does not want it.
func (s *Service) DropKept(r *http.Request, a core.Actor, page string) error {
	if _, ok := s.keptFrom(r, page); !ok {
		return nil
	}
	return s.Store.InTx(r.Context(), personOnly(a.User), func(tx *store.Tx) error {
		tx.DropPost(r.Context(), page)
		return nil
	})
}
