package child

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// unprivileged returns an unprivileged user, or nil when this program does not run as root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // without a credential, a program runs as this one's user
	}
	// The first one belongs to the demo alone: tools/install-demo.sh creates it.
	for _, name := range []string{"marketplace-demo", "postgres", "nobody"} { // prose:allow name of a Unix account
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, fmt.Errorf("looking up the user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("no unprivileged account found; hint: create the account postgres, or run this as a user other than root")
}

// Write writes a file in the server's directory, which only the server's user can read.
func (s *Server) Write(name, content string) error {
	path := s.Join(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

// chown gives the directory and its files to the server's user.
func (s *Server) chown() error {
	if s.credential == nil {
		return nil
	}
	err := filepath.WalkDir(s.dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(s.credential.Uid), int(s.credential.Gid)) //nolint:gosec // the server is not running yet
	})
	if err != nil {
		return fmt.Errorf("changing the owner of %s: %w", s.dir, err)
	}
	return nil
}
