package review

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"pliego/internal/place"
	"pliego/internal/signature"
)

//go:embed prominent.txt
var prominentList string

// ProminentName is a name in which others might sign, folded, and the domains
// from which its owner writes.
type ProminentName struct {
	Name    string
	Domains []string
}

// Bounds of a list of prominent names.
const (
	maxProminent      = 10_000
	maxProminentWords = 12
)

// ReadProminent reads a list of names: one a line, "name = domain domain"; what
// follows a # is for the reader. Errors name the line.
func ReadProminent(r io.Reader) ([]ProminentName, error) {
	var list []ProminentName
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), "#")
		if strings.TrimSpace(text) == "" {
			continue
		}
		name, owned, _ := strings.Cut(text, "=")
		p := ProminentName{Name: place.Fold(name)}
		words := strings.Count(p.Name, " ") + 1
		switch {
		case p.Name == "":
			return nil, fmt.Errorf("line %d: there is no name before the domains; write it as: name = example.org", n)
		case words > maxProminentWords:
			return nil, fmt.Errorf("line %d: a name has at most %d words", n, maxProminentWords)
		case len(list) == maxProminent:
			return nil, fmt.Errorf("line %d: a list has at most %d names", n, maxProminent)
		}
		for _, domain := range strings.Fields(strings.ToLower(owned)) {
			if !strings.Contains(domain, ".") || strings.ContainsAny(domain, "@/:,;") {
				return nil, fmt.Errorf("line %d: %q is no domain; write it as: name = example.org", n, domain)
			}
			p.Domains = append(p.Domains, domain)
		}
		list = append(list, p)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read a list of prominent names: %w", err)
	}
	return list, nil
}

// prominent finds names in a name, by its words, however many are listed.
type prominent struct {
	domains map[string][]string // by folded name
	longest int                 // in words
}

func newProminent(more []ProminentName) (*prominent, error) {
	shipped, err := ReadProminent(strings.NewReader(prominentList))
	if err != nil {
		return nil, fmt.Errorf("the shipped list of prominent names: %w", err)
	}
	p := &prominent{domains: map[string][]string{}}
	for _, name := range append(shipped, more...) {
		p.domains[name.Name] = append(p.domains[name.Name], name.Domains...)
		p.longest = max(p.longest, strings.Count(name.Name, " ")+1)
	}
	return p, nil
}

// check doubts a name that holds a listed one, unless the address is of the
// owner's domain.
func (p *prominent) check(_ context.Context, c signature.Case) (string, bool, error) {
	domain := domainOf(c.Email)
	for _, name := range []string{c.Signature.Public.Name, c.Signature.Public.Acronym} {
		if found, ok := p.find(place.Fold(name)); ok && !within(domain, p.domains[found]) {
			return found, true, nil
		}
	}
	return "", false, nil
}

// find gives the listed name that stands in a folded one.
func (p *prominent) find(name string) (string, bool) {
	for from := 0; from < len(name); {
		end := from
		for range p.longest {
			if next := strings.IndexByte(name[end:], ' '); next >= 0 {
				end += next
			} else {
				end = len(name)
			}
			if _, ok := p.domains[name[from:end]]; ok {
				return name[from:end], true
			}
			if end == len(name) {
				break
			}
			end++ // over the space
		}
		next := strings.IndexByte(name[from:], ' ')
		if next < 0 {
			break
		}
		from += next + 1
	}
	return "", false
}

// within tells whether a domain is one of those, or under one.
func within(domain string, owned []string) bool {
	for _, d := range owned {
		if domain == d || strings.HasSuffix(domain, "."+d) {
			return true
		}
	}
	return false
}
