// The last hour, a bar for each minute: live answers, of which the hatched part
// found no agent in time, and a line for the calls that an agent has handled.

import {el, svg} from "./dom.js";
import {count, number, percent, shortTime} from "./format.js";
import {model, now} from "./model.js";

const width = 360, height = 150, left = 26, bottom = 18, top = 8;
const plot = {width: width - left, height: height - bottom - top};

let drawn = "";

/** draw draws anew only when something changed. */
export function draw(node, table, campaigns) {
  const last = Math.floor(now() / 60000);
  const minutes = collect(campaigns, last);
  const state = JSON.stringify([last, minutes]);
  if (state === drawn) return;
  drawn = state;
  const [answered, abandoned, handled] = [0, 1, 2].map((i) => minutes.reduce((sum, m) => sum + m[i], 0));
  const summary = `${count(answered, "live answer")}, ${number(abandoned)} abandoned ` +
    `(${percent(abandoned, answered)}), ${number(handled)} handled`;
  node.replaceChildren(picture(minutes, last, summary), legend(), el("p", {class: "note"}, summary));
  fillTable(table, minutes, last);
}

function collect(campaigns, last) {
  const minutes = Array.from({length: 60}, () => [0, 0, 0]);
  for (const {key} of campaigns) {
    for (const [minute, counts] of model.minutes.get(key) ?? []) {
      const at = minutes[59 - (last - minute)];
      if (at) counts.forEach((n, i) => at[i] += n);
    }
  }
  return minutes;
}

function picture(minutes, last, summary) {
  const most = nice(Math.max(4, ...minutes.map((m) => Math.max(m[0], m[2]))));
  const x = (i) => left + i * plot.width / 60;
  const y = (n) => top + plot.height * (1 - n / most);
  const bar = (i, from, to, name) => svg("rect", {
    class: name, x: (x(i) + 0.6).toFixed(2), width: (plot.width / 60 - 1.2).toFixed(2),
    y: y(to).toFixed(2), height: (y(from) - y(to)).toFixed(2),
  });
  const drawing = svg("svg", {
    class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Calls of the last hour: ${summary}`,
  }, hatching());
  for (const n of [0, most / 2, most]) {
    drawing.append(svg("line", {class: "grid", x1: left, x2: width, y1: y(n), y2: y(n)}),
      svg("text", {class: "axis", x: left - 6, y: y(n) + 3.5, "text-anchor": "end"}, n));
  }
  minutes.forEach(([answered, abandoned], i) => {
    if (answered > abandoned) drawing.append(bar(i, 0, answered - abandoned, "served"));
    if (abandoned) drawing.append(bar(i, Math.max(0, answered - abandoned), Math.max(answered, abandoned), "abandoned"));
  });
  // The minute that is not over would look like a fall.
  const points = minutes.slice(0, -1).map((m, i) => `${(x(i) + plot.width / 120).toFixed(1)},${y(m[2]).toFixed(1)}`);
  drawing.append(svg("polyline", {class: "handled", points: points.join(" ")}));
  // Times stand under the quarters of the hour.
  minutes.forEach((_, i) => {
    const minute = last - 59 + i;
    if (minute % 15 === 0 && i > 1 && i < 57) {
      drawing.append(svg("text", {class: "axis", x: x(i + 0.5), y: height - 4, "text-anchor": "middle"}, shortTime(minute * 60000)));
    }
  });
  return drawing;
}

function hatching() {
  return svg("defs", {}, svg("pattern", {id: "hatch", width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"},
    svg("rect", {class: "hatch-ground", width: 4, height: 4}), svg("rect", {class: "hatch-line", width: 1.6, height: 4})));
}

/** nice is the least round number from n on that has a whole half. */
function nice(n) {
  for (let power = 1; ; power *= 10) {
    for (const step of [2, 4, 6, 8]) if (step * power >= n) return step * power;
  }
}

function legend() {
  const key = (name, label) => el("li", {}, svg("svg", {class: "key", viewBox: "0 0 14 10", "aria-hidden": "true"},
    name === "handled" ? svg("line", {class: name, x1: 0, x2: 14, y1: 5, y2: 5}) : svg("rect", {class: name, width: 14, height: 10})), label);
  return el("ul", {class: "legend", "aria-hidden": "true"},
    key("served", "Answered, with an agent"), key("abandoned", "Abandoned"), key("handled", "Handled"));
}

/** fillTable says the same in words, ten minutes a row, for who does not see it. */
function fillTable(table, minutes, last) {
  const head = el("tr", {}, ...["From", "Answered", "Abandoned", "Handled"].map((t) => el("th", {scope: "col"}, t)));
  const rows = [0, 10, 20, 30, 40, 50].map((from) => {
    const part = minutes.slice(from, from + 10);
    const sums = [0, 1, 2].map((i) => part.reduce((sum, m) => sum + m[i], 0));
    return el("tr", {}, el("th", {scope: "row"}, shortTime((last - 59 + from) * 60000)), ...sums.map((n) => el("td", {}, String(n))));
  });
  table.replaceChildren(el("thead", {}, head), el("tbody", {}, ...rows));
}
