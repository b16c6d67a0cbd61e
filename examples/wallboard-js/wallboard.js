// A wallboard that tells what the agents of a zone do, a line for each change. It
// is written from subjects.md alone and runs over the WebSocket port of the bus:
//
//   broker --demo --websocket 127.0.0.1:9222
//   npm ci && npm start -- ws://127.0.0.1:9222 main
//
// Node has WebSocket by itself from version 22 on, and when asked to from 20.10 on.
// A web page can use the same code: name it with --websocket-origin.

import {decode, encode} from "@msgpack/msgpack";
import {wsconnect} from "@nats-io/nats-core";

const [servers = "ws://127.0.0.1:9222", zone = "main"] = process.argv.slice(2);
const shown = ["agentState", "nailupStatus", "callState", "campaignName"];

const agents = new Map(); // by id: the values of what is shown
let zn = 0; // the newest event that the agents include
const waiting = []; // messages that have arrived and were not looked at
let looking = false;

const nc = await wsconnect({servers, maxReconnectAttempts: -1, inboxPrefix: "_INBOX_wallboard"});
for (const part of ["agent.>", "call.>", "job.>", "switch.>", "zone.>", "heartbeat"]) {
  nc.subscribe(`pom.${zone}.${part}`, {callback: (err, message) => {
    if (!err) waiting.push(decode(message.data));
    look();
  }});
}

// look takes the messages one after the other, also while an answer is awaited.
async function look() {
  if (looking) return;
  looking = true;
  while (waiting.length) await take(waiting.shift());
  looking = false;
}

// take takes an event, or a heartbeat, which has no kind.
async function take(message) {
  if (message.zn <= zn) return; // known already
  if (message.zn > zn + 1 || !message.kind) {
    zn = await ask(message.zn).catch(() => 0); // something is missing, at first everything
    return;
  }
  zn = message.zn;
  if (message.kind === "ntf") show(message.agent, message.data, message.name !== "AGTAgentLoggedOut");
}

// ask gets the states of all agents as of an event or later, page by page, and returns
// the event of the first page. The next message asks again when there is no answer.
async function ask(atLeast) {
  let first = 0, page = {more: true}, afterID = "";
  while (page.more) {
    const request = encode({v: 1, zoneName: zone, afterID, atLeast, waitMs: 5000});
    page = decode((await nc.request("pom.svc.status", request, {timeout: 10_000})).data);
    if (page.result !== 0) return 0;
    first ||= page.zn;
    for (const agent of page.agents ?? []) {
      afterID = agent.agentID;
      show(afterID, {...agent, ...agent.status}, agent.loggedOn);
    }
  }
  return first;
}

// show takes what is told of an agent and prints it when it is new.
function show(id, told, loggedOn) {
  const before = agents.get(id) ?? [];
  const now = shown.map((name, i) => told[name] ?? before[i] ?? "");
  if (!loggedOn) now[0] = "LoggedOut";
  if (String(now) === String(before)) return;
  agents.set(id, now);
  console.log(id, now.join(" "));
}
