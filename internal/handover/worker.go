package handover

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"

	"stafett/internal/core"
)

// Worker delivers one handover for each job. Any server process may run it.
type Worker struct {
	river.WorkerDefaults[core.DeliverArgs]
	Service *Service
}

// Work makes one attempt.
func (w *Worker) Work(ctx context.Context, job *river.Job[core.DeliverArgs]) error {
	return w.Service.Deliver(ctx, job.Args.Delivery)
}

// NextRetry waits as Backoff says, with up to a quarter more, so that a target that comes back
// does not meet everyone at once.
func (w *Worker) NextRetry(job *river.Job[core.DeliverArgs]) time.Time {
	wait := Backoff(job.Attempt)
	return w.Service.Now().Add(wait + rand.N(wait/4))
}
