package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"pliego/internal/ledger"
)

// witnessCaller posts to witnesses over HTTP. It is a ledger.WitnessCaller.
type witnessCaller struct{ client *http.Client }

// witnessTime bounds one request to a witness.
const witnessTime = 10 * time.Second

func newWitnessCaller() witnessCaller {
	return witnessCaller{&http.Client{
		Timeout:       witnessTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Post keeps its promise in ledger.WitnessCaller.
func (c witnessCaller) Post(ctx context.Context, address string, body []byte, limit int64) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	req.Header.Set("User-Agent", "pliego")
	res, err := c.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return 0, nil, err
	}
	if int64(len(answer)) > limit {
		return 0, nil, errors.New("the answer is too long")
	}
	return res.StatusCode, answer, nil
}

// readWitnesses reads the witnesses of the command line.
func readWitnesses(values []string) ([]ledger.Witness, error) {
	var list []ledger.Witness
	seen := map[string]bool{}
	for _, value := range values {
		w, err := ledger.ParseWitness(value)
		if err != nil {
			return nil, err
		}
		if seen[w.Key] {
			return nil, fmt.Errorf("witness %s is given twice", w.Name())
		}
		seen[w.Key] = true
		list = append(list, w)
	}
	return list, nil
}
