package pack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"pliego/internal/letter"
)

// Bounds of what a pack may hold; far above any real one.
const (
	MaxYAMLFile = 1 << 20  // bytes of one YAML file
	MaxCSVFile  = 32 << 20 // bytes of one CSV file
	MaxPack     = 64 << 20 // bytes of all files together
	MaxRows     = 200_000  // rows of one CSV file
	MaxLetters  = 200
	MaxForums   = 5_000
)

// reader holds the state of reading one pack.
type reader struct {
	fsys     fs.FS
	problems Problems
	left     int64         // bytes that may still be read
	after    []func(*Pack) // checks between files, run when all are read

	// What could not be read, so that references to it are not named as well.
	lostForums  bool
	lostLetters map[string]bool
}

// Read reads a pack and checks all of it. When anything is wrong the pack is
// nil and the error is a *Problems that names each mistake.
func Read(fsys fs.FS) (*Pack, error) {
	r := &reader{fsys: fsys, left: MaxPack, lostLetters: map[string]bool{}}
	p := &Pack{}
	dirs := r.entries(".", []string{"pack.yaml", "forums.yaml", "provisions.csv"}, []string{"letters", "law", "evidence"})
	r.readHead(p)
	r.readForums(p)
	if slices.Contains(dirs, "letters") {
		r.readLetters(p)
	}
	r.readProvisions(p)
	if slices.Contains(dirs, "law") {
		r.readLaw(p)
	}
	if slices.Contains(dirs, "evidence") {
		r.readEvidence(p)
	}
	for _, check := range r.after {
		check(p)
	}
	if r.problems.count() > 0 {
		return nil, &r.problems
	}
	return p, nil
}

// ReadDir reads the pack in a folder of the disk. Links that lead out of the
// folder are not followed.
func ReadDir(dir string) (*Pack, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the pack's folder: %w", err)
	}
	defer root.Close()
	return Read(root.FS())
}

// readHead reads pack.yaml.
func (r *reader) readHead(p *Pack) {
	x, ok := r.yamlFile("pack.yaml", true)
	if !ok {
		return
	}
	top := x.fields(x.root, "")
	p.Key = top.key("key")
	p.Names = top.languages("name", true)
	p.Version = top.line("version", true)
	p.Licence = top.line("licence", true)
	top.done()
}

// readLetters reads every folder under letters/.
func (r *reader) readLetters(p *Pack) {
	slugs := r.entries("letters", nil, nil)
	if len(slugs) > MaxLetters {
		r.problems.add("letters", 0, "%d letters; %d at most: part the pack", len(slugs), MaxLetters)
		return
	}
	for _, slug := range slugs {
		dir := "letters/" + slug
		if err := letter.CheckSlug(slug); err != nil {
			r.problems.add(dir, 0, "%v", err)
			continue
		}
		r.entries(dir, []string{"letter.yaml", "signatories.csv", "addressees.csv", "claims.yaml", "actions.csv"}, []string{})
		if l, ok := r.readLetter(dir, slug); ok {
			p.Letters = append(p.Letters, l)
		} else {
			r.lostLetters[slug] = true
		}
	}
}

// entries lists the folders in dir and names whatever does not belong there:
// any file besides those given, README and licence files, and any folder
// besides those given (nil allows all). Hidden files are passed over.
func (r *reader) entries(dir string, files, dirs []string) []string {
	const most = 1000
	f, err := r.fsys.Open(dir)
	if err != nil {
		r.problems.add(dir, 0, "cannot be opened: %s", plain(err))
		return nil
	}
	defer f.Close()
	d, ok := f.(fs.ReadDirFile)
	if !ok {
		r.problems.add(dir, 0, "is not a folder; make it one")
		return nil
	}
	list, err := d.ReadDir(most + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		r.problems.add(dir, 0, "cannot be listed: %s", plain(err))
		return nil
	}
	if len(list) > most {
		r.problems.add(dir, 0, "holds more than %d files; take out what is no part of the pack", most)
		return nil
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	var found []string
	for _, e := range list {
		name := e.Name()
		full := path.Join(dir, name)
		switch {
		case strings.HasPrefix(name, "."):
		case e.IsDir() && (dirs == nil || slices.Contains(dirs, name)):
			found = append(found, name)
		case e.IsDir():
			r.problems.add(full, 0, "a pack has no such folder here; take it out or correct its name")
		case slices.Contains(files, name), isAside(name):
		case len(files) == 0:
			r.problems.add(full, 0, "a pack has no such file here; only folders belong in %s", dir)
		default:
			r.problems.add(full, 0, "a pack has no such file here; it may have %s", strings.Join(files, ", "))
		}
	}
	return found
}

// isAside tells a file that is about the pack and no part of it.
func isAside(name string) bool {
	for _, p := range []string{"README", "LICENSE", "LICENCE"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// bytes reads a regular file of at most limit bytes. ok is false when it is
// not there (a problem only if it is required) or cannot be read.
func (r *reader) bytes(name string, limit int64, required bool) (data []byte, ok bool) {
	info, err := fs.Stat(r.fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		if required {
			r.problems.add(name, 0, "is not there; a pack needs it")
		}
		return nil, false
	}
	if err != nil {
		r.problems.add(name, 0, "cannot be read: %s", plain(err))
		return nil, false
	}
	if !info.Mode().IsRegular() {
		r.problems.add(name, 0, "is not a regular file; put the file itself here")
		return nil, false
	}
	f, err := r.fsys.Open(name)
	if err != nil {
		r.problems.add(name, 0, "cannot be opened: %s", plain(err))
		return nil, false
	}
	defer f.Close()
	data, err = io.ReadAll(io.LimitReader(f, min(limit, r.left)+1))
	switch n := int64(len(data)); {
	case err != nil:
		r.problems.add(name, 0, "cannot be read: %s", plain(err))
		return nil, false
	case n > limit:
		r.problems.add(name, 0, "is larger than %d bytes; part it", limit)
		return nil, false
	case n > r.left:
		r.problems.add(name, 0, "makes the pack larger than %d bytes; part the pack", int64(MaxPack))
		return nil, false
	default:
		r.left -= n
		return data, true
	}
}

// plain takes the path off a file error, which the problem names already.
func plain(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
