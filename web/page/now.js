// What a supervisor must see from the other end of the room.

import {el, list, setAttribute, setText, sign} from "./dom.js";
import {address} from "./filters.js";
import {count, number, percent} from "./format.js";
import {activities} from "./model.js";

/** drawNow shows four figures; n is nothing while the broker does not know any. */
export function drawNow(node, n, campaigns, crew, filters) {
  const over = campaigns.filter(overLimit);
  const longest = crew.reduce((a, b) => a && a.since <= b.since ? a : b, null);
  const hour = n?.hour;
  list(node, [
    {label: "Customers waiting", value: n && number(n.waiting), more: n && `${number(n.ringing)} ringing`, alert: n?.waiting > 0},
    {
      label: "Abandoned, last hour", value: hour && percent(hour.abandoned, hour.answered), alert: over.length > 0,
      more: hour && `${number(hour.abandoned)} of ${count(hour.answered, "live answer")}${over.length ? `, ${tooMany(over)}` : ""}`,
    },
    {
      label: "Agents available", value: n && number(n.available), more: n && `of ${number(n.loggedOn)} logged on`,
      state: "available", href: address({...filters, state: "available"}),
    },
    {
      label: "Longest in state", since: longest?.since, href: address({...filters, sort: "time"}),
      more: longest && [el("bdi", {}, longest.name), `, ${activities[longest.activity].toLowerCase()}`],
    },
  ], (i) => i.label, makeFigure, drawFigure);
}

export const overLimit = ({abandonLimit, figures: {hour}}) => abandonLimit > 0 && hour.abandoned * 1000 > abandonLimit * hour.answered;

const tooMany = (over) => over.length === 1 ? `${over[0].name} over its limit` : `${over.length} campaigns over their limit`;

function makeFigure(i) {
  const parts = {value: el("b", {class: "value"}), alert: sign("alert"), more: el("p", {class: "more"})};
  if ("since" in i) parts.time = parts.value;
  const label = el("p", {class: "label"}, parts.alert, i.href ? el("a", {}, i.label) : i.label);
  const node = el("li", {"data-state": i.state}, label, parts.value, parts.more);
  node.parts = parts;
  return node;
}

function drawFigure(node, i) {
  node.since = i.since;
  if (!i.since) setText(node.parts.value, i.value ?? "–");
  const more = el("p", {}, ...[i.more ?? ""].flat());
  if (node.parts.more.textContent !== more.textContent) node.parts.more.replaceChildren(...more.childNodes);
  setAttribute(node, "data-alert", i.alert);
  setAttribute(node, "data-zero", i.value === "0");
  setAttribute(node.querySelector("a") ?? node, "href", i.href);
}
