package review

import (
	"context"
	"fmt"
	"time"

	"pliego/internal/signature"
)

// hasty is how fast nobody types a form, nor has a browser fill it and reads it.
const hasty = 2 * time.Second

// hurried doubts a form that was sent within two seconds of being opened. One
// that came back is sent again as fast as one can press.
func hurried(_ context.Context, c signature.Case) (string, bool, error) {
	f := c.Filling
	return fmt.Sprintf("%.1f s", f.Took.Seconds()), f.Page && !f.Back && f.Took >= 0 && f.Took < hasty, nil
}

// noPage doubts what a program sent without opening the page.
func noPage(_ context.Context, c signature.Case) (string, bool, error) {
	return "", !c.Filling.Page, nil
}

// manyFrom doubts the forms above a number that come from one network for one
// letter within an hour.
func manyFrom(networks *counter, most int) check {
	detail := fmt.Sprintf("over %d within an hour", most)
	return func(_ context.Context, c signature.Case) (string, bool, error) {
		if !c.Network.IsValid() {
			return "", false, nil
		}
		return detail, networks.add(c.Letter.ID, c.Network.String()) > most, nil
	}
}
