package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"pliego/internal/ledger/verify"
)

// printAccount says in a few lines what a check looked at, what it found, and what
// nobody can tell from outside.
func printAccount(w io.Writer, r *verify.Report, found *verify.Lie) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if r.Origin != "" {
		line("Log        %s", r.Origin)
	}
	switch {
	case r.KeyProven:
		line("Key        the one that was given")
	case r.Key != "":
		line("Key        UNPROVEN: it came with what was checked. Compare it with a copy from elsewhere, and give it with --key:")
		line("           %s", r.Key)
	}
	for _, k := range r.KeyChanges {
		line("Key        %s", k)
	}
	if r.Checkpoint != "" {
		line("Checkpoint %d entries, root %s, %s", r.Size, r.Root, cosignedWords(r.Cosigned))
	}
	for _, known := range r.Consistent {
		line("Held       the log holds the checkpoint of %s", known)
	}
	if total := r.Total(); total > 0 {
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(r.Entries)) {
			kinds = append(kinds, fmt.Sprintf("%d %s", r.Entries[kind], kind))
		}
		line("Entries    %d read, %d hashes computed again: %s", total, r.Hashes, strings.Join(kinds, ", "))
		line("Openings   %d records are those committed to, %d were destroyed, %d are kept back until their letter is public", r.Opened, r.Erased, r.Withheld)
	}
	if r.Letters > 0 {
		line("Record     %d letters, %d texts hashed from their words; %d signatures listed, each with its entry and number; %d withdrawn; %d without a name",
			r.Letters, r.Texts, r.Listed, r.Gone, r.Hidden)
	}
	for _, c := range r.Continued {
		line("Follows    the log says that it goes on from log %s", c)
	}
	for _, s := range r.Skipped {
		line("Skipped    numbers of %s were left out when the log began anew", s)
	}
	for _, s := range r.Waiting {
		line("Waiting    %s", s)
	}
	for _, s := range r.Doubts {
		line("DOUBTFUL   %s", s)
	}
	if r.OldTexts > 0 {
		line("Unchecked  %d texts are in the log and no longer shown: their words could not be hashed", r.OldTexts)
	}
	if r.Unchecked > 0 {
		line("Unchecked  %d signatures are of letters that are not public", r.Unchecked)
	}
	if r.Hidden > 0 {
		line("Unchecked  who the %d without a name are", r.Hidden)
	}
	if found != nil {
		line("FALSE      %s (check: %s)", found, found.Kind)
	} else {
		line("Unchecked  whether others are shown the same log: compare checkpoints with them (--checkpoint), or ask its witnesses")
		line("Nothing false was found.")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func cosignedWords(n int) string {
	switch n {
	case 0:
		return "no cosignature of a witness"
	case 1:
		return "1 cosignature (not checked: give its key to a witness-aware tool)"
	}
	return fmt.Sprintf("%d cosignatures (not checked: give their keys to a witness-aware tool)", n)
}
