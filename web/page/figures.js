// The figures at the top, and the table of campaigns.

import {el, list, setAttribute, setText, sign} from "./dom.js";
import {address} from "./filters.js";
import {count, number, percent} from "./format.js";
import {stale} from "./agents.js";
import {stateOf, states} from "./model.js";
import {overLimit} from "./now.js";

/** total adds figures up. */
export function total(rows) {
  const sum = {};
  const add = (to, from) => {
    for (const [name, value] of Object.entries(from)) {
      if (typeof value === "number") to[name] = (to[name] ?? 0) + value;
      else if (!Array.isArray(value)) add(to[name] ??= {}, value);
    }
  };
  const reasons = new Map();
  for (const {figures} of rows) {
    if (!figures) continue;
    add(sum, figures);
    for (const r of figures.reasons ?? []) reasons.set(r.reason, (reasons.get(r.reason) ?? 0) + r.agents);
  }
  return {...sum, reasons};
}

/** drawStaff shows how many agents are in each state, and how long one of them at most. */
export function drawStaff(n, crew, filters) {
  const since = {};
  for (const a of crew) since[stateOf(a.activity)] = Math.min(a.since, since[stateOf(a.activity)] ?? Infinity);
  const shown = Object.entries(states).filter(([, s]) => !s.rare || n[s.figure]);
  const items = shown.map(([key, s]) => ({key, label: s.label, value: n[s.figure], sign: s.is[0], since: since[key]}));
  list(document.getElementById("staff"), items, (i) => i.key, makeState, (node, i) => {
    const link = node.firstChild;
    const chosen = i.key === filters.state;
    setAttribute(link, "href", address({...filters, state: chosen ? "" : i.key}));
    setAttribute(link, "aria-current", chosen ? "true" : null);
    setAttribute(node, "data-zero", !i.value);
    setText(node.parts.value, i.value === undefined ? "–" : number(i.value));
    node.since = i.since;
    node.parts.longest.hidden = !i.since;
  });
  const share = document.getElementById("share");
  list(share, items.filter((i) => i.value), (i) => i.key, (i) => el("span", {"data-state": i.key}),
    (node, i) => { node.style.flexGrow = i.value; });
  setText(document.getElementById("staff-note"), staffNote(n));
}

function makeState(i) {
  const link = el("a", {"data-state": i.key});
  const parts = {value: el("b", {class: "value"}), time: el("span"), longest: el("span", {class: "more"})};
  parts.longest.append("longest ", parts.time);
  const label = el("span", {class: "label"}, sign(i.sign), i.label);
  link.append(parts.value, label, " ", parts.longest);
  const node = el("li", {}, link);
  node.parts = parts;
  return node;
}

function staffNote(n) {
  const parts = [...n.reasons].map(([reason, agents]) => `${reason || "no reason"} ${agents}`);
  const notes = parts.length ? [`Not ready: ${parts.join(", ")}`] : [];
  if (n.pending) notes.push(`${count(n.pending, "agent")} not ready after this call`);
  return notes.join(". ");
}

export function drawTraffic(n) {
  const known = n.loggedOn !== undefined;
  const text = (value) => known ? number(value) : "–";
  const items = [
    {label: "Dials/min", value: text(n.dials)},
    {label: "Handled today", value: text(n.today?.handled)},
    {label: "Callbacks due", value: text(n.due + n.overdue)},
  ];
  list(document.getElementById("traffic"), items, (i) => i.label, (i) => {
    return el("li", {}, el("b", {class: "value"}), el("span", {class: "label"}, i.label));
  }, (node, i) => setText(node.firstChild, i.value));
  const notes = known ? [`Abandoned today: ${percent(n.today.abandoned, n.today.answered)}, ${number(n.today.abandoned)} of ${count(n.today.answered, "live answer")}`] : [];
  const callbacks = [[n.planned, "planned"], [n.due, "due"], [n.overdue, "overdue"]].filter(([many]) => many);
  if (callbacks.length) notes.push(`Callbacks: ${callbacks.map(([many, what]) => `${number(many)} ${what}`).join(", ")}`);
  setText(document.getElementById("traffic-note"), notes.join("\n"));
}

const columns = [
  {label: "Campaign"},
  {label: "Agents", of: (n) => n.loggedOn},
  {label: "Available", of: (n) => n.available, state: "available"},
  {label: "On contact", of: (n) => n.onContact, state: "contact"},
  {label: "On hold", of: (n) => n.onHold, state: "hold"},
  {label: "Preview", of: (n) => n.preview, state: "preview"},
  {label: "Wrap-up", of: (n) => n.wrapUp, state: "wrapup"},
  {label: "Not ready", of: (n) => n.notReady, state: "notready"},
  {label: "Ringing", of: (n) => n.ringing},
  {label: "Dials/min", of: (n) => n.dials},
  {label: "Callbacks", of: (n) => n.planned + n.due + n.overdue, more: (n) => n.overdue ? `${n.overdue} overdue` : n.due ? `${n.due} due` : ""},
  {label: "Abandoned", wide: true},
];

export function drawCampaigns(table, campaigns, filters) {
  const head = table.tHead;
  if (!head.firstChild) {
    head.append(el("tr", {role: "row"}, ...columns.map((c) => el("th", {role: "columnheader", scope: "col"}, c.label))));
  }
  list(table.tBodies[0], campaigns, (c) => c.key, makeCampaign, (row, c) => drawCampaign(row, c, filters));
}

function makeCampaign(c) {
  const row = el("tr", {role: "row"});
  const link = el("a", {}, c.name);
  const mode = el("span", {class: "mode"});
  const rate = {value: el("b"), more: el("span", {class: "more"}), bar: el("i"), limit: el("s")};
  row.parts = {link, mode, rate, cells: columns.slice(1, -1).map((column) => ({value: el("b"), more: el("span", {class: "more"}), column}))};
  row.append(el("th", {role: "rowheader", scope: "row"}, link, mode),
    ...row.parts.cells.map(({value, more, column}) =>
      el("td", {role: "cell", "data-label": column.label, "data-state": column.state ?? null}, value, " ", more)),
    el("td", {role: "cell", "data-label": "Abandoned", class: "rate"}, rate.value, " ", rate.more,
      el("span", {class: "bar", "aria-hidden": "true"}, rate.bar, rate.limit)));
  return row;
}

// The bar of the abandon rate ends at this share.
const scale = 0.06;

function drawCampaign(row, c, filters) {
  const {link, mode, rate, cells} = row.parts;
  const n = c.figures;
  const chosen = filters.campaign === c.name;
  setAttribute(row, "data-stale", stale(c.zone));
  setAttribute(link, "href", address({...filters, campaign: chosen ? "" : c.name}));
  setAttribute(link, "aria-current", chosen ? "true" : null);
  const progress = c.withdrawn ? "withdrawn" : c.running ? "" : "list finished";
  setText(mode, [c.mode, progress].filter(Boolean).join(", "));
  for (const {value, more, column} of cells) {
    setText(value, number(column.of(n)));
    setAttribute(value.parentNode, "data-zero", column.of(n) === 0);
    setText(more, column.more?.(n) ?? "");
  }
  const share = n.hour.answered ? n.hour.abandoned / n.hour.answered : 0;
  const limit = (c.abandonLimit ?? 0) / 1000, over = overLimit(c);
  setText(rate.value, percent(n.hour.abandoned, n.hour.answered));
  setText(rate.more, `${n.hour.abandoned} of ${n.hour.answered}${limit ? `, ${over ? "over the " : ""}limit ${+(limit * 100).toFixed(1)} %` : ""}`);
  setAttribute(row, "data-over", over);
  rate.bar.style.width = `${Math.min(100, 100 * share / scale)}%`;
  rate.limit.style.left = `${Math.min(100, 100 * limit / scale)}%`;
  rate.limit.hidden = !limit;
}
