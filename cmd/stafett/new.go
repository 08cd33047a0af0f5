package main

import (
	"context"
	"io"
)

func newApp(_ context.Context, c Config, args []string, out io.Writer) error { return nil }
