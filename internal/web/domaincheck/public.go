package domaincheck

import "net/netip"

// refused are the networks that are no place of a public website, each with what
// sets it apart. An address outside of them is public.
var refused = []struct{ prefix, what string }{
	{"0.0.0.0/8", "this network: RFC 791 section 3.2"},
	{"10.0.0.0/8", "private: RFC 1918"},
	{"100.64.0.0/10", "shared by a provider's customers: RFC 6598"},
	{"127.0.0.0/8", "loopback: RFC 1122 section 3.2.1.3"},
	{"169.254.0.0/16", "link-local, where clouds tell machines their secrets: RFC 3927"},
	{"172.16.0.0/12", "private: RFC 1918"},
	{"192.0.0.0/24", "protocol assignments: RFC 6890 section 2.1"},
	{"192.0.2.0/24", "documentation: RFC 5737"},
	{"192.31.196.0/24", "AS112: RFC 7535"},
	{"192.52.193.0/24", "multicast tunnels: RFC 7450"},
	{"192.88.99.0/24", "6to4 relays: RFC 7526"},
	{"192.168.0.0/16", "private: RFC 1918"},
	{"192.175.48.0/24", "AS112: RFC 7534"},
	{"198.18.0.0/15", "measuring networks: RFC 2544"},
	{"198.51.100.0/24", "documentation: RFC 5737"},
	{"203.0.113.0/24", "documentation: RFC 5737"},
	{"224.0.0.0/4", "multicast: RFC 5771"},
	{"240.0.0.0/4", "reserved, and broadcast: RFC 1112 section 4, RFC 919 section 7"},

	// Of IPv6 only 2000::/3 is given out (RFC 4291 section 2.4); Public refuses
	// the rest, whatever is set apart in it. These name what tests look for.
	{"::/128", "unspecified: RFC 4291 section 2.5.2"},
	{"::1/128", "loopback: RFC 4291 section 2.5.3"},
	{"::/96", "an IPv4 address within: RFC 4291 section 2.5.5.1"},
	{"::ffff:0:0/96", "an IPv4 address within: RFC 4291 section 2.5.5.2"},
	{"64:ff9b::/96", "an IPv4 address behind NAT64: RFC 6052"},
	{"64:ff9b:1::/48", "an IPv4 address behind a local NAT64: RFC 8215"},
	{"100::/64", "discarded: RFC 6666"},
	{"100:0:0:1::/64", "dummy: RFC 9780"},
	{"2001::/23", "protocol assignments, Teredo and ORCHID among them: RFC 2928, RFC 4380, RFC 7343"},
	{"2001:db8::/32", "documentation: RFC 3849"},
	{"2002::/16", "an IPv4 address within, 6to4: RFC 3056"},
	{"2620:4f:8000::/48", "AS112: RFC 7534"},
	{"3fff::/20", "documentation: RFC 9637"},
	{"5f00::/16", "segment routing: RFC 9602"},
	{"fc00::/7", "private: RFC 4193"},
	{"fe80::/10", "link-local: RFC 4291 section 2.5.6"},
	{"fec0::/10", "private, as it once was: RFC 3879"},
	{"ff00::/8", "multicast: RFC 4291 section 2.7"},
}

var refusedPrefixes = func() []netip.Prefix {
	list := make([]netip.Prefix, len(refused))
	for i, r := range refused {
		list[i] = netip.MustParsePrefix(r.prefix)
	}
	return list
}()

var givenOut = netip.MustParsePrefix("2000::/3")

// Public reports that an address may be that of a public website. An IPv4 address
// written as an IPv6 one is refused like every other disguise; unmap it first.
func Public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" || a.Is6() && !givenOut.Contains(a) {
		return false
	}
	for _, p := range refusedPrefixes {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
