// Package examples carries the example configuration and the files it names, so
// that the demo runs from the binary alone.
package examples

import "embed"

// Files are deskbus.yaml, the contact lists and the error messages it names.
//
//go:embed deskbus.yaml contacts.csv contacts-survey.csv contacts-upgrade.csv errors-de.yaml
var Files embed.FS
