package web

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"stafett/internal/core"
	"stafett/internal/instance"
)

// ownFile is a file of the ZIP, with the hash that it can be checked by.
type ownFile struct {
	Path        string `json:"path"`
	Name        string `json:"name,omitempty"`
	Type        string `json:"type"`
	ContentType string `json:"contentType"`
	Size        int64  `json:"size"`
	SHA256      string `json:"sha256"`
}

// ownMessage is a message as its party has it.
type ownMessage struct {
	At   time.Time `json:"at"`
	Sent bool      `json:"sentByYou"`
	From string    `json:"from,omitempty"`
	Text string    `json:"text"`
}

// ownInstance is what the ZIP tells of a form.
type ownInstance struct {
	App       string       `json:"app"`
	Name      string       `json:"name"`
	ID        string       `json:"id"`
	Title     string       `json:"title,omitempty"`
	Reference string       `json:"reference,omitempty"`
	Status    core.Status  `json:"status"`
	Created   time.Time    `json:"created"`
	Changed   time.Time    `json:"changed"`
	Submitted *time.Time   `json:"submitted,omitempty"`
	NeedLevel int          `json:"leftOutNeedsSignInLevel,omitempty"`
	Files     []ownFile    `json:"files,omitempty"`
	Messages  []ownMessage `json:"messages,omitempty"`
}

// ownData is data.json.
type ownData struct {
	Party     string        `json:"party"`
	Made      time.Time     `json:"made"`
	Instances []ownInstance `json:"forms"`
}

// myData sends everything that the party has here as a ZIP: the answers as JSON, the files as they
// were sent, and data.json, which tells of each with its SHA-256. It is written as it is read, so its
// size is no matter.
func (s *site) myData(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	head, err := s.citizenHead(r, a, core.Party{})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="stafett.zip"`)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	out := ownArchive{s: s, r: r, a: a, zip: zip.NewWriter(w), lang: head.Lang}
	data := ownData{Party: head.Party.Name, Made: s.Now().UTC(), Instances: []ownInstance{}}
	err = s.Instances.Everything(r.Context(), a, func(own instance.Own) error {
		one, err := out.add(own)
		data.Instances = append(data.Instances, one)
		return err
	})
	if err == nil {
		err = out.json("data.json", data)
	}
	if err == nil {
		err = out.zip.Close()
	}
	if err != nil {
		// What has been sent cannot be taken back: an archive without its end is not taken for whole.
		s.Log.Error("my data", "id", core.RequestID(r.Context()), "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

type ownArchive struct {
	s    *site
	r    *http.Request
	a    core.Actor
	zip  *zip.Writer
	lang string
}

func (o ownArchive) add(own instance.Own) (ownInstance, error) {
	inst := own.Instance
	out := ownInstance{
		App: inst.AppRef.String(), Name: own.App.Title(o.lang), ID: inst.ID.String(), Title: inst.Title,
		Reference: inst.Reference, Status: inst.Status, Created: inst.Created, Changed: inst.Changed,
		Submitted: inst.Submitted, NeedLevel: own.NeedLevel,
	}
	for _, m := range own.Messages {
		out.Messages = append(out.Messages, ownMessage{At: m.At, Sent: m.Sent, From: m.From, Text: m.Text})
	}
	folder := inst.App + "-" + inst.ID.String()
	for dataType, doc := range own.Input.Data {
		f, err := o.document(folder, dataType+".json", dataType, doc)
		if err != nil {
			return out, err
		}
		out.Files = append(out.Files, f)
	}
	for dataType, entries := range own.Input.Entries {
		for _, e := range entries {
			name := dataType + "-" + e.Element.ID.String() + ".json"
			f, err := o.document(folder, name, dataType, e.Document)
			if err != nil {
				return out, err
			}
			out.Files = append(out.Files, f)
		}
	}
	for _, e := range own.Input.Elements {
		f, err := o.file(folder, e)
		if err != nil {
			return out, err
		}
		out.Files = append(out.Files, f)
	}
	return out, nil
}

func (o ownArchive) document(folder, name, dataType string, doc core.Document) (ownFile, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return ownFile{}, err
	}
	sum := sha256.Sum256(raw)
	f := ownFile{
		Path: folder + "/" + name, Type: dataType, ContentType: "application/json",
		Size: int64(len(raw)), SHA256: hex.EncodeToString(sum[:]),
	}
	return f, o.write(f.Path, bytes.NewReader(raw))
}

func (o ownArchive) file(folder string, e core.DataElement) (ownFile, error) {
	// The id first: no two are alike, and a name cannot lead out of the folder.
	f := ownFile{
		Path: folder + "/" + e.ID.String() + safeEnd(e.Filename), Name: e.Filename, Type: e.Type,
		ContentType: e.ContentType, Size: e.Size, SHA256: hex.EncodeToString(e.SHA256),
	}
	d := o.s.Instances.Content(o.r.Context(), o.a, e)
	defer d.Content.Close()
	return f, o.write(f.Path, d.Content)
}

// safeEnd is a file name's ending, when it is a plain one.
func safeEnd(name string) string {
	end := strings.ToLower(path.Ext(name))
	if len(end) < 2 || len(end) > 8 || strings.Trim(end[1:], "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ""
	}
	return end
}

func (o ownArchive) json(name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return o.write(name, bytes.NewReader(raw))
}

func (o ownArchive) write(name string, content io.Reader) error {
	to, err := o.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: o.s.Now()})
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, content); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
