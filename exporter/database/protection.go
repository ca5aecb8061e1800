package database

import (
	"crypto/tls"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// Protection is how a connection is protected from other hosts on its way. Each value includes the
// protection of the ones before it.
type Protection int

// The values, weakest first. They correspond to those of sslmode.
const (
	Unencrypted  Protection = iota // also if TLS is optional
	Encrypted                      // an impersonating server is not detected
	Loopback                       // not verified, but only programs of this machine can listen
	VerifiedCA                     // any server with a certificate of the same authority is accepted
	VerifiedHost                   // the server is the one in the URL
	LocalSocket                    // the connection does not leave the machine
)

// Protection returns the weakest protection of all hosts and fallbacks.
func (c connConfig) Protection() Protection {
	weakest := protectionOf(c.Host, c.TLSConfig)
	for _, f := range c.Fallbacks {
		weakest = min(weakest, protectionOf(f.Host, f.TLSConfig))
	}
	return weakest
}

// safeAuth returns the methods of authentication to accept, as require_auth, unless the URL names
// them. A server that is not verified may impersonate the database. With SCRAM, it learns nothing
// about the password, and has to prove that it knows it. With MD5, it could guess the password
// offline.
func (c connConfig) safeAuth() string {
	switch protection := c.Protection(); {
	case protection >= VerifiedHost:
		return ""
	case protection == Loopback || c.Password == "":
		return "!password" // anything but clear text
	}
	return "scram-sha-256"
}

func protectionOf(host string, config *tls.Config) Protection {
	network, _ := pgconn.NetworkAddress(host, 0)
	switch {
	case network == "unix":
		return LocalSocket
	case config != nil && !config.InsecureSkipVerify:
		return VerifiedHost
	case config != nil && config.VerifyPeerCertificate != nil:
		return VerifiedCA
	case host == "localhost" || net.ParseIP(host).IsLoopback():
		return Loopback
	case config != nil:
		return Encrypted
	}
	return Unencrypted
}
