// The connection of this page to the broker. It tells the page what comes and,
// every half second, whether it still hears anything. It connects again by itself,
// for ever, and rests while nobody can see the page.

import {open as openSource} from "./source.js";

// The broker speaks at least every two seconds.
const silence = 6000;
// A connection that breaks and is back at once is nobody's business.
const patience = 2500;
// A page that has been hidden for so long is paused.
const hidden = 10000;

export function connect({onMessage, onState}) {
  let source = null; // none while the page is paused, and before the next attempt
  let last = "";
  let heard = null; // when the broker spoke last, by performance.now(); not since a pause
  let heardAt = Date.now();
  let opened = 0; // when the source was asked for
  let failing = false; // since the broker spoke last
  let paused = false; // until the broker speaks again
  let attempts = 0;
  let retry = 0, rest = 0; // timers

  function open() {
    opened = performance.now();
    source = openSource(last, take, () => again(false));
  }

  function take({kind, data, id}) {
    if (kind === "hello") return onMessage(kind, JSON.parse(data)); // it says nothing about the figures
    heard = performance.now();
    heardAt = Date.now();
    failing = paused = false;
    attempts = 0;
    if (id) last = id;
    onMessage(kind, JSON.parse(data));
    tell();
  }

  // again does not leave it to the browser, which gives up after some errors and
  // does not see a connection that is silently dead.
  function again(dead) {
    source.close(dead);
    source = null;
    failing = true;
    const wait = Math.min(4000, 250 * 2 ** attempts++);
    retry = setTimeout(open, wait * (0.75 + Math.random() / 2));
  }

  function pause() {
    clearTimeout(retry);
    source?.close();
    source = heard = null;
    paused = true;
    failing = false;
    attempts = 0;
    tell();
  }

  // look also comes when one goes back to a page that the browser has kept.
  function look() {
    clearTimeout(rest);
    if (document.hidden) {
      rest = setTimeout(pause, hidden);
    } else if (paused && !source) {
      open();
    }
  }

  // One clock stands still while a computer sleeps, the other may be set back.
  const quiet = () => Math.max(performance.now() - heard, Date.now() - heardAt);

  function tell() {
    if (heard === null) onState(failing ? "cut" : paused ? "paused" : "connecting", heardAt);
    else onState(quiet() > silence || failing && quiet() > patience ? "cut" : "live", heardAt);
  }

  setInterval(() => {
    if (source && performance.now() - opened > silence && (heard === null || quiet() > silence)) again(true);
    tell();
  }, 500);
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", pause);
  addEventListener("pageshow", look);
  if (document.hidden) pause();
  else open();
}
