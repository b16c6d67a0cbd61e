package wallboard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// body is the data of a message: rows as a whole, those of a delta only where
// they changed.
type body struct {
	Now       int64             `json:"now"`
	Zones     []json.RawMessage `json:"zones,omitempty"`
	Campaigns []json.RawMessage `json:"campaigns,omitempty"`
	Agents    []json.RawMessage `json:"agents,omitempty"`
	Minutes   []minutesRow      `json:"minutes,omitempty"`
	News      []news            `json:"news,omitempty"`
	// GoneAgents and GoneCampaigns are the keys of rows that are no more.
	GoneAgents    []string `json:"goneAgents,omitempty"`
	GoneCampaigns []string `json:"goneCampaigns,omitempty"`
}

func (d *body) empty() bool {
	return len(d.Zones)+len(d.Campaigns)+len(d.Agents)+len(d.Minutes)+len(d.News)+
		len(d.GoneAgents)+len(d.GoneCampaigns) == 0
}

// table is rows as they were told, by their keys.
type table map[string]json.RawMessage

// put adds a row to the changes when it is not what was told.
func (t table) put(changes *[]json.RawMessage, key string, row any) {
	text, err := json.Marshal(row)
	if err != nil {
		panic(err) // rows are made of texts and numbers
	}
	if !bytes.Equal(t[key], text) {
		t[key] = text
		*changes = append(*changes, text)
	}
}

func (t table) remove(gone *[]string, key string) {
	if _, was := t[key]; was {
		delete(t, key)
		*gone = append(*gone, key)
	}
}

// rows returns all in the order of their keys.
func (t table) rows() []json.RawMessage {
	all := make([]json.RawMessage, 0, len(t))
	for _, key := range slices.Sorted(maps.Keys(t)) {
		all = append(all, t[key])
	}
	return all
}

type tables struct {
	zones, campaigns, agents table
	// news are the newest of all zones, the oldest first.
	news []news
	// told is the newest event of each zone that is in the tables.
	told map[string]uint64
}

func newTables() tables {
	return tables{zones: table{}, campaigns: table{}, agents: table{}, told: map[string]uint64{}}
}

// update brings the tables up to date and returns what changed. It needs the
// board's lock.
func (b *Board) update(now time.Time) body {
	changes := body{Now: now.UnixMilli()}
	for i, z := range b.zones {
		z.mu.Lock()
		b.updateZone(&changes, i, now)
		z.mu.Unlock()
	}
	slices.SortStableFunc(changes.News, func(a, b news) int { return cmp.Compare(a.At, b.At) })
	told := append(b.tables.news, changes.News...)
	b.tables.news = slices.Clone(told[max(0, len(told)-maxNews):])
	return changes
}

// updateZone needs the zone's lock. Of a zone that is not filled, nothing is told
// but how far it is: its figures would be those of the past.
func (b *Board) updateZone(changes *body, i int, now time.Time) {
	z, f := b.zones[i], b.zones[i].fold
	row := zoneRow{Key: z.name, ZN: f.status.ZN(), health: z.health(now)}
	b.tables.told[z.name] = row.ZN
	if !z.filled() {
		b.tables.zones.put(&changes.Zones, row.Key, row)
		return
	}
	ofZone, ofCampaigns := f.figures(now.UnixMicro())
	row.Leader, row.Epoch, row.Figures = f.leader, f.epoch, &ofZone
	b.tables.zones.put(&changes.Zones, row.Key, row)
	for name, c := range f.campaigns {
		b.updateCampaign(changes, z, name, c, ofCampaigns[name])
	}
	for id := range f.changed {
		if a := f.agents[id]; a != nil {
			b.tables.agents.put(&changes.Agents, key(z.name, id), f.agentRow(z.name, id, a))
		} else {
			b.tables.agents.remove(&changes.GoneAgents, key(z.name, id))
		}
	}
	clear(f.changed)
	changes.News = append(changes.News, f.newsAfter(b.newsTold[i])...)
	b.newsTold[i] = f.newest
}

// updateCampaign leaves out what is over: withdrawn, and nobody works in it.
func (b *Board) updateCampaign(changes *body, z *zone, name string, c *campaign, n *figures) {
	k := key(z.name, name)
	if !c.Configured || c.Withdrawn && !c.Running && n.LoggedOn == 0 {
		b.tables.campaigns.remove(&changes.GoneCampaigns, k)
		clear(c.changed)
		return
	}
	b.tables.campaigns.put(&changes.Campaigns, k, campaignRowOf(z.name, name, c, n))
	if len(c.changed) > 0 {
		changed := c.minutesOf(changes.Now*1000, func(m int64) bool { return c.changed[m] })
		if len(changed) > 0 {
			changes.Minutes = append(changes.Minutes, minutesRow{k, changed})
		}
		clear(c.changed)
	}
}

// snapshot returns all that the tables have. It needs the board's lock.
func (b *Board) snapshot(now time.Time) body {
	all := body{
		Now: now.UnixMilli(), Zones: b.tables.zones.rows(), Campaigns: b.tables.campaigns.rows(),
		Agents: b.tables.agents.rows(), News: b.tables.news,
	}
	for _, z := range b.zones {
		z.mu.Lock()
		for name, c := range z.fold.campaigns {
			k := key(z.name, name)
			if _, shown := b.tables.campaigns[k]; shown {
				all.Minutes = append(all.Minutes, minutesRow{k, c.minutesOf(all.Now*1000, func(int64) bool { return true })})
			}
		}
		z.mu.Unlock()
	}
	return all
}
