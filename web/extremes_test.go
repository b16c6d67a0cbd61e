package web

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// dense is a picture of the office with so many agents more.
func dense(more int) object {
	all := office()
	agents := all["agents"].([]object)
	for i := range more {
		agents = append(agents, agentRow("main", fmt.Sprint(3000+i), fmt.Sprintf("Crowd %04d", i), "Spring renewal", "talking", time.Minute))
	}
	all["agents"] = agents
	return all
}

// TestManyAgents: the page shows the first of them, and all when it is asked to.
func TestManyAgents(t *testing.T) {
	f, b := openOffice(t, "")
	f.say("a.2", "snapshot", dense(1000))
	tiles := func(n int) string {
		return fmt.Sprintf(`document.querySelectorAll(".tile").length === %d`, n)
	}
	b.Wait("the first of them", tiles(120)+` && document.querySelector("#agents-more").innerText === "Show all 1,013 agents"`)
	b.Eval(nil, `document.querySelector("#agents-more a").click()`)
	b.Wait("all of them", tiles(1013)+` && location.search === "?all=1"`)
	b.Eval(nil, `document.querySelector("#agents-more a").click()`)
	b.Wait("the first again", tiles(120)+` && location.search === ""`)
	b.Eval(nil, `document.querySelector("[name=q]").focus()`)
	b.Press("available")
	b.Wait("a filter looks at all", tiles(1)+` && document.querySelector("#agents-more").hidden`)
}

// TestNothingThere: an office without anybody, and a broker that does not know yet
// who is there, do not look the same.
func TestNothingThere(t *testing.T) {
	f, b := openOffice(t, "")
	none := zoneRow("main", "live", object{"figures": object{
		"loggedOn": 0, "available": 0, "onContact": 0, "onHold": 0, "preview": 0, "wrapUp": 0, "notReady": 0, "nailing": 0, "inbound": 0,
		"gone": 0, "pending": 0, "ringing": 0, "waiting": 0, "dials": 0, "planned": 0, "due": 0, "overdue": 0,
		"hour": object{"answered": 0, "abandoned": 0, "handled": 0}, "today": object{"answered": 0, "abandoned": 0, "handled": 0},
	}})
	f.say("a.2", "snapshot", object{"zones": []object{none}})
	values := func(want string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("#now .value")].map((n) => n.innerText).join(" ") === %q`, want)
	}
	b.Wait("nobody is there", values("0 – 0 –")+` && document.querySelector("#agents-none").innerText === "Nobody is logged on." &&
		document.querySelector("#campaigns-none").innerText === "There are no campaigns."`)
	starting := zoneRow("main", "starting", object{"missing": 3 * 12345})
	delete(starting, "figures")
	f.say("b.1", "snapshot", object{"zones": []object{starting}})
	b.Wait("the broker does not know", values("– – – –")+` && !document.querySelector("#agents-none").innerText &&
		document.querySelector("#banner-more").innerText === "37,035 events to go, 25 % done."`)
	noTrouble(t, b, f)
}

// TestClocksDiffer: times count by the broker's clock, whatever the browser's says.
func TestClocksDiffer(t *testing.T) {
	f, b := openOffice(t, "?q=talking")
	for i, ahead := range []time.Duration{-3 * time.Hour, 40 * time.Minute, 0} {
		broker := time.Now().Add(ahead).UnixMilli()
		a := agentRow("main", "1002", "Agent talking", "Spring renewal", "talking", 0)
		a["since"], a["loggedOn"] = broker-65_000, broker-3600_000
		f.say(fmt.Sprint("a.", i+2), "delta", object{"now": broker, "agents": []object{a}})
		b.Wait(fmt.Sprintf("a clock that is %v ahead", ahead), `/^1:[0-5]\d$/.test(document.querySelector(".tile .time").innerText)`)
		b.Wait("the clock shows the broker's time", fmt.Sprintf(`(() => {
			const [hours, minutes] = document.querySelector("#clock").innerText.split(":"), told = new Date(%d);
			const since = hours * 60 + Number(minutes) - told.getHours() * 60 - told.getMinutes();
			return (since + 24 * 60) %% (24 * 60) < 5;
		})()`, broker))
	}
}

// TestLongNames: no name makes the page wider than its window, and one from the
// right to the left keeps its place.
func TestLongNames(t *testing.T) {
	f, b := openOffice(t, "")
	long, hebrew := strings.Repeat("Rindfleischetikettierung", 4), "דוד כהן (42)"
	first, second := agentRow("main", "1001", long, long, "talking", time.Hour), agentRow("main", "1002", hebrew, long, "talking", time.Hour)
	for _, a := range []object{first, second} {
		a["session"], a["callSince"] = "s1", a["since"]
	}
	news := []object{{"zone": "main", "zn": 9, "at": 1, "name": long, "campaign": long, "text": long, "tone": "bad"}}
	over := campaignRow("main", long)
	over["abandonLimit"] = 10
	f.say("a.2", "delta", object{"campaigns": []object{over}, "agents": []object{first, second}, "news": news})
	b.Wait("the names are there", `document.querySelector("#calls .names").innerText.includes(" + ") && document.querySelector("#now").innerText.includes("over its limit")`)
	for _, width := range []int{320, 390, 820, 1280, 1920} {
		b.Resize(width, 800)
		b.Wait(fmt.Sprintf("nothing sticks out at %d", width), `document.documentElement.scrollWidth <= innerWidth`)
		var out []string
		b.Eval(&out, `const right = (n) => n.getBoundingClientRect().right;
			const cut = (n, card) => n !== card && (getComputedStyle(n).overflow !== "visible" || cut(n.parentElement, card));
			return [...document.querySelectorAll(".card *")].filter((n) => n.checkVisibility() && !n.closest("svg, .hidden, thead") &&
				!cut(n.parentElement, n.closest(".card")) && right(n) > right(n.closest(".card")) + 1).map((n) => n.outerHTML)`)
		for _, n := range out {
			t.Errorf("at %d this sticks out of its card: %s", width, n)
		}
	}
	b.Wait("a name of the other direction is apart", `[...document.querySelectorAll("#calls .names bdi")].some((n) => n.innerText === `+fmt.Sprintf("%q", hebrew)+`)`)
}

// TestADayOpen: what a page keeps of a long day is bounded.
func TestADayOpen(t *testing.T) {
	f, b := openOffice(t, "")
	minute := time.Now().Unix() / 60
	for hour := range int64(24) {
		news, minutes := []object{}, [][4]int64{}
		for i := range int64(60) {
			at := minute - (23-hour)*60 - 59 + i
			minutes = append(minutes, [4]int64{at, 2, 1, 1})
			news = append(news, object{"zone": "main", "zn": 100 + hour*60 + i, "at": at * 60000, "text": "something"})
		}
		f.say(fmt.Sprint("a.", hour+2), "delta", object{
			"now": (minute - (23-hour)*60) * 60000, "minutes": []object{{"key": "main/Spring renewal", "minutes": minutes}}, "news": news,
		})
	}
	// The page's clock goes on from the beginning of the last minute, so that the hour
	// does not end while the test looks.
	b.Wait("the last hour", `document.querySelector(".chart").getAttribute("aria-label").includes("120 live answers, 60 abandoned")`)
	var kept struct{ News, Minutes, Nodes int }
	b.Eval(&kept, `return import("/assets/model.js").then(({model}) => ({news: model.news.length,
		minutes: [...model.minutes.values()].reduce((n, m) => n + m.size, 0), nodes: document.querySelectorAll("#news li").length}))`)
	if kept.News != 50 || kept.Nodes != 50 || kept.Minutes > 61+minutesAhead {
		t.Errorf("a day leaves %+v", kept)
	}
}
