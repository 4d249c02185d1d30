package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// maxForwarded bounds how many proxies in a row are believed.
const maxForwarded = 10

// network is where a request comes from, as far as limits look: the address, or
// of IPv6 the /64 that one household or office has. It is not valid when that
// says nothing: behind a proxy that is not trusted, or within one's own network.
// It is used at once and kept nowhere but as a hash under the day's salt.
func (s *Site) network(r *http.Request) netip.Prefix {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	client := from.Addr().Unmap()
	if s.trusted(client) {
		// Each proxy writes at the end who asked it; what stands before the first
		// that is not ours is the client's own claim.
		hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
		for i := len(hops) - 1; i >= max(0, len(hops)-maxForwarded); i-- {
			if client = hop(hops[i]); !s.trusted(client) {
				break
			}
		}
	}
	if !client.IsValid() || client.IsLoopback() || client.IsPrivate() || client.IsLinkLocalUnicast() || client.IsUnspecified() {
		return netip.Prefix{}
	}
	bits := 64
	if client.Is4() {
		bits = 32
	}
	prefix, err := client.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

// hop reads one address of X-Forwarded-For, which some write with a port.
func hop(s string) netip.Addr {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap()
	}
	if a, err := netip.ParseAddrPort(s); err == nil {
		return a.Addr().Unmap()
	}
	return netip.Addr{}
}

func (s *Site) trusted(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
