package message

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"stafett/internal/core"
)

// Worker sends one notice for each job. Any server process may run it.
type Worker struct {
	river.WorkerDefaults[core.NoticeArgs]
	Service *Service
}

// Work makes one attempt.
func (w *Worker) Work(ctx context.Context, job *river.Job[core.NoticeArgs]) error {
	return w.Service.Tell(ctx, job.Args.Notice)
}

// NextRetry waits a second after the first failure, doubling to ten minutes.
func (w *Worker) NextRetry(job *river.Job[core.NoticeArgs]) time.Time {
	const longest = 10 * time.Minute
	wait := longest
	if job.Attempt < 11 {
		wait = min(time.Second<<(job.Attempt-1), longest)
	}
	return w.Service.Now().Add(wait)
}
