// Where messages come from. A browser opens at most six connections to a host, and
// a stream holds one: the seventh window would stay empty. So all pages of a
// browser share a stream.

const address = "/api/wallboard/events";

/** stream opens a stream. It calls lost when it has ended, unless it was closed. */
export function stream(last, take, lost) {
  const source = new EventSource(address + (last ? `?last=${encodeURIComponent(last)}` : ""));
  for (const kind of ["hello", "snapshot", "delta", "beat"]) {
    source.addEventListener(kind, (e) => take({kind, data: e.data, id: e.lastEventId}));
  }
  for (const end of ["reconnect", "error"]) source.addEventListener(end, lost);
  return source;
}

/** open is stream by way of the shared one, where the browser can share. */
export function open(last, take, lost) {
  if (!self.SharedWorker) return stream(last, take, lost);
  const worker = new SharedWorker("/assets/shared.js", {type: "module"});
  worker.onerror = lost;
  worker.port.onmessage = ({data}) => data === "lost" ? lost() : take(data);
  worker.port.postMessage({join: last});
  return {
    close(dead = false) {
      worker.onerror = worker.port.onmessage = null;
      worker.port.postMessage(dead ? "dead" : "leave");
      worker.port.close();
    },
  };
}
