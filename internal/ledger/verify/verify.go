// Package verify checks a public ledger and the record that it speaks of, from
// outside: it needs nothing but what the site serves to everybody, or a bundle of
// the same files. It trusts none of it. Every hash is computed again out of the
// entries, every commitment is opened with what the record shows, and every
// signature that is listed is held against its entry and the other way round.
//
// The threat is the site itself, or who took it over: a name changed in the
// database, a signature dropped or slipped in, a history told anew, another
// history told to somebody else. The first lie found ends the check and is named.
// What the files cannot show is said in the report, not passed over.
package verify

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// Files is where the files of a record come from, under the names by which the
// site serves them: "ledger/checkpoint", "api/v1/letters.json" and so on. It may
// be called by many goroutines at once.
type Files interface {
	// Open fails with fs.ErrNotExist when there is no such file.
	Open(ctx context.Context, name string) (File, error)
}

// Config is what Check needs. Every field but Files may be left out.
type Config struct {
	Files Files
	// Key is the log's verifier key as the reader has it from elsewhere. Empty:
	// the key that comes with the files is used, and called unproven.
	Key string
	// Known are checkpoints that somebody saw before: the log must hold each.
	Known []Known
	// Live: the files are served by a site that goes on, so what was read later
	// may speak of later entries. Pause then waits until such entries are logged.
	Live  bool
	Pause func(ctx context.Context) error
	// MaxEntries bounds the log that is taken. 0: no bound.
	MaxEntries int64
	// Workers is how many tiles are read at once. 0: one for each processor.
	Workers int
	// Progress is told how many entries of how many were checked. It may be nil.
	Progress func(done, total int64)
	// Now is the clock of this machine. Nil: time.Now.
	Now func() time.Time
}

// Known is a checkpoint that was seen before.
type Known struct {
	Signed []byte    // the checkpoint with its signatures
	Key    string    // that signed it, when that is known; "" to find it in the log's history
	At     time.Time // when it was seen; zero when that is not known
	By     string    // who saw it, for the account; "" is this machine
}

// Check goes through the whole record. It returns the report as far as it came,
// and an error: a *Lie for the first one found, or what kept it from reading on.
func Check(ctx context.Context, cfg Config) (*Report, error) {
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.NumCPU()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &checker{cfg: cfg, report: newReport(), letters: map[string]*letterLog{}}
	err := c.run(ctx)
	return c.report, err
}

// checker is one run of Check. Its fields are owned by the goroutine of Check.
type checker struct {
	cfg     Config
	report  *Report
	trust   *trust
	log     *logReader
	letters map[string]*letterLog // by slug
	later   []later               // entries that speak of an earlier signature
	open    []question            // rows that nothing explains yet
}

func (c *checker) run(ctx context.Context) error {
	var err error
	if c.trust, err = c.readTrust(ctx); err != nil {
		return err
	}
	first, err := c.readCheckpoint(ctx)
	if err != nil {
		return err
	}
	if c.log, err = c.newLogReader(); err != nil {
		return err
	}
	if err := c.readLog(ctx, first); err != nil {
		return err
	}
	c.report.LogHolds = true
	if err := c.readRecord(ctx, first.Size); err != nil {
		return err
	}
	if len(c.open) == 0 {
		return nil
	}
	if !c.cfg.Live {
		return c.open[0].lie
	}
	// What was asked for after the checkpoint may be younger than it.
	if err := c.pause(ctx); err != nil {
		return err
	}
	c.report.LogHolds = false
	second, err := c.readCheckpoint(ctx)
	if err != nil {
		return err
	}
	if err := c.readLog(ctx, second); err != nil {
		return err
	}
	c.report.LogHolds = true
	for _, q := range c.open {
		if !c.explained(q) {
			return q.lie
		}
	}
	return nil
}

func (c *checker) pause(ctx context.Context) error {
	if c.cfg.Pause == nil {
		return nil
	}
	return c.cfg.Pause(ctx)
}

// Report is the account of a check.
type Report struct {
	Origin     string           `json:"origin"`
	Key        string           `json:"key"`
	KeyProven  bool             `json:"key_proven"` // it was given, not taken from the files
	Signer     string           `json:"signer"`     // the key that signed the newest checkpoint
	KeyChanges []string         `json:"key_changes"`
	Checkpoint string           `json:"checkpoint"` // the newest that was checked, signed
	Size       int64            `json:"size"`
	Root       string           `json:"root"`
	LogHolds   bool             `json:"log_holds"`       // the log itself was read whole and is what its checkpoint says
	Cosigned   int              `json:"cosignatures"`    // by others on the checkpoint; they are not checked
	Consistent []string         `json:"consistent_with"` // earlier checkpoints that the log holds
	Hashes     int64            `json:"hashes"`          // computed again and compared
	Entries    map[string]int64 `json:"entries"`         // by kind
	Opened     int64            `json:"opened"`          // commitments opened
	Erased     int64            `json:"erased"`          // openings destroyed
	Withheld   int64            `json:"withheld"`        // openings of letters that are not public yet
	Letters    int64            `json:"letters"`         // public ones
	Texts      int64            `json:"texts"`           // whose hash was computed from their words
	OldTexts   int64            `json:"texts_not_shown"` // in the log, but no longer shown
	Listed     int64            `json:"listed"`          // signatures listed with their name
	Gone       int64            `json:"withdrawn"`       // listed as withdrawn
	Hidden     int64            `json:"listed_unnamed"`  // listed without a name: sealed or contested
	Unchecked  int64            `json:"not_public"`      // signatures of letters that are not public
	Continued  []string         `json:"continues"`       // logs that this one says it follows
	Skipped    []string         `json:"skipped_numbers"` // numbers jumped over when a log began anew
	Waiting    []string         `json:"waiting"`         // changes that wait for their place in the log
	Doubts     []string         `json:"doubts"`          // no proof of a lie, but somebody should ask
}

func newReport() *Report {
	none := func() []string { return []string{} } // in JSON a list, not null
	return &Report{Entries: map[string]int64{}, Consistent: none(), Continued: none(), Skipped: none(), Waiting: none(), Doubts: none(), KeyChanges: none()}
}

// Total is how many entries the log holds.
func (r *Report) Total() (n int64) {
	for _, k := range r.Entries {
		n += k
	}
	return n
}

// Kind of lie: which check caught it.
type Kind string

// The checks that may catch a lie.
const (
	BadKey        Kind = "key"        // no key, or another log's
	BadCheckpoint Kind = "checkpoint" // not signed by the log's key
	RolledBack    Kind = "rollback"   // shorter than it was
	Forked        Kind = "fork"       // another history than was seen
	Missing       Kind = "missing"    // a file that the checkpoint promises
	BadTile       Kind = "tile"       // hashes that are not those of the entries
	BadRoot       Kind = "root"       // the entries are not those of the checkpoint
	BadEntry      Kind = "entry"      // not written as entries are, or speaking of nothing
	BadOpening    Kind = "opening"    // a record that is not the one committed to
	BadRow        Kind = "row"        // a listed signature that differs from its record
	BadNumber     Kind = "number"     // a number that is not the signature's own
	Dropped       Kind = "dropped"    // an entry whose signature is not listed
	Invented      Kind = "invented"   // a listed signature without an entry
	BadWithdrawal Kind = "withdrawal" // withdrawn here and standing there
	BadText       Kind = "text"       // a text whose words or hash are others
	BadState      Kind = "state"      // a letter whose state is another
	BadCount      Kind = "count"      // counts that are not those of the list
)

// Lie is something that cannot be true, and where.
type Lie struct {
	Kind   Kind   `json:"check"`
	Letter string `json:"letter,omitempty"`
	Number int64  `json:"number,omitempty"`
	Entry  int64  `json:"entry"` // index in the log, or -1
	What   string `json:"what"`
}

// MayPass tells whether a site that goes on may have seemed to lie, because it
// changed between two answers. Its log never changes but by growing.
func (l *Lie) MayPass() bool {
	switch l.Kind {
	case BadRow, BadNumber, Dropped, Invented, BadWithdrawal, BadText, BadState, BadCount:
		return true
	}
	return false
}

func (l *Lie) Error() string {
	where := ""
	if l.Letter != "" {
		where = "letter " + l.Letter
	}
	if l.Number > 0 {
		where += fmt.Sprintf(", number %d", l.Number)
	}
	if l.Entry >= 0 {
		if where != "" {
			where += ", "
		}
		where += fmt.Sprintf("entry %d", l.Entry)
	}
	if where != "" {
		where += ": "
	}
	return where + l.What
}

// lie makes a Lie about the log as a whole or one of its entries.
func lie(kind Kind, entry int64, format string, args ...any) *Lie {
	return &Lie{Kind: kind, Entry: entry, What: fmt.Sprintf(format, args...)}
}
