package mail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// folder is the Sender of file:DIR: one .eml file a message, named by time and
// ID so that a listing is in order. The same ID sent again adds a file with the
// later time (or replaces the one of the same millisecond).
type folder struct {
	dir string
	w   *writer
}

// newFolder makes the folder, readable by its owner alone.
func newFolder(dir string, w *writer) (*folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("mail: the folder for mail: %w", err)
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return nil, fmt.Errorf("mail: the folder for mail cannot be made: %w", err)
	}
	return &folder{dir: abs, w: w}, nil
}

// Send writes the message to disk, for good, before it returns nil.
func (f *folder) Send(ctx context.Context, m *Message) error {
	c, err := f.w.compose(m)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return &failure{stage: "writing the file", cause: err}
	}
	name := c.at.UTC().Format("20060102T150405.000Z") + "-" + m.ID + ".eml"
	if err := f.write(name, c.raw); err != nil {
		return &failure{stage: "writing the file", cause: err}
	}
	return nil
}

// write puts data under name: whole or not at all, and durably.
func (f *folder) write(name string, data []byte) (err error) {
	tmp, err := os.CreateTemp(f.dir, ".writing-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreGone(os.Remove(tmp.Name())))
		}
	}()
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), filepath.Join(f.dir, name)); err != nil {
		return err
	}
	return syncDir(f.dir)
}

// check writes a file and removes it again.
func (f *folder) check() error {
	const name = ".check"
	if err := f.write(name, []byte("written to see whether mail can be\n")); err != nil {
		return fmt.Errorf("mail: the folder for mail cannot be written to: %w", err)
	}
	return os.Remove(filepath.Join(f.dir, name))
}

// syncDir makes a rename in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	return errors.Join(err, d.Close())
}

// ignoreGone drops the error of removing what is not there any more.
func ignoreGone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// IsFolder tells whether a sender writes files for trial, which needs no pace: no
// provider takes them.
func IsFolder(s Sender) bool {
	_, ok := s.(*folder)
	return ok
}
