package pack

import (
	"embed"
	"io/fs"
)

//go:embed americas
var shipped embed.FS

// Americas gives the pack that ships with the program: the open letter of
// 2013 to the security ministers of the Americas, its forums, and a practice
// letter.
func Americas() fs.FS {
	sub, err := fs.Sub(shipped, "americas")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return sub
}

// Named gives a pack that ships with the program by its key; ok is false when
// none has it.
func Named(name string) (fsys fs.FS, ok bool) {
	if name == "americas" {
		return Americas(), true
	}
	return nil, false
}

// Shipped lists the keys that Named knows.
func Shipped() []string { return []string{"americas"} }
