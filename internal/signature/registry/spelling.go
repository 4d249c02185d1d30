package registry

// alike says how much two words are the same: 1 the same, 0.9 cognates, 0.85 a
// slip of spelling, 0 two words.
func alike(a, b token) float64 {
	switch {
	case a.class == number || b.class == number:
		if a.text == b.text {
			return 1
		}
		return 0
	case a.key == b.key && a.class != ordinary, a.text == b.text:
		return 1
	case a.class != ordinary && b.class != ordinary:
		return 0
	case a.class == ordinary && b.class == ordinary && stem(a.text) == stem(b.text):
		return 0.95
	case a.class == ordinary && b.class == ordinary && a.key == b.key && len(a.key) > 4:
		return 0.9
	case slip(a.text, b.text):
		return 0.85
	}
	return 0
}

// oneTypo reports two names word for word the same but for slips in one or two
// words that no table knows on both sides.
func oneTypo(a, b []string) bool {
	if len(a) != len(b) || len(a) == 0 {
		return false
	}
	slips := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if !slip(a[i], b[i]) || known(a[i]) && known(b[i]) {
			return false
		}
		slips++
	}
	return slips > 0 && slips <= 2
}

func known(w string) bool {
	_, _, ok := words().meaningOf([]string{stem(w)})
	return ok
}

// slip reports that two words differ as a slip of the keyboard or the ear does:
// by one letter from five letters on, by two from ten on, and not at the
// beginning.
func slip(a, b string) bool {
	short := min(len(a), len(b))
	if short < 5 || a[0] != b[0] {
		return false
	}
	most := 1
	if short >= 10 {
		most = 2
	}
	return within(a, b, most)
}

// within reports that at most so many letters were added, left out, changed or
// swapped with the next one.
func within(a, b string, most int) bool {
	if d := len(a) - len(b); d > most || -d > most {
		return false
	}
	if len(a) > 60 || len(b) > 60 {
		return false
	}
	var rows [3][62]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return false
		}
		before, above, row = above, row, before
	}
	return above[len(b)] <= most
}
