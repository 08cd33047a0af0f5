package core

import "time"

// Breaker is what is known of a target that has failed since it last answered.
type Breaker struct {
	To AppRef
	// Failures is how many in a row; Code is that of the last, at Failed.
	Failures int
	Code     string
	Failed   time.Time
	// Opened is since when the target is left alone, and Until when the next delivery goes to see
	// whether it answers again; nil while deliveries go as usual.
	Opened, Until *time.Time
	// Probing tells that one is on its way to see.
	Probing bool
}

// TargetFigures are how deliveries to one target go.
type TargetFigures struct {
	To AppRef
	// Waiting and Parked are how many there are; Oldest is how long the oldest that waits has
	// waited.
	Waiting, Parked, GivenUp int
	Oldest                   time.Duration
	// Breaker is nil while the target answers.
	Breaker *Breaker
}
