package message

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Channel is how a notice reaches a person.
type Channel string

// The channels: an e-mail where the register has an address, else a text message.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Outgoing is one notice on its way out.
type Outgoing struct {
	// ID is the same at every attempt: whoever carries it can drop what it has had before.
	ID      uuid.UUID `json:"id"`
	Channel Channel   `json:"channel"`
	To      string    `json:"to"`
	// Subject is for e-mail.
	Subject  string `json:"subject"`
	Text     string `json:"text"`
	Language string `json:"language"`
}

// Sender carries notices to people. An error that wraps ErrRefused is final; any other is tried
// again. No error holds the address or the text: it is logged.
type Sender interface {
	Send(ctx context.Context, n Outgoing) error
}

// ErrRefused tells that trying again would give the same answer.
var ErrRefused = errors.New("refused")

// Outbox is the sender of development: it writes each notice to a file of its own.
type Outbox struct{ dir string }

// NewOutbox gives the sender that writes into the folder, which is made when it is needed.
func NewOutbox(dir string) *Outbox { return &Outbox{dir: dir} }

// Send writes the notice; one that has been written before is left as it is.
func (o *Outbox) Send(_ context.Context, n Outgoing) error {
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	body, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	// A file of its own first: a reader never sees half a notice, and the name can be taken once.
	part, err := os.CreateTemp(o.dir, "part-*")
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	defer os.Remove(part.Name())
	_, err = part.Write(body)
	if err = errors.Join(err, part.Close()); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	err = os.Link(part.Name(), filepath.Join(o.dir, n.ID.String()+".json"))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// WrittenNotice is a notice that the outbox has written.
type WrittenNotice struct {
	Outgoing
	At time.Time
}

// Newest gives the n latest notices, latest first.
func (o *Outbox) Newest(n int) ([]WrittenNotice, error) {
	entries, err := os.ReadDir(o.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	var out []WrittenNotice
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		one, err := o.read(e)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b WrittenNotice) int { return b.At.Compare(a.At) })
	return out[:min(n, len(out))], nil
}

func (o *Outbox) read(e fs.DirEntry) (WrittenNotice, error) {
	var w WrittenNotice
	info, err := e.Info()
	if err != nil {
		return w, fmt.Errorf("outbox: %w", err)
	}
	body, err := os.ReadFile(filepath.Join(o.dir, e.Name()))
	if err != nil {
		return w, fmt.Errorf("outbox: %w", err)
	}
	w.At = info.ModTime()
	if err := json.Unmarshal(body, &w.Outgoing); err != nil {
		return w, fmt.Errorf("outbox %s: %w", e.Name(), err)
	}
	return w, nil
}
