package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// pdfDraws is how many PDFs are drawn: the kernel counts in hundredths of a second.
	pdfDraws = 200
	// tick is the kernel's unit of a process's time.
	tick = 10 * time.Millisecond
)

// starts measures the cold start on an empty folder, and the warm one after it.
func starts(ctx context.Context, s *server) error {
	s.own = true
	defer func() { s.own = false }()
	cold, err := s.start(ctx)
	if err != nil {
		return err
	}
	s.stop()
	warm, err := inTurn(func() (float64, error) {
		took, err := s.start(ctx)
		s.stop()
		return took.Seconds(), err
	})
	if err != nil {
		return err
	}
	figure("P11", "cold start (own database, empty folder)", cold.Seconds(), "s", 10)
	figure("P11", "warm start (own database)", warm[0], "s", 2)
	return nil
}

// atRest starts the server beside the durable database and measures its resident memory.
func atRest(ctx context.Context, s *server) error {
	if _, err := s.start(ctx); err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	now, err := s.memory("VmRSS:")
	if err != nil {
		return err
	}
	figure("P10", "memory at rest", now, "MB", 60)
	return nil
}

// risen gives by how much the peak of the resident memory during do is above the level before.
func (s *server) risen(do func() error) (float64, error) {
	before, err := s.memory("VmRSS:")
	if err != nil {
		return 0, err
	}
	// 5 sets the peak back to the present (proc(5)).
	if err := os.WriteFile(s.proc("clear_refs"), []byte("5"), 0o200); err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	peak, err := s.memory("VmHWM:")
	return peak - before, err
}

func (s *server) proc(file string) string {
	return "/proc/" + strconv.Itoa(s.process.Process.Pid) + "/" + file
}

// memory reads one of the process's memory figures, in MB.
func (s *server) memory(field string) (float64, error) {
	status, err := os.ReadFile(s.proc("status"))
	if err != nil {
		return 0, err
	}
	for row := range strings.SplitSeq(string(status), "\n") {
		if value, ok := strings.CutPrefix(row, field); ok {
			kilobytes, err := strconv.ParseFloat(strings.Fields(value)[0], 64)
			return kilobytes / 1024, err
		}
	}
	return 0, fmt.Errorf("the kernel does not tell %s", field)
}

// userTime reads the time that the process has used outside the kernel.
func (s *server) userTime() (time.Duration, error) {
	stat, err := os.ReadFile(s.proc("stat"))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may hold spaces; the 12th field after it is the user time (proc(5)).
	_, after, _ := strings.Cut(string(stat), ") ")
	ticks, err := strconv.Atoi(strings.Fields(after)[11])
	return time.Duration(ticks) * tick, err
}

// pdfs measures the processor time of a download of a submission's PDF, session and access
// included.
func pdfs(ctx context.Context, s *server) error {
	a, err := newApplicant(ctx, s, citizens[0])
	if err != nil {
		return err
	}
	list, err := copies(ctx, []*applicant{a}, 1)
	if err != nil {
		return err
	}
	if err := list[0].submit(ctx); err != nil {
		return err
	}
	if err := s.delivered(ctx, waitLimit); err != nil {
		return err
	}
	address := list[0].base() + "/receipt.pdf"
	each, err := inTurn(func() (float64, error) {
		before, err := s.userTime()
		if err != nil {
			return 0, err
		}
		for range pdfDraws {
			if _, err := call(ctx, http.MethodGet, address, a.cookie, "", "", http.StatusOK); err != nil {
				return 0, err
			}
		}
		after, err := s.userTime()
		return milliseconds(after-before) / pdfDraws, err
	})
	if err != nil {
		return err
	}
	figure("P13", "processor time of one PDF of a four-page form", each[0], "ms", 5)
	return samePDF(ctx, s, strings.TrimPrefix(address, "http://"+s.addr), a.cookie)
}

// samePDF makes the PDF of one submission again and again, before and after the server has started
// anew, and counts how many different files come of it.
func samePDF(ctx context.Context, s *server, path, cookie string) error {
	files := map[[sha256.Size]byte]bool{}
	for range 2 {
		for range rounds {
			file, err := fetch(ctx, s, path, cookie, "identity")
			if err != nil {
				return err
			}
			files[sha256.Sum256(file)] = true
		}
		s.stop()
		if _, err := s.start(ctx); err != nil {
			return err
		}
	}
	figure("P13", "different files of one submission, made again", float64(len(files)), "", 1)
	if len(files) != 1 {
		return fmt.Errorf("a submission has %d different PDFs", len(files))
	}
	return nil
}
