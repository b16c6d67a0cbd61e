// What this page says about itself: whether what it shows is true now.

import {el, list, setAttribute, setSign, setText} from "./dom.js";
import {address} from "./filters.js";
import {count, number, since, time} from "./format.js";
import {model, now} from "./model.js";

const words = {connecting: "Connecting", live: "Live", paused: "Paused", cut: "Cut off", behind: "Behind"};
const signs = {connecting: "nailing", live: "talking", paused: "hold", cut: "gone", behind: "hold"};

// What is said about a zone that is not live, without what changes all the time:
// a screen reader says it each time it changes.
const troubles = {
  starting: (z) => `The broker reads the history of zone ${z.key}.`,
  behind: (z) => `Zone ${z.key} is behind since ${since(z.since, now())}.`,
  silent: (z) => `Nobody leads zone ${z.key}, or the bus is away, since ${since(z.since, now())}. The figures are as of then.`,
  broken: (z) => `The figures of zone ${z.key} stand still since ${since(z.since, now())}: see the broker's log.`,
};

/** draw shows the state of the link, and of the zones that are looked at. */
export function draw(state, heardAt, zones) {
  const ill = zones.filter((z) => z.state in troubles);
  const shown = state === "live" && ill.length ? "behind" : state;
  setAttribute(document.body, "data-link", shown);
  const from = state === "paused" && model.zones.size ? ` at ${time(heardAt)}` : "";
  setText(document.getElementById("link-text"), words[shown] + from);
  setSign(document.querySelector("#link .sign"), signs[shown]);
  document.title = shown === "live" ? "Wallboard · Deskbus" : `${words[shown]} · Wallboard · Deskbus`;
  let text = "", more = "";
  if (state === "cut") {
    text = model.zones.size
      ? `Cut off from the broker since ${since(heardAt, Date.now())}. The figures are as of then.`
      : "The broker cannot be reached.";
    more = "Trying again by itself.";
  } else if (state === "live") {
    text = ill.map((z) => troubles[z.state](z)).join(" ");
    const missing = ill.reduce((sum, z) => sum + (z.missing ?? 0), 0);
    const read = ill.reduce((sum, z) => sum + z.zn, 0);
    if (missing) more = `${count(missing, "event")} to go, ${Math.floor(100 * read / (read + missing))} % done.`;
  }
  setText(document.getElementById("banner-text"), text);
  setText(document.getElementById("banner-more"), more);
  setAttribute(document.getElementById("banner"), "data-on", text !== "");
}

/** drawZones lists the zones: each a filter, with who leads it and how far it is. */
export function drawZones(node, filters) {
  const all = [...model.zones.values()].sort((a, b) => a.key.localeCompare(b.key));
  list(node, all, (z) => z.key, (z) => {
    const row = el("li");
    row.parts = {link: el("a", {}, z.key), more: el("span", {class: "more"})};
    row.append(row.parts.link, row.parts.more);
    return row;
  }, (row, z) => {
    const chosen = filters.zone === z.key;
    setAttribute(row.parts.link, "href", address({...filters, zone: chosen ? "" : z.key}));
    setAttribute(row.parts.link, "aria-current", chosen ? "true" : null);
    setAttribute(row, "data-ill", z.state !== "live");
    setText(row.parts.more, `${z.state === "live" ? `led by ${z.leader}` : z.state}, event ${number(z.zn)}`);
    setAttribute(row, "title", z.epoch ? `Leadership ${z.epoch}` : null);
  });
}
