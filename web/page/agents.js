// The agents, a tile each, and the conversations they have.

import {el, list, setAttribute, setSign, setText, sign} from "./dom.js";
import {address} from "./filters.js";
import {count, duration, number, shortTime} from "./format.js";
import {activities, model, now, stateOf} from "./model.js";

/** stale tells whether the figures of a zone are not those of now. */
export const stale = (zone) => model.zones.get(zone)?.state !== "live";

// More tiles than this are more than anybody reads, and slow the page down.
const most = 120;

/** drawAgents shows the first of them, or all when that is asked for. */
export function drawAgents(node, more, agents, filters) {
  list(node, filters.all ? agents : agents.slice(0, most), (a) => a.key, makeTile, drawTile);
  more.hidden = agents.length <= most;
  setText(more.firstChild, filters.all ? `Show the first ${most}` : `Show all ${number(agents.length)} agents`);
  setAttribute(more.firstChild, "href", address({...filters, all: filters.all ? "" : "1"}));
}

function makeTile() {
  const tile = el("li", {class: "tile"});
  const parts = tile.parts = {
    sign: sign("notready"), name: el("p", {class: "who"}),
    state: el("span", {class: "doing"}), time: el("span", {class: "time"}),
    campaign: el("bdi"), id: el("bdi"), on: el("span"), notes: el("ul", {class: "notes"}),
  };
  tile.append(parts.name, el("p", {class: "state"}, parts.sign, parts.state), parts.time,
    el("p", {class: "about"}, el("span", {class: "place"}, parts.campaign, parts.id), " ",
      el("span", {class: "hidden"}, "logged "), parts.on), parts.notes);
  return tile;
}

function drawTile(tile, a) {
  const {parts} = tile;
  tile.since = a.since;
  setAttribute(tile, "data-state", stateOf(a.activity));
  setAttribute(tile, "data-stale", stale(a.zone));
  setSign(parts.sign, a.activity);
  setText(parts.name, a.name);
  setText(parts.state, activities[a.activity] + (a.activity === "notready" && a.reason ? `: ${a.reason}` : ""));
  setText(parts.campaign, a.campaign ?? "");
  setText(parts.id, a.id);
  setText(parts.on, `on since ${shortTime(a.loggedOn)}`);
  const notes = notesOf(a);
  list(parts.notes, notes, (n) => n, (n) => el("li", {}, n), () => {});
  parts.notes.hidden = notes.length === 0;
}

/** notesOf are what else there is to know. */
function notesOf(a) {
  const notes = [];
  if (a.disconnected && a.activity !== "gone") notes.push("Desktop gone");
  if (a.agentState === "PendingNotReady" && a.activity !== "notready") notes.push("Not ready next");
  if (a.consults) notes.push(`${count(a.consults, "consult")} waiting`);
  if (a.callback) notes.push("Callback soon");
  if (a.nailupStatus === "NailingLost") notes.push("Line lost");
  return notes;
}

/** drawCalls lists the longest conversations: those who are in one together share it. */
export function drawCalls(node, agents, most) {
  const calls = new Map();
  for (const a of agents) {
    if (!a.session) continue;
    const key = `${a.zone}/${a.session}`;
    if (!calls.has(key)) calls.set(key, {key, since: a.callSince || a.since, campaign: a.campaign, zone: a.zone, names: [], activity: a.activity});
    const call = calls.get(key);
    call.names.push(a.name);
    if (a.activity !== "talking") call.activity = a.activity;
  }
  const longest = [...calls.values()].sort((x, y) => x.since - y.since);
  list(node, longest.slice(0, most), (c) => c.key, makeCall, drawCall);
  return longest.length;
}

function makeCall() {
  const row = el("li");
  const parts = row.parts = {
    time: el("span", {class: "time"}), names: el("span", {class: "names"}), sign: sign("talking"), what: el("span", {class: "what"}),
  };
  row.append(parts.time, parts.names, el("span", {class: "about"}, parts.sign, parts.what));
  return row;
}

function drawCall(row, c) {
  row.since = c.since;
  setAttribute(row, "data-state", stateOf(c.activity));
  setAttribute(row, "data-stale", stale(c.zone));
  setSign(row.parts.sign, c.activity);
  if (row.parts.names.textContent !== c.names.join(" + ")) {
    row.parts.names.replaceChildren(...c.names.flatMap((name, i) => i ? [" + ", el("bdi", {}, name)] : [el("bdi", {}, name)]));
  }
  setText(row.parts.what, `${activities[c.activity]}${c.campaign ? `, ${c.campaign}` : ""}`);
}

/** tick counts the times on. */
export function tick(...nodes) {
  for (const node of nodes) {
    for (const row of node.children) if (row.since) setText(row.parts.time, duration(now() - row.since));
  }
}
