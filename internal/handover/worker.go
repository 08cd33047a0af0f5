package handover

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"stafett/internal/core"
	"stafett/internal/failpoint"
)

// Worker delivers one handover for each job. Any server process may run it.
type Worker struct {
	river.WorkerDefaults[core.DeliverArgs]
	Service *Service
}

// Work makes one attempt.
func (w *Worker) Work(ctx context.Context, job *river.Job[core.DeliverArgs]) error {
	err := w.Service.Deliver(ctx, job.Args.Delivery)
	failpoint.JobDone.Hit()
	if later, ok := errors.AsType[*Later](err); ok {
		// The delivery has its own count and its own times; the job only sleeps.
		return river.JobSnooze(later.Wait)
	}
	return err
}

// NextRetry is after a fault of ours, such as a database that is away.
func (w *Worker) NextRetry(job *river.Job[core.DeliverArgs]) time.Time {
	return w.Service.Now().Add(spread(Backoff(job.Attempt)))
}
