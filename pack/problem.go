package pack

import (
	"fmt"
	"strings"
	"unicode"
)

const (
	maxProblems = 1000 // kept; more are only counted
	maxPrinted  = 50   // lines of Problems.Error
)

// Problem is one mistake in a pack.
type Problem struct {
	File    string // path inside the pack, with slashes
	Line    int    // counted from 1; 0 when the file as a whole is meant
	Message string // what is wrong and what to do
}

// String gives "file:line: message".
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// Problems is the error of a pack that was not taken: everything wrong with
// it, in the order in which it was found.
type Problems struct {
	List []Problem
	More int // problems found beyond those listed
}

// Error lists the problems, one a line, fifty at most.
func (p *Problems) Error() string {
	var b strings.Builder
	shown := min(len(p.List), maxPrinted)
	for i, q := range p.List[:shown] {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(q.String())
	}
	if rest := len(p.List) - shown + p.More; rest > 0 {
		fmt.Fprintf(&b, "\nand %d more", rest)
	}
	return b.String()
}

// add keeps a problem, or counts it when there are too many.
func (p *Problems) add(file string, line int, format string, args ...any) {
	if len(p.List) >= maxProblems {
		p.More++
		return
	}
	p.List = append(p.List, Problem{File: oneLine(file), Line: line, Message: oneLine(fmt.Sprintf(format, args...))})
}

// oneLine takes out what would break a message's line or command a terminal:
// names of files and fields come from the pack.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			return unicode.ReplacementChar
		}
		return c
	}, s)
}

// count is how many problems were found.
func (p *Problems) count() int { return len(p.List) + p.More }
