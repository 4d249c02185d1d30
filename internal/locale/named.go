package locale

// Named is the message that names a code in a language, or the code itself where
// none does.
func Named[K ~string](lang string, keys map[K]string, code K) string {
	if key, ok := keys[code]; ok {
		return T(lang, key)
	}
	return string(code)
}
