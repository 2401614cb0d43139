package outbound

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// Refused is an address that is not called. Reason is safe to show to whoever
// gave the address: it tells nothing of our network.
type Refused struct {
	Reason string
	cause  error
}

// Error gives the reason.
func (r *Refused) Error() string { return r.Reason }

// Unwrap gives the cause, for the log.
func (r *Refused) Unwrap() error { return r.cause }

func refuse(format string, args ...any) *Refused {
	return &Refused{Reason: fmt.Sprintf(format, args...)}
}

// guard knows where a connection may go.
type guard struct {
	allow  []netip.Prefix
	ports  []uint16
	public *ssrf.Guardian // every special range refused
}

func newGuard(allow []netip.Prefix, ports []uint16) *guard {
	return &guard{allow: allow, ports: ports, public: ssrf.New(ssrf.WithAnyPort())}
}

func (g *guard) allowed(ip netip.Addr) bool {
	return slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// secure decides on an address that TLS will be spoken with. It is a
// net.Dialer's Control: the name is resolved, and nothing is sent yet.
func (g *guard) secure(network, address string, _ syscall.RawConn) error {
	to, err := target(network, address)
	if err != nil || g.allowed(to.Addr()) {
		return err
	}
	return g.reachable(to)
}

// plain decides on an address without TLS: only the allow-list will do.
func (g *guard) plain(network, address string, _ syscall.RawConn) error {
	to, err := target(network, address)
	if err != nil || g.allowed(to.Addr()) {
		return err
	}
	return refuse("Plain HTTP is refused: give an address that begins with https://.")
}

func (g *guard) reachable(to netip.AddrPort) error {
	if !slices.Contains(g.ports, to.Port()) {
		return refuse("Port %d is refused: use %s.", to.Port(), portList(g.ports))
	}
	if err := g.public.SafeAddr(to.Addr()); err != nil {
		r := refuse("The address does not lead to the public internet.") // which one it is stays in the log
		r.cause = err
		return r
	}
	return nil
}

// target reads what is about to be dialled. An IPv4 address in IPv6's clothes is
// judged as what it is.
func target(network, address string) (netip.AddrPort, error) {
	if network != "tcp4" && network != "tcp6" {
		return netip.AddrPort{}, refuse("Only TCP is spoken.")
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil || to.Addr().Zone() != "" {
		return netip.AddrPort{}, refuse("The address can't be read.")
	}
	return netip.AddrPortFrom(to.Addr().Unmap(), to.Port()), nil
}

// vet judges an address by its form alone.
func (g *guard) vet(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return refuse("Give a whole address, such as https://example.com/hooks.")
	}
	if u.User != nil {
		return refuse("Leave out the user name and the password.")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || len(g.allow) == 0) {
		return refuse("Give an address that begins with https://.")
	}
	port, err := portOf(u)
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		judge := g.secure
		if u.Scheme == "http" {
			judge = g.plain
		}
		return judge("tcp4", netip.AddrPortFrom(ip.WithZone(""), port).String(), nil)
	}
	if len(g.allow) == 0 && !slices.Contains(g.ports, port) {
		return refuse("Port %d is refused: use %s.", port, portList(g.ports))
	}
	return nil
}

func portOf(u *url.URL) (uint16, error) {
	if u.Port() == "" {
		if u.Scheme == "http" {
			return 80, nil
		}
		return 443, nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return 0, refuse("Give a port from 1 to 65535.")
	}
	return uint16(port), nil
}

func portList(ports []uint16) string {
	out := make([]string, len(ports))
	for i, p := range ports {
		out[i] = strconv.Itoa(int(p))
	}
	return strings.Join(out, " or ")
}
