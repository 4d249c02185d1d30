package storetest

import (
	"log/slog"
	"testing"
)

// logTo is a log that goes to the test's output.
func logTo(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}
