package zone_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/internal/script"
)

// scripts are those of the manager.
const scripts = "../manager/testdata/*.txt"

// leftOut are the scripts that only the manager's own test plays, and why. All
// others are played by TestScriptsOverTheBus too.
var leftOut = map[string]string{
	"agent-notes":                configuredLater,
	"agent-status-late":          configuredLater,
	"agent-status":               configuredLater,
	"answer-machine":             configuredLater,
	"bad-input":                  noDesktopSendsIt,
	"blending":                   configuredLater,
	"callback":                   configuredLater,
	"callback-agent":             configuredLater,
	"callback-busy":              configuredLater,
	"callback-create":            configuredLater,
	"callback-ends":              configuredLater,
	"callback-expiry":            configuredLater,
	"callback-given-back":        configuredLater,
	"callback-late":              configuredLater,
	"callback-list":              configuredLater,
	"callback-pacing":            configuredLater,
	"callback-rescheduled":       configuredLater,
	"calling-window":             configuredLater,
	"calling-window-agents":      configuredLater,
	"calling-window-callback":    configuredLater,
	"calling-window-nailing":     configuredLater,
	"calling-window-one":         configuredLater,
	"configuration":              configuredLater,
	"consult-campaign-withdrawn": configuredLater,
	"consult-customer-leaves":    configuredLater,
	"consult-external":           longWaits,
	"consult-leaving":            configuredLater,
	"consult-list":               configuredLater,
	"consult-pending":            noDesktopSendsIt,
	"consult-pending-cancelled":  configuredLater,
	"consult-refused":            configuredLater,
	"consult-resume":             noDesktopSendsIt,
	"consult-side-lost":          configuredLater,
	"customer-attributes":        noDesktopSendsIt,
	"customer-details":           configuredLater,
	"dial-failed":                longWaits,
	"disconnected":               configuredLater,
	"disconnected-hold":          longWaits,
	"dnc":                        configuredLater,
	"dnc-pacing":                 configuredLater,
	"error-texts-locale":         configuredLater,
	"logoff":                     noDesktopSendsIt,
	"logon":                      noDesktopSendsIt,
	"logon-force":                noDesktopSendsIt,
	"logon-live":                 noDesktopSendsIt,
	"logon-resume":               noDesktopSendsIt,
	"logon-unknown-command":      noDesktopSendsIt,
	"nailing-drop":               configuredLater,
	"nailing-failed":             longWaits,
	"pacing-list":                configuredLater,
	"pending-logout":             longWaits,
	"predictive":                 predictiveHistory,
	"preview":                    configuredLater,
	"preview-ends":               longWaits,
	"preview-leaving":            configuredLater,
	"preview-timed":              configuredLater,
	"preview-undecided":          longWaits,
	"release":                    noDesktopSendsIt,
	"retries":                    noDesktopSendsIt,
	"retries-by-outcome":         configuredLater,
	"services":                   servicesSendIt,
	"skills-changed":             noDesktopSendsIt,
	"snapshot":                   configuredLater,
	"switch-events":              numberedByHand,
	"switch-moves":               configuredLater,
	"switch-replaced":            configuredLater,
	"time-zones":                 noDesktopSendsIt,
	"walk-away":                  configuredLater,
	"wrapup":                     longWaits,
	"zone-down":                  configuredLater,
}

const (
	noDesktopSendsIt  = "has commands the connector refuses at once, or retries it never makes"
	servicesSendIt    = "has commands of services that act for agents"
	configuredLater   = "changes the configuration or the contacts while a leader works"
	longWaits         = "has timers that take half a minute and more"
	numberedByHand    = "numbers the events of the switch by hand"
	predictiveHistory = "needs a thousand calls first"
)

// fewest is how many scripts must remain.
const fewest = 24

// TestScriptsOverTheBus plays the manager's scripts through all that lies
// between two desktops: the connector, the logon service, the inbox, the leader,
// the journal and the feed. The trace must be the same, and each desktop must
// hear what is in it.
func TestScriptsOverTheBus(t *testing.T) {
	paths, err := filepath.Glob(scripts)
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		if leftOut[name] != "" {
			if strings.HasPrefix(name, "sequence-") {
				t.Errorf("%s is a sequence of the specification and must be played", name)
			}
			continue
		}
		played++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			playOverTheBus(t, string(text))
		})
	}
	for name := range leftOut {
		if !slices.Contains(paths, strings.Replace(scripts, "*", name, 1)) {
			t.Errorf("there is no script %s to leave out", name)
		}
	}
	if played < fewest {
		t.Errorf("%d scripts played, want %d", played, fewest)
	}
}

func playOverTheBus(t *testing.T, text string) {
	blocks, err := script.Blocks(text)
	if err != nil {
		t.Fatal(err)
	}
	p := newBusPlayer(t, blocks)
	for _, b := range blocks {
		p.block(b)
	}
	p.finish()
}

// eventLine is a line of a trace that says what happened; the others show the
// manager's state. The contacts are left out: here the leader has them from the
// configuration, before the switch is up. So is the deadline of a logon that
// waits, which only real desktops have.
var (
	eventLine   = regexp.MustCompile(`^(\d+ (cmd|resp|ntf|fact|switch) |timer |dropped: )`)
	contactLine = regexp.MustCompile(`^\d+ fact (ContactAdded|CampaignStarted) `)
	deadline    = regexp.MustCompile(` deadline=\d+`)
)

func eventsOf(trace []string) []string {
	var lines []string
	for _, line := range trace {
		if eventLine.MatchString(line) && !contactLine.MatchString(line) {
			lines = append(lines, deadline.ReplaceAllString(line, ""))
		}
	}
	return lines
}
