// How times, durations and shares are written.

const clock = new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit", second: "2-digit"});
const hours = new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit"});
const day = new Intl.DateTimeFormat("en-GB", {day: "numeric", month: "short"});
const whole = new Intl.NumberFormat("en-GB");

export const time = (ms) => clock.format(ms);
export const shortTime = (ms) => hours.format(ms);
export const number = (n) => whole.format(n);

/** since is a time of today, or with its day. */
export function since(ms, now) {
  return day.format(ms) === day.format(now) ? time(ms) : `${day.format(ms)}, ${time(ms)}`;
}

/** duration is 4:07, or 1:04:07 from an hour on. */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const h = Math.floor(seconds / 3600);
  const rest = `${h ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return h ? `${h}:${rest}` : rest;
}

/** percent is a share of a whole with one decimal, or a dash without a whole. */
export function percent(part, all) {
  return all ? `${(100 * part / all).toFixed(1)} %` : "–";
}

/** count is "1 agent", "2 agents". */
export const count = (n, what) => `${number(n)} ${what}${n === 1 ? "" : "s"}`;
