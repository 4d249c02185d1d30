package main

import (
	"bytes"
	"fmt"
	"time"

	"pliego/internal/letter/reading"
)

// longLetter is a letter of plain text with n signatories, one to a line.
func longLetter(n int) []byte {
	var b bytes.Buffer
	b.WriteString("Open letter to the Ministers of Water\n\n3 May 2026\n\nWe, the undersigned organisations, ask the governments to:\n\n" +
		"1. Publish the quality of the water each month.\n\n2. Repair the public networks before new ones are built.\n\n3. Admit civil society to the boards.\n\nSignatories\n\n")
	countries := []string{"Mexico", "Brasil", "Perú", "Canada", "Costa Rica", "Haïti"}
	for i := range n {
		fmt.Fprintf(&b, "%d. Asociación Ejemplo por el Agua %d - AEA%d, %s\n", i+1, i, i, countries[i%len(countries)])
	}
	return b.Bytes()
}

// readLong measures how long a long letter takes to be understood.
func readLong(r *run) ([]figure, error) {
	const n = 20_000
	src := longLetter(n)
	start := time.Now()
	l, err := reading.Read("letter.txt", bytes.NewReader(src))
	took := time.Since(start)
	if err != nil {
		return nil, err
	}
	return []figure{{
		what:   "read a letter with 20,000 signatories",
		value:  fmt.Sprintf("%.2f s, %d read", took.Seconds(), len(l.Signatories)),
		target: "1 s", met: took < time.Second && len(l.Signatories) == n,
	}}, nil
}
