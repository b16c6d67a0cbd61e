package web

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/internal/browser"
)

// openOffice opens the page and waits until it shows the office.
func openOffice(t *testing.T, query string) (*fake, *browser.Browser) {
	t.Helper()
	b := browser.Start(t)
	f := newFake(t)
	b.Resize(1440, 900)
	f.show(b, query)
	return f, b
}

func TestPageShowsEverything(t *testing.T) {
	f, b := openOffice(t, "")
	for what, expression := range map[string]string{
		"thirteen agents":       `document.querySelectorAll(".tile").length === 13`,
		"the state and why":     `document.querySelector("#agents").innerText.includes("Not ready: Lunch")`,
		"the time in the state": `/^[78]:\d\d$/.test(document.querySelectorAll(".tile")[11].querySelector(".time").innerText)`,
		"what else there is": `["Not ready next", "2 consults waiting", "Callback soon"].every((n) =>
			[...document.querySelectorAll(".notes li")].some((li) => li.innerText === n))`,
		"both zones":             `document.querySelector("#zones").innerText.includes("north")`,
		"figures are added up":   `document.querySelector("#now").innerText.includes("of 24 logged on")`,
		"the abandon rate":       `document.querySelector("#now").innerText.includes("2.5 %")`,
		"of how many":            `document.querySelector("#now").innerText.includes("10 of 400 live answers")`,
		"who waits":              `document.querySelector("#now [data-alert]").innerText.match(/Customers waiting\s+2\s+8 ringing/)`,
		"the longest in a state": `/Longest in state\s+1[12]:\d\d\s+Agent gone, desktop gone/.test(document.querySelector("#now").innerText)`,
		"the longest of each":    `/On hold\s+longest [23]:\d\d/.test(document.querySelector("#staff").innerText)`,
		"the longest call":       `document.querySelector("#calls li .names").innerText === "Agent consult"`,
		"the news, newest last":  `document.querySelector("#news li").innerText.includes("Switch sim is up")`,
		"what is bad is said":    `document.querySelector("#news li:nth-child(2)").textContent.includes("Attention: ")`,
		"the chart has bars":     `document.querySelectorAll(".chart .served").length === 60`,
	} {
		b.Wait(what, expression)
	}

	// A change changes only what it is about.
	b.Eval(nil, `document.querySelectorAll(".tile").forEach((tile) => tile.seen = true)`)
	gone := agentRow("main", "1001", "Agent available", "Spring renewal", "talking", 0)
	f.say("a.2", "delta", object{"agents": []object{gone}, "goneAgents": []string{"main/1012"}})
	b.Wait("the agent talks", `[...document.querySelectorAll(".tile")].some((n) => n.seen && n.innerText.match(/Agent available\s+Talking/))`)
	b.Wait("an agent has gone", `document.querySelectorAll(".tile").length === 12 && [...document.querySelectorAll(".tile")].every((n) => n.seen)`)
	noTrouble(t, b, f)
}

// noTrouble looks at the console and at whom the page asked for something.
func noTrouble(t *testing.T, b *browser.Browser, f *fake) {
	t.Helper()
	for _, line := range b.Console() {
		t.Errorf("the console says: %s", line)
	}
	for host := range b.Hosts() {
		if host != strings.TrimPrefix(f.url, "http://") {
			t.Errorf("the page asked %q", host)
		}
	}
}

// TestNamesAreText: what campaigns, agents and reasons are called cannot become
// part of the page.
func TestNamesAreText(t *testing.T) {
	f, b := openOffice(t, "")
	const evil = `<img src=x onerror="document.title='owned'"><b>"&amp;`
	agent := agentRow("main", "<i>1", evil, evil, "notready", 0)
	agent["reason"], agent["agentState"] = evil, "NotReady"
	zone := zoneRow("main", "live", object{"leader": evil})
	f.say("a.2", "delta", object{
		"zones": []object{zone}, "agents": []object{agent}, "campaigns": []object{campaignRow("main", evil)},
		"news": []object{{"zone": "main", "zn": 9, "at": 1, "name": evil, "campaign": evil, "text": evil}},
	})
	b.Wait("the name shows as it is", `[...document.querySelectorAll(".who")].some((n) => n.textContent.startsWith("<img src=x onerror="))`)
	b.Wait("the campaign can be chosen", `[...document.querySelectorAll("[name=campaign] option")].some((n) => n.textContent.startsWith("<img"))`)
	var made int
	b.Eval(&made, `return document.querySelectorAll("img:not(h1 img), main i:not(.bar i), main b b").length`)
	if made != 0 {
		t.Errorf("a name has made %d elements", made)
	}
	var title string
	b.Eval(&title, "return document.title")
	if strings.Contains(title, "owned") {
		t.Error("a name has run a script")
	}
	noTrouble(t, b, f)
}

func TestZonesThatAreNotLive(t *testing.T) {
	f, b := openOffice(t, "")
	since := time.Now().Add(-time.Minute).UnixMilli()
	for state, want := range map[string]string{
		"behind": "Zone north is behind since", "silent": "Nobody leads zone north", "broken": "stand still",
		"starting": "reads the history of zone north",
	} {
		f.say("", "delta", object{"zones": []object{zoneRow("north", state, object{"since": since, "missing": 77})}})
		b.Wait(state+" is told", fmt.Sprintf(`document.querySelector("#banner").innerText.includes(%q)`, want))
		b.Wait("how much is missing", `document.querySelector("#banner-more").innerText === "77 events to go, 99 % done."`)
		b.Wait("its agents are grey, the others not", `getComputedStyle([...document.querySelectorAll(".tile")].find((n) =>
			n.innerText.includes("Nora"))).filter === "grayscale(1)" && getComputedStyle(document.querySelector(".tile")).filter === "none"`)
		b.Wait("the link says so", `document.querySelector("#link-text").innerText === "Behind"`)
	}
	f.say("", "delta", object{"zones": []object{zoneRow("north", "live", nil)}})
	b.Wait("it is over", `!document.querySelector("#banner").innerText && document.body.dataset.link === "live"`)
}

// TestBreaks: the page tells when it hears nothing, comes back with the id of
// what it knows, and loads itself anew when the broker has another page.
func TestBreaks(t *testing.T) {
	f, b := openOffice(t, "?state=hold")
	f.silent.Store(true)
	b.Wait("a silent link is cut off", `document.body.dataset.link === "cut" && document.querySelector("#banner").innerText`)
	b.Wait("what it shows is grey", `getComputedStyle(document.querySelector(".board")).filter === "grayscale(1)"`)
	f.await("a.1")
	f.silent.Store(false)
	f.say("", "hello", object{"page": "1"})
	f.say("a.2", "delta", object{"goneAgents": []string{"main/1001"}})
	b.Wait("it is live again", `document.body.dataset.link === "live" && !document.querySelector("#banner").innerText`)

	f.say("", "reconnect", object{})
	f.await("a.2")
	b.Eval(nil, "window.before = true")
	f.say("", "hello", object{"page": "2"})
	f.await("")
	b.Wait("the page is loaded anew", `window.before === undefined`)
	f.say("", "hello", object{"page": "2"})
	f.say("b.1", "snapshot", office())
	b.Wait("the filter is still there", `document.querySelectorAll(".tile").length === 1 && location.search === "?state=hold"`)
}

func TestFilters(t *testing.T) {
	f, b := openOffice(t, "?zone=main&state=contact&sort=time")
	names := func(want ...string) {
		t.Helper()
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		b.Wait("the agents are "+string(text),
			fmt.Sprintf(`JSON.stringify([...document.querySelectorAll(".who")].map((n) => n.innerText)) === %q`, text))
	}
	names("Agent conference", "Agent consult", "Agent talking")
	b.Wait("the form says so", `["zone=main", "state=contact", "sort=time"].every((p) => new URLSearchParams(new FormData(document.forms[0])).toString().includes(p))`)
	b.Wait("how many there are", `document.querySelector("#agents-count").innerText === "3 of 13"`)
	// That is said when it is chosen and not each time it changes.
	b.Wait("it is said", `document.querySelector("#said").textContent === "3 of 13 agents"`)
	f.say("a.2", "delta", object{"agents": []object{agentRow("main", "1001", "Agent available", "Spring renewal", "talking", 0)}})
	names("Agent conference", "Agent consult", "Agent talking", "Agent available")
	b.Wait("it is not said again", `document.querySelector("#said").textContent === "3 of 13 agents"`)
	f.say("a.3", "delta", object{"agents": []object{agentRow("main", "1001", "Agent available", "Spring renewal", "available", 0)}})
	names("Agent conference", "Agent consult", "Agent talking")

	b.Eval(nil, `document.querySelector("[name=q]").focus()`)
	b.Press("talk")
	names("Agent talking")
	b.Wait("the address has it", `location.search === "?zone=main&state=contact&q=talk&sort=time"`)
	b.Eval(nil, `document.querySelector("#clear").click()`)
	b.Wait("all of them, in the same order", `document.querySelectorAll(".tile").length === 13 && location.search === "?sort=time"`)
	b.Eval(nil, `history.back()`)
	names("Agent talking")

	b.Eval(nil, `[...document.querySelectorAll("#staff a")].find((a) => a.innerText.includes("Wrap-up")).click()`)
	b.Wait("a figure is a filter", `new URLSearchParams(location.search).get("state") === "wrapup"`)
	f.show(b, "?campaign=Nothing+like+it")
	b.Wait("no agent matches, and the form says why", `document.querySelector("#agents-none").innerText === "No agent matches the filters." &&
		document.querySelector("[name=campaign]").value === "Nothing like it"`)
	f.show(b, "?zone=north&big=1")
	names("Nora North")
	b.Wait("the type is large", `parseFloat(getComputedStyle(document.documentElement).fontSize) >= 24`)
	noTrouble(t, b, f)
}

// TestForEverybody: keyboard, screen reader, contrast, motion, small and large
// windows. The pictures are for people: go test ./web -run ForEverybody -artifacts.
func TestForEverybody(t *testing.T) {
	_, b := openOffice(t, "?state=notready")
	for selector, want := range map[string][2]string{
		"[name=zone]": {"combobox", "Zone"}, "[name=campaign]": {"combobox", "Campaign"}, "[name=state]": {"combobox", "State"},
		"[name=sort]": {"combobox", "Sort by"}, "[name=q]": {"searchbox", "Agent"}, "[name=big]": {"checkbox", "Large type"},
		"#filters": {"search", "Filters"}, "#zones": {"list", "Zones"}, "#campaigns": {"table", "Campaigns"},
		"#banner": {"status", ""}, "#said": {"status", ""}, "#agents": {"list", "Agents 1 of 13"}, ".scroll": {"region", "What happened"}, "main": {"main", ""},
		"#campaigns tbody th": {"rowheader", "Spring renewal Predictive"},
	} {
		if role, name := b.Computed(selector); role != want[0] || name != want[1] {
			t.Errorf("%s is a %s %q, want a %s %q", selector, role, name, want[0], want[1])
		}
	}
	if role, name := b.Computed(".chart"); role != "image" && role != "img" || !strings.Contains(name, "live answers") {
		t.Errorf("the chart is a %s %q", role, name)
	}
	var headings []string
	b.Eval(&headings, `return [...document.querySelectorAll("h1, h2, h3")].map((h) => h.tagName)`)
	if len(headings) < 6 || headings[0] != "H1" || strings.Count(strings.Join(headings, ""), "H1") != 1 {
		t.Errorf("headings: %v", headings)
	}
	checkKeyboard(t, b)

	pictures := t.ArtifactDir()
	for _, look := range []struct {
		name, scheme  string
		width, height int
	}{
		{"light", "light", 1440, 900}, {"dark", "dark", 1440, 900}, {"phone", "light", 360, 740}, {"phone-dark", "dark", 360, 740},
		{"wall", "dark", 3840, 2160}, {"narrow", "light", 320, 600}, {"tablet", "light", 820, 1180},
	} {
		b.Resize(look.width, look.height)
		b.Prefer("prefers-color-scheme", look.scheme)
		b.Wait("nothing sticks out of "+look.name, `document.documentElement.scrollWidth <= innerWidth`)
		checkContrast(t, b, look.name)
		b.Screenshot(filepath.Join(pictures, look.name+".png"))
	}
	b.Eval(nil, `document.querySelector("[name=big]").click()`)
	for _, width := range []int{360, 1024, 1440, 1920} {
		b.Resize(width, 900)
		b.Wait("large type does not stick out", `document.documentElement.dataset.big === "" && document.documentElement.scrollWidth <= innerWidth`)
	}
	b.Screenshot(filepath.Join(pictures, "large.png"))
	b.Prefer("prefers-reduced-motion", "reduce")
	b.Wait("nothing moves", `[...document.querySelectorAll("*")].every((n) => getComputedStyle(n).transitionDuration === "0s" && getComputedStyle(n).animationName === "none")`)
}

// checkKeyboard walks through the page with the Tab key.
func checkKeyboard(t *testing.T, b *browser.Browser) {
	t.Helper()
	const tab, enter = "\uE004", "\uE007"
	b.Eval(nil, `document.activeElement.blur()`)
	b.Press(tab)
	b.Wait("the way to the agents comes first", `document.activeElement.className === "skip" && document.activeElement.getBoundingClientRect().top >= 0`)
	b.Press(enter)
	b.Wait("and leads there", `document.activeElement.id === "agents"`)
	b.Eval(nil, `document.activeElement.blur(); document.querySelector(".skip").focus()`)
	var order []string
	for range 30 {
		b.Press(tab)
		var at struct{ Name, Outline string }
		b.Eval(&at, `const n = document.activeElement; if (n === document.body) return {name: "the end"}; return {name: n.name || n.innerText || n.tagName, outline: getComputedStyle(n).outlineStyle}`)
		if at.Outline == "none" {
			t.Errorf("one cannot see that %q has the focus", at.Name)
		}
		order = append(order, strings.Join(strings.Fields(at.Name), " "))
	}
	walk := strings.Join(order, "|")
	rest := walk
	for _, want := range []string{"main|", "north|", "Agents available|", "Longest in state|", "zone|", "campaign|", "state|", "sort|", "q|", "big|", "Clear filters|", "4 Available longest ", "Spring renewal|", "As a table|"} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("the Tab key does not come to %q in its place: %s", want, walk)
		}
		rest = after
	}
}

// checkContrast measures each text against what is behind it: 4.5, or 3 where it
// is large (WCAG 2.2, 1.4.3).
func checkContrast(t *testing.T, b *browser.Browser, look string) {
	t.Helper()
	var faint []string
	b.Eval(&faint, `
		const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
		const rgba = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
			return [...canvas.getImageData(0, 0, 1, 1).data]; };
		const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
			.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
		const ground = (n) => { for (; n; n = n.parentElement) { const c = rgba(getComputedStyle(n).backgroundColor); if (c[3] === 255) return c; }
			return [255, 255, 255]; };
		const faint = [];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walk.nextNode()) {
			const n = walk.currentNode.parentElement;
			if (!walk.currentNode.data.trim() || !n.checkVisibility() || n.closest(".hidden, noscript, option")) continue;
			const style = getComputedStyle(n), size = parseFloat(style.fontSize);
			const [a, b] = [light(rgba(n.closest("svg") ? style.fill : style.color)), light(ground(n))].sort((x, y) => y - x);
			const ratio = (a + 0.05) / (b + 0.05);
			if (ratio < (size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5)) faint.push(ratio.toFixed(1) + " " + walk.currentNode.data);
		}
		return faint;`)
	for _, text := range faint {
		t.Errorf("%s: too little contrast: %s", look, text)
	}
}
