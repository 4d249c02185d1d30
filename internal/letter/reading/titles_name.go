package reading

import "strings"

// FullName is a signatory's name with the titles that were printed before and
// after it: "Dra. Example Person, PhD".
func (s Signatory) FullName() string {
	name, at := s.Name, strings.Index(s.Raw, s.Name)
	for _, title := range strings.Split(s.Titles, ", ") {
		if title == "" {
			continue
		}
		if where := strings.Index(s.Raw, title); where >= 0 && where < at {
			before, _, _ := strings.Cut(name, s.Name)
			name = before + title + " " + strings.TrimPrefix(name, before)
		} else {
			name += ", " + title
		}
	}
	return name
}
