package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/ledger/verify"
)

// seenFile is what this machine remembers of logs: a log that contradicts it lies,
// now or then.
type seenFile struct {
	file string
	// Logs holds the last checkpoint seen, by the log's verifier key.
	Logs map[string]seenLog `json:"logs"`
	// Sites holds the verifier key that a site showed last, by its address.
	Sites map[string]string `json:"sites"`
}

type seenLog struct {
	Checkpoint string    `json:"checkpoint"`
	At         time.Time `json:"seen_at"`
}

// maxSeenFile bounds the file, which is small.
const maxSeenFile = 64 << 20

// openSeen reads the file, which need not be there yet.
func openSeen(file string) (*seenFile, error) {
	if file == "" {
		dir, err := userFolder("XDG_STATE_HOME", ".local", "state")
		if err != nil {
			return nil, fmt.Errorf("%w; name the file with --state", err)
		}
		file = filepath.Join(dir, "pliego", "ledgers.json")
	}
	s := &seenFile{file: file, Logs: map[string]seenLog{}, Sites: map[string]string{}}
	b, err := readBounded(file, maxSeenFile)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(b, s)
	}
	if err != nil {
		return nil, fmt.Errorf("what this machine remembers of logs, %s, cannot be read: %w; it is your proof, so put it aside rather than delete it", file, err)
	}
	return s, nil
}

// userFolder is a folder of the user by its variable, or under the home folder.
func userFolder(variable string, otherwise ...string) (string, error) {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("your home folder is not known: %w", err)
	}
	return filepath.Join(append([]string{home}, otherwise...)...), nil
}

// check runs a check against what is remembered, and remembers what it saw. site is
// the address, or "" for a file.
func (s *seenFile) check(ctx context.Context, site string, cfg verify.Config) (*verify.Report, error) {
	if key, err := verify.Key(ctx, cfg); err == nil {
		cfg.Known = slices.Concat(cfg.Known, s.known(key))
	}
	report, err := verify.Check(ctx, cfg)
	if err == nil {
		err = s.compareSite(site, report)
	}
	var found *verify.Lie
	if err != nil && (!errors.As(err, &found) || !report.LogHolds) {
		return report, err
	}
	return report, errors.Join(err, s.keep(site, report))
}

// known are the checkpoints remembered of the log that a key is of, whichever of its
// keys signed them.
func (s *seenFile) known(key string) (list []verify.Known) {
	for _, had := range slices.Sorted(maps.Keys(s.Logs)) {
		if originOf(had) == originOf(key) {
			list = append(list, verify.Known{Signed: []byte(s.Logs[had].Checkpoint), Key: had, At: s.Logs[had].At})
		}
	}
	return list
}

// originOf is the name of the log that a verifier key is of.
func originOf(key string) string {
	origin, _, _ := strings.Cut(key, "+")
	return origin
}

// compareSite sees whether a site shows the log that it showed before.
func (s *seenFile) compareSite(site string, r *verify.Report) error {
	before := s.Sites[site]
	origin := originOf(before)
	if site == "" || before == "" || origin == r.Origin || r.KeyProven { // who gave the key knows
		return nil
	}
	for _, c := range r.Continued {
		if strings.HasPrefix(c, origin+",") {
			r.Doubts = append(r.Doubts, fmt.Sprintf("the site showed log %s before, and this one says that it follows it: ask why", origin))
			return nil
		}
	}
	return &verify.Lie{Kind: verify.BadKey, Entry: -1, What: fmt.Sprintf("the site showed log %s to this machine before, and now shows another that does not follow it. The key before: %s", origin, before)}
}

// keep remembers the checkpoint that was seen, unless a newer one is known.
func (s *seenFile) keep(site string, r *verify.Report) error {
	if last, ok := s.Logs[r.Signer]; ok {
		known, err := ledger.ParseCheckpoint(last.Checkpoint)
		if err == nil && known.Size >= r.Size && (site == "" || s.Sites[site] == r.Signer) {
			return nil
		}
	}
	s.Logs[r.Signer] = seenLog{Checkpoint: r.Checkpoint, At: time.Now().UTC()}
	if site != "" && (s.Sites[site] == "" || originOf(s.Sites[site]) == r.Origin || r.KeyProven) {
		s.Sites[site] = r.Signer
	}
	b, err := json.MarshalIndent(s, "", " ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.file), 0o700)
	}
	if err == nil {
		err = writeOver(s.file, append(b, '\n'))
	}
	if err != nil {
		return fmt.Errorf("remember the checkpoint that was seen: %w", err)
	}
	return nil
}

// writeOver writes a file so that it is always whole: the old one or the new.
func writeOver(file string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".part-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
