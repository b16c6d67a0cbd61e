package events

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the machine may have none
)

func TestTimezones(t *testing.T) {
	list := Timezones()
	if len(list) < 30 {
		t.Errorf("%d time zones", len(list))
	}
	for i, zone := range list {
		if i > 0 && list[i-1].Key >= zone.Key {
			t.Errorf("%s does not follow %s", zone.Key, list[i-1].Key)
		}
		if _, err := time.LoadLocation(zone.Key); err != nil || zone.Value == "" {
			t.Errorf("%s, %q: %v", zone.Key, zone.Value, err)
		}
	}
	b, err := Marshal(TimezonesResult{Timezones: list})
	if err != nil || len(b) > 16_000 { // the greatest packet (L1439)
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

// Whoever is in the example must be able to be called back.
func TestTimezonesOfTheExample(t *testing.T) {
	f, err := os.Open("../examples/contacts.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(rows[0], "timeZone")
	for _, row := range rows[1:] {
		if !slices.ContainsFunc(Timezones(), func(z POMKeyValuePair) bool { return z.Key == row[column] }) {
			t.Errorf("%s is missing", row[column])
		}
	}
}
