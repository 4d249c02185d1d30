package pack

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

const maxDepth = 20 // levels of a YAML file

// yamlFile is a YAML file as a tree whose nodes know their lines. Its values
// are read by hand rather than into structs, so that every mistake is found at
// once and named with its line.
type yamlFile struct {
	name     string
	root     *yaml.Node
	problems *Problems
}

// yamlFile reads a YAML file; ok is false when it is missing or no YAML.
func (r *reader) yamlFile(name string, required bool) (f *yamlFile, ok bool) {
	data, ok := r.bytes(name, MaxYAMLFile, required)
	if !ok {
		return nil, false
	}
	f = &yamlFile{name: name, problems: &r.problems}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		f.add(nil, "is empty; doc/pack.md says what belongs here")
		return nil, false
	} else if err != nil {
		line, msg := yamlError(err)
		r.problems.add(name, line, "is not YAML: %s; check indentation, colons and quotes here", msg)
		return nil, false
	}
	var second yaml.Node
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		if err == nil {
			f.add(&second, "a second document begins here; keep one per file")
		} else {
			line, msg := yamlError(err)
			r.problems.add(name, line, "is not YAML: %s; check indentation, colons and quotes here", msg)
		}
		return nil, false
	}
	if len(doc.Content) != 1 || !f.sound(doc.Content[0], 0) {
		return nil, false
	}
	f.root = doc.Content[0]
	return f, true
}

var yamlErrorLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// yamlError parts the library's message into its line and the rest.
func yamlError(err error) (line int, msg string) {
	msg = err.Error()
	if m := yamlErrorLine.FindStringSubmatch(msg); m != nil {
		msg = msg[len(m[0]):]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	return line, strings.ReplaceAll(msg, "\n", " ")
}

// sound refuses what a pack has no use for and what makes YAML dangerous:
// anchors, aliases, tags and great depth.
func (f *yamlFile) sound(n *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		f.add(n, "is nested deeper than %d levels; make it flatter", maxDepth)
		return false
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		f.add(n, "uses a YAML anchor or alias (& or *); write the value out, in quotes if it begins with such a sign")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		f.add(n, "uses a YAML tag (!); write the value in quotes if it begins with such a sign")
		return false
	}
	ok := true
	for _, c := range n.Content {
		ok = f.sound(c, depth+1) && ok
	}
	return ok
}

func (f *yamlFile) add(n *yaml.Node, format string, args ...any) {
	line := 0
	if n != nil {
		line = n.Line
	}
	f.problems.add(f.name, line, format, args...)
}

// fields are the named values of a mapping. Reading marks them as known; done
// then names the rest.
type fields struct {
	file  *yamlFile
	node  *yaml.Node // the mapping
	path  string     // of the mapping, with a dot behind it unless at the top
	keys  []*yaml.Node
	value map[string]*yaml.Node
	known map[string]bool
}

// fields reads a mapping; anything else is named and yields no fields. path is
// where it stands in the file, for messages.
func (f *yamlFile) fields(n *yaml.Node, path string) *fields {
	x := &fields{file: f, node: n, path: path, value: map[string]*yaml.Node{}, known: map[string]bool{}}
	if path != "" {
		x.path += "."
	}
	if n.Kind != yaml.MappingNode {
		where := path
		if where == "" {
			where = "the file"
		}
		f.add(n, "%s must be fields with values, each written as name: value", where)
		return x
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if _, twice := x.value[k.Value]; twice {
			f.add(k, "%s%s is here twice; keep one", x.path, clip(k.Value))
			continue
		}
		x.keys = append(x.keys, k)
		x.value[k.Value] = n.Content[i+1]
	}
	return x
}

// get gives the value of a field, nil when it is absent or empty.
func (x *fields) get(name string, required bool) *yaml.Node {
	x.known[name] = true
	v := x.value[name]
	if v != nil && v.Kind == yaml.ScalarNode && (v.Tag == "!!null" || strings.TrimSpace(v.Value) == "") {
		if required {
			x.file.add(v, "%s%s is empty; give it a value", x.path, name)
		}
		return nil
	}
	if v == nil && required && x.node.Kind == yaml.MappingNode {
		x.file.add(x.node, "%s%s is missing; add it", x.path, name)
	}
	return v
}

// scalar gives a field's value as it is written, and "" with a problem when it
// is a list or a mapping.
func (x *fields) scalar(name string, required bool) (string, *yaml.Node) {
	v := x.get(name, required)
	if v == nil {
		return "", nil
	}
	if v.Kind != yaml.ScalarNode {
		x.file.add(v, "%s%s must be one value, not a list or fields", x.path, name)
		return "", nil
	}
	return strings.TrimSpace(v.Value), v
}

// checked gives a single-line value that passes a check, else "".
func (x *fields) checked(name string, required bool, check func(string) string) string {
	s, n := x.scalar(name, required)
	if n == nil {
		return ""
	}
	if msg := check(s); msg != "" {
		x.file.add(n, "%s%s %s", x.path, name, msg)
		return ""
	}
	return s
}

func (x *fields) line(name string, required bool) string { return x.checked(name, required, checkLine) }
func (x *fields) key(name string) string                 { return x.checked(name, true, checkKey) }

// prose gives a value of several lines, at most limit bytes long.
func (x *fields) prose(name string, required bool, limit int) string {
	s, n := x.scalar(name, required)
	if n == nil {
		return ""
	}
	if msg := checkText(s, true); msg != "" {
		x.file.add(n, "%s%s %s", x.path, name, msg)
		return ""
	}
	if len(s) > limit {
		x.file.add(n, "%s%s has %d bytes (%d characters); %d bytes at most", x.path, name, len(s), utf8.RuneCountInString(s), limit)
		return ""
	}
	return s
}

func (x *fields) flag(name string) bool {
	s, n := x.scalar(name, false)
	if n != nil && s != "true" && s != "false" {
		x.file.add(n, "%s%s is %q; write true or false", x.path, name, clip(s))
	}
	return s == "true"
}

// languages gives a value in several languages; at least one of them when it
// is required.
func (x *fields) languages(name string, required bool) map[string]string {
	v := x.get(name, required)
	if v == nil {
		return nil
	}
	in := x.file.fields(v, x.path+name)
	out := map[string]string{}
	for _, k := range in.keys {
		if msg := checkLang(k.Value); msg != "" {
			x.file.add(k, "%s%s: language %s", x.path, name, msg)
			continue
		}
		if s := in.line(k.Value, true); s != "" {
			out[k.Value] = s
		}
	}
	if required && len(in.keys) == 0 && v.Kind == yaml.MappingNode {
		x.file.add(v, "%s%s has no language; give at least one of %s", x.path, name, orList(Languages))
	}
	return out
}

// list gives the members of a list.
func (x *fields) list(name string, required bool) []*yaml.Node {
	v := x.get(name, required)
	if v == nil {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		x.file.add(v, "%s%s must be a list, each member begun with a hyphen", x.path, name)
		return nil
	}
	return v.Content
}

// at is the line of a field, or of the mapping when the field is absent.
func (x *fields) at(name string) *yaml.Node {
	if v := x.value[name]; v != nil {
		return v
	}
	return x.node
}

// done names the fields that nobody asked for.
func (x *fields) done() {
	for _, k := range x.keys {
		if !x.known[k.Value] {
			x.file.add(k, "%s%s is no field of a pack here; correct its name or take it out", x.path, clip(k.Value))
		}
	}
}
