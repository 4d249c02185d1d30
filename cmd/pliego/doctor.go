package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"pliego/internal/store"
)

type doctorCommand struct {
	storeFlags
	mailFlags
	BaseURL string `help:"Address that readers know the site by, as for serve." placeholder:"URL"`
	JSON    bool   `name:"json" help:"Print the findings as JSON."`
}

func (doctorCommand) Help() string {
	return "Looks at the database, the schema, the keys, the log, the outbox, mail, the disk, the clock and the last backup, changes nothing, " +
		"and says what to do. Give it the flags that serve has. The exit status is 1 when something is a problem; warnings leave it 0.\n\n" +
		"Example: pliego doctor --data /var/lib/pliego --mail smtp://user:password@mail.example.org:587 --mail-from letters@example.org"
}

// finding is what doctor says of one thing.
type finding struct {
	Check   string  `json:"check"`
	Status  verdict `json:"status"`
	Message string  `json:"message"`
	Do      string  `json:"do,omitempty"` // what to do; "" when nothing is to be done
}

// verdict is how a thing stands.
type verdict string

const (
	fine    verdict = "ok"
	warning verdict = "warning"
	problem verdict = "problem"
)

// examination gathers findings.
type examination struct {
	findings []finding
}

func (e *examination) add(check string, v verdict, do, message string, args ...any) {
	e.findings = append(e.findings, finding{Check: check, Status: v, Message: fmt.Sprintf(message, args...), Do: do})
}

// failed notes that a check itself could not be carried out.
func (e *examination) failed(check string, err error) {
	e.add(check, problem, "see the message; run doctor again when it is mended", "could not be checked: %s", oneLine(err))
}

func (c *doctorCommand) Run(p process) error {
	e := &examination{}
	c.examine(p, e)
	problems := 0
	for _, f := range e.findings {
		if f.Status == problem {
			problems++
		}
	}
	if c.JSON {
		out := json.NewEncoder(p.stdout)
		out.SetIndent("", "  ")
		if err := out.Encode(map[string]any{"findings": e.findings, "problems": problems}); err != nil {
			return err
		}
	} else {
		for _, f := range e.findings {
			line := fmt.Sprintf("%-8s %s: %s", f.Status, f.Check, f.Message)
			if f.Do != "" {
				line += "; " + f.Do
			}
			fmt.Fprintln(p.stdout, line)
		}
	}
	if p.ctx.Err() != nil {
		return p.ctx.Err()
	}
	switch problems {
	case 0:
		return nil
	case 1:
		return errors.New("doctor found 1 problem; its line says what to do")
	}
	return fmt.Errorf("doctor found %d problems; their lines say what to do", problems)
}

// examine goes from the ground up: what needs a readable store comes only when
// there is one.
func (c *doctorCommand) examine(p process, e *examination) {
	c.examineFiles(e)
	c.examineDisk(e)
	c.examineMail(p, e)
	cfg := c.storeFlags.config(c.storeFlags.logger(p.stderr))
	db, err := store.OpenReadOnly(p.ctx, cfg)
	switch {
	case errors.Is(err, store.ErrNoStore):
		e.add("database", problem, "name the data folder with --data, or start pliego serve once", "there is no store in %s", c.Data)
		return
	case err != nil:
		e.add("database", problem, "see that it runs and may be read, or restore a backup", "does not open: %s", oneLine(err))
		return
	}
	defer db.Close()
	c.examineDatabase(p, e, db)
	has, known, err := db.Schema(p.ctx)
	switch {
	case err != nil:
		e.failed("schema", err)
		return
	case has > known:
		e.add("schema", problem, "use the version that made it", "is number %d, and this program knows %d", has, known)
		return
	case has == 0:
		e.add("schema", problem, "start pliego serve once, or restore a backup into it", "the database is empty")
		return
	case has < known:
		e.add("schema", problem, "make a backup, then start pliego serve, which brings it up to date", "is number %d of %d", has, known)
		return
	}
	e.add("schema", fine, "", "is up to date (number %d)", has)
	c.examineKeys(p, e, db)
	c.examineLog(p, e, db)
	c.examineOutbox(p, e, db)
	c.examineClock(p, e, db)
	c.examineBackup(p, e, db)
}
