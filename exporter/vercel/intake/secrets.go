package intake

import (
	"bytes"
	"fmt"
	"os"
	"sync/atomic"
)

// mostSecrets bounds what a stranger's body costs: it is hashed once for each.
const mostSecrets = 16

// Secrets are what deliveries may be signed with: one a drain, and more while they are rolled. The zero value has none,
// so that nothing is signed. It is safe for concurrent use.
type Secrets struct {
	file string
	keys atomic.Pointer[[][]byte]
}

// LoadSecrets reads a file with one secret a line. Blank lines and those that begin with # do not count. The error
// names the file and what to do, never a secret.
func LoadSecrets(file string) (*Secrets, error) {
	s := &Secrets{file: file}
	return s, s.Reload()
}

// Reload reads the file again. With an error, what was read before stays in force.
func (s *Secrets) Reload() error {
	text, err := os.ReadFile(s.file)
	if err != nil {
		return fmt.Errorf("reading the secrets of --vercel.secret-file: %w", err)
	}
	keys := parseSecrets(text)
	if len(keys) == 0 {
		return fmt.Errorf("reading the secrets of --vercel.secret-file: %s has none; hint: write the secret of each drain "+
			"on a line of its own, such as what openssl rand -hex 32 prints", s.file)
	}
	if len(keys) > mostSecrets {
		return fmt.Errorf("reading the secrets of --vercel.secret-file: %s has %d; hint: %d are the most, remove the old ones",
			s.file, len(keys), mostSecrets)
	}
	s.keys.Store(&keys)
	return nil
}

// Len is how many secrets there are.
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
