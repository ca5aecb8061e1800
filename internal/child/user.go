package child

import (
	"errors"
	"fmt"
	"os"
	osuser "os/user"
	"strconv"
	"syscall"
)

// user is who a child runs as. A nil one is the user that this program runs as.
type user struct{ uid, gid int }

// unprivileged is somebody for servers that refuse to run as root, nil when this program does not run as root.
func unprivileged() (*user, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // a nil *user has a meaning of its own
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := osuser.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, fmt.Errorf("looking up user %s: %w", name, err)
		}
		return &user{uid: uid, gid: gid}, nil
	}
	return nil, errors.New("looking for an unprivileged user: neither postgres nor nobody exists: do not run this as root")
}

func (u *user) credential() *syscall.Credential {
	if u == nil {
		return nil
	}
	return &syscall.Credential{Uid: uint32(u.uid), Gid: uint32(u.gid)} //nolint:gosec // ids are never negative
}
