// The filters live in the address: a link to this page shows what its sender saw.

import {el, setAttribute} from "./dom.js";
import {model, stateOf, states} from "./model.js";

const collator = new Intl.Collator();
const names = ["zone", "campaign", "state", "q", "sort", "big", "all"];

/** read returns the filters of the address. */
export function read() {
  const asked = new URLSearchParams(location.search);
  return Object.fromEntries(names.map((name) => [name, asked.get(name) ?? ""]));
}

/** address is that of this page with other filters. */
export function address(filters) {
  const asked = new URLSearchParams(names.filter((n) => filters[n]).map((n) => [n, filters[n]]));
  return asked.size ? `/?${asked}` : "/";
}

export const zones = (f) => [...model.zones.values()].filter((z) => !f.zone || z.key === f.zone);

export const campaigns = (f) => [...model.campaigns.values()]
  .filter((c) => (!f.zone || c.zone === f.zone) && (!f.campaign || c.name === f.campaign))
  .toSorted(by((c) => c.name, (c) => c.zone));

/** crew are the agents of the zone and campaign, whatever they do. */
export const crew = (f) => [...model.agents.values()]
  .filter((a) => (!f.zone || a.zone === f.zone) && (!f.campaign || a.campaign === f.campaign));

const orders = {
  "": by((a) => a.name, (a) => a.key),
  time: by((a) => a.since, (a) => a.name),
  state: by((a) => Object.keys(states).indexOf(stateOf(a.activity)), (a) => a.since),
  campaign: by((a) => a.campaign ?? "\uffff", (a) => a.name),
};

export function agents(f) {
  const text = f.q.trim().toLocaleLowerCase();
  return crew(f)
    .filter((a) => !f.state || stateOf(a.activity) === f.state)
    .filter((a) => !text || a.name.toLocaleLowerCase().includes(text) || a.id.toLocaleLowerCase().includes(text))
    .toSorted(orders[f.sort] ?? orders[""]);
}

export const news = (f) => model.news
  .filter((n) => (!f.zone || n.zone === f.zone) && (!f.campaign || n.campaign === f.campaign));

function by(...values) {
  return (a, b) => {
    for (const value of values) {
      const [x, y] = [value(a), value(b)];
      const order = typeof x === "string" ? collator.compare(x, y) : x - y;
      if (order) return order;
    }
    return 0;
  };
}

/** start calls changed when somebody chooses other filters, here or by Back. */
export function start(form, changed) {
  for (const [value, {label}] of Object.entries(states)) form.state.append(el("option", {value}, label));
  const go = (filters, push) => {
    const target = address(filters);
    if (target !== location.pathname + location.search) {
      history[push ? "pushState" : "replaceState"](null, "", target);
    }
    changed();
  };
  form.addEventListener("submit", (e) => e.preventDefault());
  form.addEventListener("input", (e) => {
    const {name, type, checked, value} = e.target;
    go({...read(), [name]: type === "checkbox" ? (checked ? "1" : "") : value}, name !== "q");
  });
  // Links to this page change the filters without loading it again.
  document.addEventListener("click", (e) => {
    const link = e.target.closest("a[href^='/']");
    if (!link || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    history.pushState(null, "", link.href);
    changed();
  });
  addEventListener("popstate", changed);
}

/** show puts the filters into the form. */
export function show(form, f) {
  options(form.zone, [...model.zones.keys()].sort(), f.zone);
  const known = [...model.campaigns.values()].filter((c) => !f.zone || c.zone === f.zone).map((c) => c.name);
  options(form.campaign, [...new Set(known)].sort(), f.campaign);
  form.state.value = f.state in states ? f.state : "";
  form.sort.value = f.sort in orders ? f.sort : "";
  form.big.checked = f.big === "1";
  if (document.activeElement !== form.q) form.q.value = f.q;
  const clear = document.getElementById("clear");
  setAttribute(clear, "href", address({sort: f.sort, big: f.big}));
  clear.hidden = !(f.zone || f.campaign || f.state || f.q);
}

/** options keeps what the address asks for, even when there is no such thing now. */
function options(select, known, chosen) {
  const values = chosen && !known.includes(chosen) ? [...known, chosen] : known;
  if (select.options.length !== values.length + 1 || values.some((v, i) => select.options[i + 1].value !== v)) {
    select.replaceChildren(select.options[0], ...values.map((value) => el("option", {value}, value)));
  }
  select.value = chosen;
}
