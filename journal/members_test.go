package journal

import (
	"fmt"
	"slices"
	"testing"
)

// TestPlace: every zone has a place, nobody has more than a share, and a member
// that leaves moves little beside what it had.
func TestPlace(t *testing.T) {
	var zones []string
	for i := range 60 {
		zones = append(zones, fmt.Sprint("zone", i))
	}
	members := []string{"alpha", "beta", "gamma"}
	before := Place(zones, members)
	load := map[string]int{}
	for _, zone := range zones {
		if !slices.Contains(members, before[zone]) {
			t.Errorf("zone %s is placed on %q", zone, before[zone])
		}
		load[before[zone]]++
	}
	for member, n := range load {
		if n > 20 {
			t.Errorf("%s has %d zones of 60", member, n)
		}
	}
	after := Place(zones, members[:2])
	moved := 0
	for _, zone := range zones {
		if before[zone] != after[zone] {
			moved++
		}
	}
	if moved < 20 || moved > 35 {
		t.Errorf("%d of 60 zones move when one of three members leaves", moved)
	}
	if len(Place(zones, nil)) != 0 {
		t.Error("zones are placed on nobody")
	}
}

// TestPrefersWithoutTheGone: before the members know that one is gone, the others
// agree on who comes next, and still do when they know.
func TestPrefersWithoutTheGone(t *testing.T) {
	names := []string{"alpha", "beta", "gamma"}
	preferred := func(gone string, alive []string) (all []string) {
		for _, name := range names {
			m := NewMembers(nil, name, "", []string{"main"})
			for _, other := range alive {
				m.add(other, "")
			}
			if name != gone && m.Prefers("main", gone) {
				all = append(all, name)
			}
		}
		return all
	}
	first := preferred("", names)
	if len(first) != 1 {
		t.Fatalf("%v are preferred", first)
	}
	left := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == first[0] })
	next := preferred(first[0], names)
	if len(next) != 1 || !slices.Equal(next, preferred("", left)) {
		t.Errorf("after %v %v is preferred, and later %v", first, next, preferred("", left))
	}
}
