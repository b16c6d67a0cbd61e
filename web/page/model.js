// What the page knows: the rows of the broker, by their keys.

export const activities = {
  available: "Available", talking: "Talking", hold: "On hold", consult: "Consulting", conference: "In conference",
  preview: "Preview", dialing: "Dialling", wrapup: "Wrap-up", notready: "Not ready", nailing: "No line yet",
  inbound: "Inbound", gone: "Desktop gone",
};

// The states one can ask for: what they are called, the activities they are, and
// the figure that counts them.
export const states = {
  available: {label: "Available", is: ["available"], figure: "available"},
  contact: {label: "On contact", is: ["talking", "consult", "conference"], figure: "onContact"},
  hold: {label: "On hold", is: ["hold"], figure: "onHold"},
  preview: {label: "Preview", is: ["preview", "dialing"], figure: "preview"},
  wrapup: {label: "Wrap-up", is: ["wrapup"], figure: "wrapUp"},
  notready: {label: "Not ready", is: ["notready"], figure: "notReady"},
  nailing: {label: "No line yet", is: ["nailing"], figure: "nailing", rare: true},
  inbound: {label: "Inbound", is: ["inbound"], figure: "inbound", rare: true},
  gone: {label: "Desktop gone", is: ["gone"], figure: "gone", rare: true},
};

export const stateOf = (activity) => Object.keys(states).find((s) => states[s].is.includes(activity));

const maxNews = 50;

export const model = {
  zones: new Map(), campaigns: new Map(), agents: new Map(),
  minutes: new Map(), // campaign → minute → [answered, abandoned, handled]
  news: [],
  ahead: 0, // of the broker's clock before this one's, in ms
  frozen: null, // the time that is shown while the broker is not heard
};

/** now is the time by the broker's clock. */
export const now = () => model.frozen ?? Date.now() + model.ahead;

export function take(kind, data) {
  if (kind === "snapshot") {
    for (const rows of [model.zones, model.campaigns, model.agents, model.minutes]) rows.clear();
    model.news = [];
  }
  model.ahead = data.now - Date.now();
  for (const name of ["zones", "campaigns", "agents"]) {
    for (const row of data[name] ?? []) model[name].set(row.key, row);
  }
  for (const key of data.goneAgents ?? []) model.agents.delete(key);
  for (const key of data.goneCampaigns ?? []) {
    model.campaigns.delete(key);
    model.minutes.delete(key);
  }
  for (const {key, minutes} of data.minutes ?? []) takeMinutes(key, minutes ?? [], data.now);
  model.news = [...(data.news ?? []).toReversed(), ...model.news].slice(0, maxNews);
}

function takeMinutes(key, minutes, at) {
  if (!model.minutes.has(key)) model.minutes.set(key, new Map());
  const known = model.minutes.get(key);
  for (const [minute, ...counts] of minutes) known.set(minute, counts);
  for (const minute of known.keys()) {
    if (minute <= at / 60000 - 60) known.delete(minute);
  }
}
