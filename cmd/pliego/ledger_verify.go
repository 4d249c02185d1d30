package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"

	"pliego/internal/ledger/verify"
)

type ledgerVerifyCommand struct {
	Source     string   `arg:"" help:"What to check: a site's address, a receipt, or a bundle (a file, or the folder it was unpacked to)." placeholder:"URL|FILE"`
	Key        string   `help:"The log's verifier key as you have it from elsewhere; without it the site's own is used, and called unproven." placeholder:"KEY"`
	Checkpoint []string `help:"File with a checkpoint that somebody else saw; the log must hold it. May be repeated." placeholder:"FILE" sep:"none"`
	State      string   `help:"File that remembers the last checkpoint seen of each log; default: pliego/ledgers.json in the state folder ($$XDG_STATE_HOME or ~/.local/state)." placeholder:"FILE"`
	Cache      string   `help:"Folder for the parts of logs that never change; default: pliego in the cache folder ($$XDG_CACHE_HOME or ~/.cache)." placeholder:"FOLDER"`
	JSON       bool     `help:"Print the account as JSON."`
}

func (ledgerVerifyCommand) Help() string {
	return "Checks everything that the site shows against its public log: the log's signature, every hash computed again from the entries, that it holds every checkpoint seen before, " +
		"that each record shown is the one committed to, that each listed signature has its entry and the other way round, the numbers, the texts and the counts. " +
		"It trusts nothing but the key, opens no store, and can be stopped and begun again. The first lie ends it with exit status 1.\n\n" +
		"Example: pliego ledger verify https://letters.example.org --key pliego/0123456789ab+01234567+AbCd…\n\n" +
		"Example: pliego ledger verify bundle.zip --json\n\nExample: pliego ledger verify receipt.tlog-proof --key pliego/0123456789ab+01234567+AbCd…"
}

// Bounds of what is read from a file.
const (
	maxCheckpointFile = 1 << 20
	maxBundleFiles    = 20_000_000 // of a log of a billion entries
)

// liveTries is how often a site that goes on is read again, when what it shows
// does not fit together: it may have changed while it was read.
const liveTries = 3

// liveWait lets a site place in its log, and sign, what it shows already.
const liveWait = 3 * time.Second

func (c *ledgerVerifyCommand) Run(p process) error {
	began := time.Now()
	seen, err := openSeen(c.State)
	if err != nil {
		return err
	}
	if !isURL(c.Source) {
		if r, is, err := isReceipt(c.Source); is {
			if err == nil {
				err = c.receipt(p.stdout, r, seen)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", c.Source, err)
			}
			return nil
		}
	}
	cfg := verify.Config{Key: c.Key, Progress: entriesProgress(p.stderr)}
	for _, file := range c.Checkpoint {
		signed, err := readBounded(file, maxCheckpointFile)
		if err != nil {
			return fmt.Errorf("the checkpoint to compare with: %w", err)
		}
		cfg.Known = append(cfg.Known, verify.Known{Signed: signed, By: file})
	}
	var report *verify.Report
	if isURL(c.Source) {
		report, err = c.site(p, cfg, seen)
	} else {
		report, err = c.file(p, cfg, seen)
	}
	var found *verify.Lie
	if err != nil && !errors.As(err, &found) {
		return fmt.Errorf("%s: %w", c.Source, err)
	}
	if err := c.account(p.stdout, report, found, time.Since(began)); err != nil {
		return err
	}
	if found != nil {
		return fmt.Errorf("%s: false: %w", c.Source, found)
	}
	return nil
}

func isURL(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") }

// file checks a bundle on disk: a ZIP or its unpacked folder.
func (c *ledgerVerifyCommand) file(p process, cfg verify.Config, seen *seenFile) (*verify.Report, error) {
	f, err := os.Open(c.Source)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		cfg.Files = verify.FS(os.DirFS(c.Source))
	} else if cfg.Files, err = verify.Bundle(f, info.Size(), maxBundleFiles); err != nil {
		return nil, err
	}
	return seen.check(p.ctx, "", cfg)
}

// site checks a site that goes on while it is read.
func (c *ledgerVerifyCommand) site(p process, cfg verify.Config, seen *seenFile) (*verify.Report, error) {
	base, err := url.Parse(c.Source)
	if err != nil || base.Host == "" || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("this is no address of a site, such as https://letters.example.org")
	}
	address := base.Scheme + "://" + base.Host
	cache, err := c.cacheFolder(address)
	if err != nil {
		return nil, err
	}
	cfg.Files, cfg.Live, cfg.Workers = newFetcher(address, cache), true, max(8, 2*runtime.NumCPU())
	cfg.Pause = func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(liveWait):
			return nil
		}
	}
	for try := 1; ; try++ {
		report, err := seen.check(p.ctx, address, cfg)
		var found *verify.Lie
		if try == liveTries || !errors.As(err, &found) || !found.MayPass() {
			return report, err
		}
		fmt.Fprintf(p.stderr, "pliego: the site may have changed while it was read (%s); reading it again\n", oneLine(found))
		if err := cfg.Pause(p.ctx); err != nil {
			return report, err
		}
	}
}

// entriesProgress tells of a long check every few seconds.
func entriesProgress(w io.Writer) func(done, total int64) {
	last := time.Now()
	return func(done, total int64) {
		if now := time.Now(); now.Sub(last) > 2*time.Second {
			last = now
			fmt.Fprintf(w, "pliego: %d of %d entries checked\n", done, total)
		}
	}
}

// account prints what was checked, and what could not be.
func (c *ledgerVerifyCommand) account(w io.Writer, r *verify.Report, found *verify.Lie, took time.Duration) error {
	if !c.JSON {
		return printAccount(w, r, found)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	return out.Encode(struct {
		*verify.Report
		Seconds float64     `json:"seconds"`
		True    bool        `json:"nothing_false_found"`
		Lie     *verify.Lie `json:"lie,omitempty"`
	}{r, took.Seconds(), found == nil, found})
}
