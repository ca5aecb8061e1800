package inbound

import (
	"bytes"
	"fmt"
	"os"
	"sync/atomic"
)

// maxSecrets bounds the cost of a body of an unauthenticated client: it is hashed once per secret.
const maxSecrets = 16

// minSecretLength is the length of a secret that cannot be guessed: 128 bits in hexadecimal digits.
const minSecretLength = 32

// Secrets are the secrets that a sender may sign with: one per endpoint, and the next one beside it
// during a rotation. The zero value has none. Secrets is safe for concurrent use.
type Secrets struct {
	flag, file string
	keys       atomic.Pointer[[][]byte]
}

// LoadSecrets reads a file with one secret per line. It ignores blank lines and lines that begin
// with #. The error names the flag and the file, never a secret.
func LoadSecrets(flag, file string) (*Secrets, error) {
	s := &Secrets{flag: flag, file: file}
	return s, s.Reload()
}

// Reload reads the file again. With an error, the previous secrets stay in force.
func (s *Secrets) Reload() error {
	text, err := os.ReadFile(s.file)
	if err != nil {
		return fmt.Errorf("reading the secrets of --%s: %w", s.flag, err)
	}
	keys := parseSecrets(text)
	if len(keys) == 0 {
		return fmt.Errorf("reading the secrets of --%s: %s has none; hint: write each secret on a line of its own, "+
			"such as the output of openssl rand -hex 32", s.flag, s.file)
	}
	if len(keys) > maxSecrets {
		return fmt.Errorf("reading the secrets of --%s: %s has %d; hint: remove old secrets, the maximum is %d",
			s.flag, s.file, len(keys), maxSecrets)
	}
	for i, key := range keys {
		if len(key) < minSecretLength {
			return fmt.Errorf("reading the secrets of --%s: secret %d of %s has %d characters, the minimum is %d; hint: create one "+
				"with openssl rand -hex 32 and set it at the sender as well", s.flag, i+1, s.file, len(key), minSecretLength)
		}
	}
	s.keys.Store(&keys)
	return nil
}

// Len returns the number of secrets.
func (s *Secrets) Len() int { return len(s.current()) }

func (s *Secrets) current() [][]byte {
	if keys := s.keys.Load(); keys != nil {
		return *keys
	}
	return nil
}

func parseSecrets(text []byte) [][]byte {
	var keys [][]byte
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			keys = append(keys, bytes.Clone(line))
		}
	}
	return keys
}
