// The page: messages come in, the model takes them, the document follows.

import {drawAgents, drawCalls, stale, tick} from "./agents.js";
import {draw as drawChart} from "./chart.js";
import {setAttribute, setText} from "./dom.js";
import {drawCampaigns, drawStaff, drawTraffic, total} from "./figures.js";
import * as filters from "./filters.js";
import {time} from "./format.js";
import * as link from "./link.js";
import {model, now, take} from "./model.js";
import {drawNews} from "./news.js";
import {drawNow} from "./now.js";
import {connect} from "./stream.js";

const $ = (id) => document.getElementById(id);
const longestCalls = 4;

let version = null;
let state = "connecting";
let heardAt = Date.now();
let planned = false;
let said = "";

/** plan draws once, however much happens before the next frame. */
function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    draw();
  });
}

function draw() {
  const f = filters.read();
  setAttribute(document.documentElement, "data-big", f.big === "1");
  filters.show($("filters"), f);
  const zones = filters.zones(f), campaigns = filters.campaigns(f), agents = filters.agents(f);
  link.drawZones($("zones"), f);
  const n = total(f.campaign ? campaigns : zones);
  const crew = filters.crew(f);
  drawNow($("now"), n.loggedOn === undefined ? null : n, campaigns, crew, f);
  drawStaff(n, crew, f);
  drawTraffic(n);
  for (const card of document.querySelectorAll(".now, .staff, .traffic, .hour")) setAttribute(card, "data-stale", zones.some((z) => stale(z.key)));
  drawCampaigns($("campaigns"), campaigns, f);
  drawAgents($("agents"), $("agents-more"), agents, f);
  const calls = drawCalls($("calls"), crew, longestCalls);
  drawChart($("chart"), $("chart-table"), campaigns);
  drawNews($("news"), filters.news(f));
  const known = zones.some((z) => z.figures);
  const filtered = f.zone || f.campaign || f.state || f.q;
  setText($("campaigns-none"), !known || campaigns.length ? "" : f.zone || f.campaign ? "No campaign matches the filters." : "There are no campaigns.");
  setText($("agents-none"), !known || agents.length ? "" : filtered ? "No agent matches the filters." : "Nobody is logged on.");
  $("calls-none").hidden = !known || calls > 0;
  $("news-none").hidden = !known || $("news").childElementCount > 0;
  drawCount(f, agents.length);
  drawTimes();
}

/** drawCount tells how many agents a filter leaves, and says it when it is chosen. */
function drawCount(f, shown) {
  const filter = f.zone || f.campaign || f.state || f.q ? filters.address({...f, sort: "", big: ""}) : "";
  setText($("agents-count"), filter ? `${shown} of ${model.agents.size}` : "");
  if (filter !== said && model.zones.size) {
    said = filter;
    setText($("said"), filter ? `${shown} of ${model.agents.size} agents` : "");
  }
}

function drawTimes() {
  link.draw(state, heardAt, filters.zones(filters.read()));
  if (model.zones.size) setText($("clock"), time(now()));
  tick($("now"), $("staff"), $("agents"), $("calls"));
}

connect({
  onMessage(kind, data) {
    if (kind === "hello") {
      // A new broker brings its own page.
      if (version && version !== data.page) location.reload();
      version = data.page;
      return;
    }
    take(kind, data);
    plan();
  },
  onState(next, at) {
    [state, heardAt] = [next, at];
    model.frozen = state === "live" ? null : heardAt + model.ahead;
    drawTimes();
    if (state === "live") drawChart($("chart"), $("chart-table"), filters.campaigns(filters.read()));
  },
});
filters.start($("filters"), plan);
draw();
