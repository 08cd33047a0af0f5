package main

import (
	"context"
	"io"
	"net/http"
	"time"
)

const (
	// bigUpload is the size of the files whose memory and rate are measured, in bytes.
	bigUpload = 20_000_000
	// inARow is how many of them one measure of the rate has.
	inARow = 4
)

// uploadMemory measures how far the resident memory rises while one large file is uploaded.
func uploadMemory(ctx context.Context, s *server) error {
	file := newFile(bigUpload)
	rise, err := inTurn(func() (float64, error) { return uploadOnce(ctx, s, file) })
	if err != nil {
		return err
	}
	figure("P10", "memory of one 20 MB upload, over rest", rise[0], "MB", 1)
	return nil
}

// uploadOnce uploads to a server that has just started: in one that has worked, memory that was
// used before would take the file without a trace.
func uploadOnce(ctx context.Context, s *server, file *multipartFile) (float64, error) {
	s.stop()
	if _, err := s.start(ctx); err != nil {
		return 0, err
	}
	a, err := newApplicant(ctx, s, citizens[0])
	if err != nil {
		return 0, err
	}
	list, err := copies(ctx, []*applicant{a}, 2)
	if err != nil {
		return 0, err
	}
	// What is made at the first use of an upload is not the file's.
	if err := list[0].upload(ctx, *newFile(attached)); err != nil {
		return 0, err
	}
	return s.risen(func() error { return list[1].upload(ctx, *file) })
}

// uploadRate measures how fast one person's files come in, one after another, beside a bare handler
// that reads the same body, and beside the bare SQL of the same bytes in the program's pieces.
func uploadRate(ctx context.Context, s *server) error {
	file := newFile(bigUpload)
	if err := prepareBare(ctx, s); err != nil {
		return err
	}
	a, err := newApplicant(ctx, s, citizens[0])
	if err != nil {
		return err
	}
	bare, stop, err := bareReader()
	if err != nil {
		return err
	}
	defer stop()
	got, err := inTurn(
		func() (float64, error) {
			list, err := copies(ctx, []*applicant{a}, inARow)
			if err != nil {
				return 0, err
			}
			return megabytes(func(i int) error { return list[i].upload(ctx, *file) })
		},
		func() (float64, error) {
			return megabytes(func(int) error {
				_, err := call(ctx, http.MethodPost, "http://"+bare, "", file.contentType, file.body,
					http.StatusOK)
				return err
			})
		},
		func() (float64, error) {
			return megabytes(func(int) error { return bareUpload(ctx, s, file.content) })
		})
	if err != nil {
		return err
	}
	line("P21", "upload of 20 MB beside the bare SQL", got[0], got[2], "MB/s", 0)
	line("P21", "upload of 20 MB beside the bare handler", got[0], got[1], "MB/s", 0)
	return nil
}

// megabytes gives how many are uploaded a second when a large file is, again and again.
func megabytes(upload func(i int) error) (float64, error) {
	began := time.Now()
	for i := range inARow {
		if err := upload(i); err != nil {
			return 0, err
		}
	}
	return inARow * bigUpload / 1e6 / time.Since(began).Seconds(), nil
}

// bareReader reads what is posted by net/http and keeps nothing.
func bareReader() (addr string, stop func(), err error) {
	return bareServer(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
}
