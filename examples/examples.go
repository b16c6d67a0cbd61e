// Package examples carries the example configuration and contact list, so that
// the demo runs from the binary alone.
package examples

import "embed"

// Files are deskbus.yaml and the contact list it names.
//
//go:embed deskbus.yaml contacts.csv
var Files embed.FS
