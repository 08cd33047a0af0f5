package web

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"

	"stafett/internal/core"
	"stafett/internal/instance"
)

// sumsFile is the file of an archive that has the others' hashes, as sha256sum -c reads them.
const sumsFile = "sha256sums.txt"

// caseBundle sends all attachments of a case as one archive, written while it is sent.
func (s *site) caseBundle(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("guid"))
	if err != nil {
		return err
	}
	b, err := s.Instances.Bundle(r.Context(), a, org.ID, id)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment",
		map[string]string{"filename": b.Instance.Reference + ".zip"}))
	if err := writeBundle(patient{w, http.NewResponseController(w)}, b); err != nil {
		// Half an archive must not look like a whole one: the connection is broken off.
		s.Log.Warn("archive broken off", "id", core.RequestID(r.Context()), "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// patience is how long a reader may take for each piece of an archive, however long all of it takes.
const patience = 2 * time.Minute

// patient gives the reader time for each piece.
type patient struct {
	io.Writer
	control *http.ResponseController
}

// Write sends a piece.
func (p patient) Write(b []byte) (int, error) {
	// Where the deadline cannot be moved, the server's own holds.
	_ = p.control.SetWriteDeadline(time.Now().Add(patience))
	return p.Writer.Write(b)
}

// writeBundle writes the archive: each file as it was taken in, and last their hashes. Content that
// does not have the hash that it was kept with is an error.
func writeBundle(w io.Writer, b instance.Bundle) error {
	out := zip.NewWriter(w)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		// Most files are compressed already.
		return flate.NewWriter(w, flate.BestSpeed)
	})
	given := make([]string, len(b.Files))
	for i, e := range b.Files {
		given[i] = e.Filename
	}
	var sums strings.Builder
	for i, name := range archiveNames(given) {
		if err := addToBundle(out, b, b.Files[i], name); err != nil {
			return fmt.Errorf("file %s: %w", b.Files[i].ID, err)
		}
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(b.Files[i].SHA256), name)
	}
	list, err := out.Create(sumsFile)
	if err == nil {
		_, err = io.WriteString(list, sums.String())
	}
	return errors.Join(err, out.Close())
}

func addToBundle(out *zip.Writer, b instance.Bundle, e core.DataElement, name string) error {
	dst, err := out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.Created})
	if err != nil {
		return err
	}
	src := b.Open(e)
	defer src.Close()
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(dst, sum), src); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), e.SHA256) {
		return errors.New("the content is not what was taken in")
	}
	return out.Flush()
}

// archiveNames gives files names that every system can unpack, each once: a name that is there
// already, in capitals or not, gets a number.
func archiveNames(given []string) []string {
	taken := map[string]bool{sumsFile: true}
	out := make([]string, len(given))
	for i, name := range given {
		name = archiveName(name)
		ending := path.Ext(name)
		base := strings.TrimSuffix(name, ending)
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = base + " (" + strconv.Itoa(n) + ")" + ending
		}
		taken[strings.ToLower(name)] = true
		out[i] = name
	}
	return out
}

// archiveName takes out of a name what leads out of a folder, hides a file, or means something else
// to one of the systems.
func archiveName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"/\|?*`, r) || r == unicode.ReplacementChar {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimRight(strings.TrimSpace(name), ". ")
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	if base == "" || reservedNames[strings.TrimSpace(base)] || name[0] == '-' {
		return "_" + name
	}
	return name
}

// reservedNames are devices on Windows, whatever ending they have.
var reservedNames = map[string]bool{
	"CON": true, "PRN": true, "AUX": true, "NUL": true,
	"COM1": true, "COM2": true, "COM3": true, "COM4": true, "COM5": true, "COM6": true, "COM7": true,
	"COM8": true, "COM9": true, "LPT1": true, "LPT2": true, "LPT3": true, "LPT4": true, "LPT5": true,
	"LPT6": true, "LPT7": true, "LPT8": true, "LPT9": true,
}
