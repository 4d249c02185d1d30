package review

import (
	"context"

	"pliego/internal/signature"
)

// unaddressed has a person look at a sealed signature that no address
// confirmed: nothing else would keep somebody from sending a thousand. The
// coordinator opens its box, asks, and decides.
func unaddressed(_ context.Context, c signature.Case) (string, bool, error) {
	return "", c.Signature.Sealed() && c.Signature.MailsAsked == 0, nil
}
