package review

import (
	"context"

	"pliego/internal/signature"
)

// samePerson doubts a person of whose name and country there is one already.
func samePerson(names Names) check {
	return func(ctx context.Context, c signature.Case) (string, bool, error) {
		sig := c.Signature
		if names == nil || sig.Kind != signature.Person || sig.Public.Name == "" {
			return "", false, nil
		}
		listed, err := names.PersonListed(ctx, c.Letter.ID, sig.Public, sig.ID)
		return "", listed, err
	}
}
