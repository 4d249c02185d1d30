package domaincheck

import (
	"net/netip"
	"strings"
	"testing"
)

func TestAddressesThatAreNotPublicAreRefused(t *testing.T) {
	for what, list := range map[string]string{
		"unspecified":      "0.0.0.0 0.1.2.3 ::",
		"loopback":         "127.0.0.1 127.255.255.254 ::1",
		"private":          "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fc00::1 fd12:3456::1 fec0::1",
		"link-local":       "169.254.0.1 169.254.169.254 fe80::1 febf::1",
		"CGNAT":            "100.64.0.1 100.127.255.255",
		"multicast":        "224.0.0.1 239.255.255.255 ff02::1 ff0e::1",
		"broadcast":        "255.255.255.255 240.0.0.1",
		"documentation":    "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1",
		"measuring":        "198.18.0.1 198.19.255.255",
		"protocols":        "192.0.0.8 192.0.0.170 2001::1 2001:20::1 2001:1ff:ffff::1",
		"IPv4 within IPv6": "::ffff:8.8.8.8 ::ffff:127.0.0.1 ::127.0.0.1 ::8.8.8.8",
		"NAT64":            "64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1",
		"6to4":             "2002:7f00:1::1 2002:808:808::1 192.88.99.1",
		"Teredo":           "2001:0:4136:e378:8000:63bf:3fff:fdd2",
		"discarded":        "100::1 100:0:0:1::1",
		"AS112":            "192.31.196.1 192.175.48.1 2620:4f:8000::1",
		"multicast tunnel": "192.52.193.1",
		"segment routing":  "5f00::1",
		"not given out":    "4000::1 8000::1 e000::1 1::1",
	} {
		for _, a := range strings.Fields(list) {
			if Public(netip.MustParseAddr(a)) {
				t.Errorf("%s (%s) is taken for public", a, what)
			}
		}
	}
	for _, a := range []string{
		"8.8.8.8", "1.1.1.1", "93.184.215.14", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.0.1",
		"192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:2800:21f::1", "2001:200::1", "2a00:1450::1", "2001:4860:4860::8888", "2003::1",
	} {
		if !Public(netip.MustParseAddr(a)) {
			t.Errorf("%s is refused", a)
		}
	}
	if Public(netip.Addr{}) || Public(netip.MustParseAddr("fe80::1%eth0")) || Public(netip.MustParseAddr("2a00:1450::1%eth0")) {
		t.Error("no address, or one of a zone, is taken for public")
	}
}

// Each network of the table is refused at both of its ends, and says what sets it
// apart.
func TestEveryNetworkOfTheTableIsRefused(t *testing.T) {
	for i, r := range refused {
		p := refusedPrefixes[i]
		last := p.Addr().AsSlice()
		for bit := p.Bits(); bit < 8*len(last); bit++ {
			last[bit/8] |= 0x80 >> (bit % 8)
		}
		end, _ := netip.AddrFromSlice(last)
		if p != p.Masked() || Public(p.Addr()) || Public(end) || !p.Contains(end) {
			t.Errorf("%s: from %s to %s", r.prefix, p.Addr(), end)
		}
		if !strings.Contains(r.what, "RFC ") {
			t.Errorf("%s names no RFC", r.prefix)
		}
	}
}
