// The ticker.

import {el, list, setAttribute, setText} from "./dom.js";
import {time} from "./format.js";

export function drawNews(node, news) {
  list(node, news, (n) => `${n.zone}/${n.zn}/${n.text}`, make, () => {});
}

function make(n) {
  const row = el("li");
  const subject = n.name ?? n.campaign ?? "";
  const about = n.name && n.campaign ? n.campaign : "";
  setAttribute(row, "data-tone", n.tone ?? null);
  const text = el("span", {class: "text"});
  if (subject) text.append(el("b", {}, subject), " ");
  text.append(subject ? n.text : n.text.charAt(0).toLocaleUpperCase() + n.text.slice(1));
  if (n.tone === "bad") text.prepend(el("span", {class: "hidden"}, "Attention: "));
  if (about) text.append(" ", el("span", {class: "about"}, about));
  const at = el("time", {datetime: new Date(n.at).toISOString()});
  setText(at, time(n.at));
  row.append(at, text);
  return row;
}
