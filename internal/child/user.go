package child

import (
	"errors"
	"fmt"
	"os"
	osuser "os/user"
	"strconv"
	"syscall"
)

// user is the account that a program runs as. A nil user is this program's own.
type user struct{ uid, gid int }

// unprivileged returns an unprivileged account, or nil when this program does not run as root.
func unprivileged() (*user, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // a nil *user has a meaning
	}
	for _, name := range []string{"postgres", "nobody"} { // prose:allow name of a Unix account
		found, err := osuser.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, fmt.Errorf("looking up the user %s: %w", name, err)
		}
		return &user{uid: uid, gid: gid}, nil
	}
	return nil, errors.New("no unprivileged account found; hint: create the account postgres, or run this as a user other than root")
}

func (u *user) credential() *syscall.Credential {
	if u == nil {
		return nil
	}
	return &syscall.Credential{Uid: uint32(u.uid), Gid: uint32(u.gid)} //nolint:gosec // IDs are not negative
}
