package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"pliego/internal/mail"
	"pliego/internal/store"
)

// Bounds of free disk space: below either it is a warning.
const (
	fewBytes   = 1 << 30
	fewPercent = 10
)

// examineFiles sees that nobody else can read what is private.
func (c *doctorCommand) examineFiles(e *examination) {
	var open, openKeys []string
	look := func(list *[]string, file string) {
		if st, err := os.Stat(file); err == nil && st.Mode().Perm()&0o077 != 0 {
			*list = append(*list, fmt.Sprintf("%s (%04o)", file, st.Mode().Perm()))
		}
	}
	look(&open, c.Data)
	for _, pattern := range []string{"pliego.db*", "backups", "mail"} {
		found, err := filepath.Glob(filepath.Join(c.Data, pattern))
		if err != nil {
			e.failed("files", err)
			return
		}
		for _, file := range found {
			look(&open, file)
		}
	}
	look(&openKeys, c.keyFolder())
	keys, err := filepath.Glob(filepath.Join(c.keyFolder(), "*.key*"))
	if err != nil {
		e.failed("files", err)
		return
	}
	if !slices.Contains(keys, c.vaultKeyFile()) {
		keys = append(keys, c.vaultKeyFile())
	}
	for _, file := range keys {
		look(&openKeys, file)
	}
	switch {
	case len(openKeys) > 0:
		e.add("files", problem, "take the rights of others away: chmod -R go= "+c.keyFolder(), "keys can be read by other users of this machine: %s", strings.Join(append(openKeys, open...), ", "))
	case len(open) > 0:
		e.add("files", warning, "take the rights of others away: chmod -R go= "+c.Data, "other users of this machine can get at %s", strings.Join(open, ", "))
	default:
		e.add("files", fine, "", "only their owner can read them")
	}
}

func (c *doctorCommand) examineDisk(e *examination) {
	free, size, err := diskSpace(c.Data)
	if errors.Is(err, errors.ErrUnsupported) {
		e.add("disk", warning, "look at the free space yourself", "this system does not tell how much is free")
		return
	}
	if errors.Is(err, fs.ErrNotExist) {
		return // said of the database
	}
	if err != nil {
		e.failed("disk", err)
		return
	}
	v, do := spaceVerdict(free, size)
	e.add("disk", v, do, "%s of %s free", bytesText(free), bytesText(size))
}

// spaceVerdict judges how many bytes of a disk are free.
func spaceVerdict(free, size int64) (verdict, string) {
	if free < fewBytes || free < size/100*fewPercent {
		return warning, "make room: when the disk is full, nobody can sign"
	}
	return fine, ""
}

func (c *doctorCommand) examineMail(p process, e *examination) {
	cfg := c.mailFlags.config(c.Data, c.BaseURL)
	says := strings.TrimSuffix(mail.Describe(cfg.URL), ".")
	if _, err := os.Stat(c.Data); err != nil && c.Mail == "" {
		return // the folder of the trial's mail would be made by looking
	}
	if err := mail.Check(p.ctx, cfg); err != nil {
		e.add("mail", problem, "mend --mail, --mail-from or the DKIM flags; until then signers get no link", "%s; but: %s", says, oneLine(err))
		return
	}
	if strings.HasPrefix(cfg.URL, "file:") {
		e.add("mail", warning, "name a server with --mail before the public signs", "%s", says)
		return
	}
	e.add("mail", fine, "", "%s", says)
}

// How far clocks may be apart.
const (
	clockServer = 10 * time.Second // ours and PostgreSQL's
	clockBack   = time.Minute      // now and the newest time in the store
)

func (c *doctorCommand) examineClock(p process, e *examination, db *store.DB) {
	newest, err := db.NewestTime(p.ctx)
	if err != nil {
		e.failed("clock", err)
		return
	}
	_, ahead, err := db.Server(p.ctx)
	if err != nil {
		e.failed("clock", err)
		return
	}
	v, do, says := clockVerdict(time.Now(), newest, buildTime(), ahead)
	e.add("clock", v, do, "%s", says)
}

// clockVerdict judges the time now by the newest time recorded, by the time of the
// program's source, and by how far the server's clock is ahead.
func clockVerdict(now, newest, built time.Time, ahead time.Duration) (v verdict, do, says string) {
	const set = "set the system's clock, and let it be kept right (NTP)"
	show := func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }
	switch {
	case now.Before(newest.Add(-clockBack)):
		return problem, set, fmt.Sprintf("it is %s here, and the newest record is of %s", show(now), show(newest))
	case now.Before(built):
		return problem, set, fmt.Sprintf("it is %s here, and this program was made at %s", show(now), show(built))
	case ahead.Abs() > clockServer:
		return warning, set + " on both machines", fmt.Sprintf("the database server's clock is %s from ours", ahead.Abs().Round(time.Second))
	}
	return fine, "", "it is " + show(now)
}

// buildTime is the time of the source that the program was built from; zero when
// that is not known.
func buildTime() time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			if t, err := time.Parse(time.RFC3339, s.Value); err == nil {
				return t
			}
		}
	}
	return time.Time{}
}

// backupEvery is how old the last backup may be.
const backupEvery = 7 * 24 * time.Hour

func (c *doctorCommand) examineBackup(p process, e *examination, db *store.DB) {
	noted, err := db.Meta(p.ctx, metaLastBackup)
	if err != nil {
		e.failed("backup", err)
		return
	}
	last, err := time.Parse(time.RFC3339, noted)
	if err != nil {
		e.add("backup", warning, "make one with pliego backup", "none was made of this store by pliego backup")
		return
	}
	age := time.Since(last)
	if age > backupEvery {
		e.add("backup", warning, "make one with pliego backup, and let it be made each day", "the last is %d days old", int(age.Hours()/24))
		return
	}
	e.add("backup", fine, "", "the last was made at %s", last.UTC().Format("2006-01-02 15:04 MST"))
}
