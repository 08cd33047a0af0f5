package event

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// errAddress is an address that no subscriber may have.
var errAddress = errors.New("the address is not public")

// inside are the ranges that lead to ourselves or our neighbours, beside those that netip names:
// carrier-grade NAT, protocol assignments, benchmarking, reserved, documentation, and those of
// IPv6 that carry an IPv4 address.
var inside = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// public tells whether an address is one of the open internet's.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, p := range inside {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// onlyPublic is asked when a name has been looked up and before anything is sent: whatever a name
// leads to, and however often that changes, the connection itself is refused.
func onlyPublic(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !public(to.Addr()) {
		return errAddress
	}
	return nil
}

// NewClient gives the client for subscribers: it follows no redirect, asks no proxy, waits no
// longer than sendTime, and, unless open, reaches public addresses only.
func NewClient(open bool) *http.Client {
	dialer := &net.Dialer{Timeout: sendTime}
	if !open {
		dialer.Control = onlyPublic
	}
	return &http.Client{
		Timeout: sendTime,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConnsPerHost: maxAtOnce,
			IdleConnTimeout: time.Minute, TLSHandshakeTimeout: sendTime,
		},
	}
}
