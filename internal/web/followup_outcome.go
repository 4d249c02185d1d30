package web

import (
	"context"

	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/letter"
)

// outcomes gives, for each cell, what its indicators did since the letter. A cell
// without one has no data.
func (s *Site) outcomes(context.Context, *letter.Letter) (map[followup.Cell]outcome.Verdict, error) {
	return nil, nil
}
