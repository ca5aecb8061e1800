package api

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
)

// Token is a bearer token that a file contains. It is safe for concurrent use.
type Token struct {
	flag, file string
	value      atomic.Pointer[string]
}

// LoadToken reads the token from the file that the flag names.
func LoadToken(flag, file string) (*Token, error) {
	t := &Token{flag: flag, file: file}
	return t, t.Reload()
}

// Reload reads the file again. With an error, the previous token stays in force. The error names
// the flag and the file.
func (t *Token) Reload() error {
	text, err := os.ReadFile(t.file)
	if err != nil {
		return fmt.Errorf("reading the token of --%s: %w", t.flag, err)
	}
	token := string(bytes.TrimSpace(text))
	if token == "" || bytes.ContainsAny(bytes.TrimSpace(text), " \t\r\n") {
		return fmt.Errorf("reading the token of --%s: %s does not contain a token; hint: write the token as the only line", t.flag, t.file)
	}
	t.value.Store(&token)
	return nil
}

// Value returns the token.
func (t *Token) Value() string { return *t.value.Load() }

// Authorize adds the token to a request as its bearer token.
func (t *Token) Authorize(header http.Header) { header.Set("Authorization", "Bearer "+t.Value()) }
