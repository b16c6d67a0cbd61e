// The connection to the broker. It tells the page what comes and, every second,
// whether it still hears anything. It connects again by itself, for ever.

const address = "/api/wallboard/events";
// The broker speaks at least every two seconds.
const silence = 6000;
// A connection that breaks and is back at once is nobody's business.
const patience = 2500;

export function connect({onMessage, onState}) {
  let source = null;
  let last = "";
  let heard = null; // when the broker spoke last, by performance.now()
  let opened = 0; // when the connection was asked for
  let heardAt = Date.now();
  let failing = false; // since the broker spoke last
  let waiting = false; // before the next attempt
  let attempts = 0;

  function open() {
    waiting = false;
    opened = performance.now();
    source = new EventSource(address + (last ? `?last=${encodeURIComponent(last)}` : ""));
    for (const kind of ["hello", "snapshot", "delta", "beat"]) {
      source.addEventListener(kind, (e) => {
        heard = performance.now();
        heardAt = Date.now();
        failing = false;
        attempts = 0;
        if (e.lastEventId) last = e.lastEventId;
        onMessage(kind, JSON.parse(e.data));
      });
    }
    source.addEventListener("reconnect", again);
    source.addEventListener("error", again);
  }

  // again does not leave it to the browser, which gives up after some errors and
  // does not see a connection that is silently dead.
  function again() {
    if (waiting) return;
    source.close();
    failing = waiting = true;
    const pause = Math.min(4000, 250 * 2 ** attempts++);
    setTimeout(open, pause * (0.75 + Math.random() / 2));
  }

  setInterval(() => {
    const now = performance.now();
    if (now - Math.max(opened, heard ?? 0) > silence) again();
    if (heard === null) return onState(failing ? "cut" : "connecting", heardAt);
    const quiet = now - heard;
    onState(quiet > silence || failing && quiet > patience ? "cut" : "live", heardAt);
  }, 500);
  open();
}
