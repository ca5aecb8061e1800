package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// errPrivate is returned for an address inside the own network, which a probe of a public website
// must not reach: its DNS entry could be changed to point there.
var errPrivate = errors.New("the address is private; hint: set allow_private_addresses: true for a target in the own network")

func isPrivate(address netip.Addr) bool {
	address = address.Unmap()
	if !address.IsGlobalUnicast() || address.IsPrivate() {
		return true
	}
	for _, prefix := range []string{
		"0.0.0.0/8",     // this network
		"100.64.0.0/10", // RFC 6598, of carriers and clouds
		"198.18.0.0/15", // benchmarks; also of VPNs and proxies
		"240.0.0.0/4",   // reserved; some clouds use it internally
		"64:ff9b::/96",  // NAT64, which may lead to a private IPv4 address
	} {
		if netip.MustParsePrefix(prefix).Contains(address) {
			return true
		}
	}
	return false
}

// checkAddress resolves the host of a target and fails if any of its addresses is private. Hosts
// that do not resolve are left to the probe.
func checkAddress(ctx context.Context, target string) error {
	host := target
	if u, err := url.Parse(target); err == nil && u.Host != "" {
		host = u.Hostname()
	} else if h, _, err := net.SplitHostPort(target); err == nil {
		host = h
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", strings.Trim(host, "[]"))
	if err != nil {
		return nil //nolint:nilerror // the probe fails for the same reason and exports it
	}
	for _, address := range addresses {
		if isPrivate(address) {
			return errPrivate
		}
	}
	return nil
}

// refusePrivate is the Control function of a dialer. It sees the address after name resolution.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil || isPrivate(parsed.Addr()) {
		return errPrivate
	}
	return nil
}
