package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"stafett/internal/core"
	"stafett/internal/handover"
)

// figuresTime is how long the database may take to tell how deliveries go.
const figuresTime = 2 * time.Second

// deliveryMetrics are the figures of the administrators' monitor, for all organisations together,
// read from the database when somebody asks: every process tells the same.
type deliveryMetrics struct {
	figures func(context.Context) ([]core.TargetFigures, error)
	log     *slog.Logger
	// described in the order of measure's values.
	waiting, oldest, parked, givenUp, failures, open, up *prometheus.Desc
}

func newDeliveryMetrics(
	figures func(context.Context) ([]core.TargetFigures, error), log *slog.Logger,
) *deliveryMetrics {
	of := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("stafett_"+name, help, []string{"target"}, nil)
	}
	return &deliveryMetrics{
		figures: figures, log: log,
		waiting:  of("deliveries_waiting", "Deliveries that have not arrived and are being tried."),
		oldest:   of("delivery_oldest_waiting_seconds", "How long the oldest delivery that waits has waited."),
		parked:   of("deliveries_parked", "Deliveries that have stopped until a person sees to them."),
		givenUp:  of("deliveries_given_up", "Deliveries that a person has given up."),
		failures: of("target_failures", "Failures in a row since the target last answered."),
		open:     of("target_held", "1 while deliveries to the target are held back, since it does not answer."),
		up: prometheus.NewDesc("stafett_delivery_figures_up",
			"0 when the database could not tell how deliveries go.", nil, nil),
	}
}

// Describe names the figures.
func (m *deliveryMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		m.waiting, m.oldest, m.parked, m.givenUp, m.failures, m.open, m.up,
	} {
		out <- d
	}
}

// Collect reads them.
func (m *deliveryMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), figuresTime)
	defer cancel()
	list, err := m.figures(ctx)
	up := 1.0
	if err != nil {
		m.log.Error("figures of deliveries", "err", err)
		up = 0
	}
	out <- prometheus.MustNewConstMetric(m.up, prometheus.GaugeValue, up)
	for _, f := range list {
		m.collect(out, f)
	}
}

func (m *deliveryMetrics) collect(out chan<- prometheus.Metric, f core.TargetFigures) {
	failures, open := 0.0, 0.0
	if b := f.Breaker; b != nil {
		failures = float64(b.Failures)
		if b.Opened != nil {
			open = 1
		}
	}
	for d, value := range map[*prometheus.Desc]float64{
		m.waiting: float64(f.Waiting), m.oldest: f.Oldest.Seconds(), m.parked: float64(f.Parked),
		m.givenUp: float64(f.GivenUp), m.failures: failures, m.open: open,
	} {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, f.To.String())
	}
}

// altinnMetrics are how this process has fared with targets in a real Altinn 3 environment.
type altinnMetrics struct {
	counts                 func() map[core.AppRef]handover.AltinnCount
	asked, unclear, ending *prometheus.Desc
}

func newAltinnMetrics(counts func() map[core.AppRef]handover.AltinnCount) *altinnMetrics {
	return &altinnMetrics{
		counts: counts,
		asked: prometheus.NewDesc("stafett_altinn_asked_total",
			"Instances asked for in an Altinn 3 environment.", []string{"target"}, nil),
		unclear: prometheus.NewDesc("stafett_altinn_unclear_total",
			"Those of them of which no answer told whether they were made.", []string{"target"}, nil),
		ending: prometheus.NewDesc("stafett_altinn_looked_for_total",
			"What was found out about those: found, again (it was not there), parked (nobody can tell).",
			[]string{"target", "ending"}, nil),
	}
}

// Describe names the figures.
func (m *altinnMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.asked, m.unclear, m.ending} {
		out <- d
	}
}

// Collect gives them.
func (m *altinnMetrics) Collect(out chan<- prometheus.Metric) {
	count := func(d *prometheus.Desc, n int64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	for to, c := range m.counts() {
		count(m.asked, c.Asked, to.String())
		count(m.unclear, c.Unclear, to.String())
		count(m.ending, c.Found, to.String(), "found")
		count(m.ending, c.Again, to.String(), "again")
		count(m.ending, c.Parked, to.String(), "parked")
	}
}

// metrics is what the operations listener answers: the process, and how deliveries go.
func (p *program) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		newDeliveryMetrics(p.handovers.Figures, p.log),
		newAltinnMetrics(p.handovers.AltinnCounts),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "stafett_requests_turned_away_total",
			Help: "Requests that got 503 unseen, because there was too much to do.",
		}, func() float64 { return float64(p.turnedAway.Load()) }),
	)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}
