package apiserver

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientIP is the address of who asks. Behind trusted proxies it is the last
// address of X-Forwarded-For that is none of theirs: whatever stands before it
// was written by the sender, who may write anything.
func clientIP(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	ip := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && within(trusted, ip); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = next.Unmap()
	}
	return ip
}

// overTLS tells whether the browser's connection is encrypted, as far as can be
// known.
func overTLS(r *http.Request, trusted []netip.Prefix) bool {
	if r.TLS != nil {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && within(trusted, peer.Addr().Unmap()) && r.Header.Get("X-Forwarded-Proto") == "https"
}

// originOf is the scheme and the host that the client asked for: links into the
// app begin with it, once the host is known to be an agency's.
func originOf(r *http.Request, trusted []netip.Prefix) string {
	if overTLS(r, trusted) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func within(networks []netip.Prefix, ip netip.Addr) bool {
	for _, n := range networks {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}
