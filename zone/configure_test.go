package zone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// TestManyLargeCampaigns: together they are far larger than a message.
func TestManyLargeCampaigns(t *testing.T) {
	r := newRig(t)
	campaigns := make([]events.Campaign, 20)
	for i := range campaigns {
		campaigns[i] = events.Campaign{Name: fmt.Sprint("campaign ", i), Mode: events.ContactProgressive, Switch: "sim", RingTimeout: 20}
		for j := range 500 {
			campaigns[i].AddressBook = append(campaigns[i].AddressBook, events.POMDestination{
				Type: events.DestinationExternal, Name: strings.Repeat("x", 64), Number: fmt.Sprintf("+%020d", j),
			})
		}
	}
	config := r.config("one")
	config.Campaigns = campaigns
	stop := r.run(config)
	for _, want := range campaigns {
		if e := r.await(events.CampaignConfigured); e.Job != want.Name {
			t.Errorf("configured %q, want %q", e.Job, want.Name)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if epoch := r.check().State.Epoch; epoch != 1+lostLeases(config) {
		t.Errorf("%d leaders were needed", epoch)
	}
}
