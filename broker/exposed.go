package broker

import "net"

// warnExposed says what others may do who reach an address from elsewhere. None is
// for nobody.
func (b *Broker) warnExposed(address, what string) {
	if host, _, err := net.SplitHostPort(address); err == nil && !loopback(host) {
		b.log.Warn("not on loopback: "+what, "address", address)
	}
}

// loopback is true for addresses that only this machine reaches.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
