package main

import (
	"context"
	"io"
	"log/slog"
)

func check(context.Context, *config, *slog.Logger, io.Writer) error { return nil }
