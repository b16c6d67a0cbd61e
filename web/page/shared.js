// The stream that all pages of a browser share. It runs beside them, in a worker.

import {stream} from "./source.js";

const pages = new Set();
let source = null;
let asked = ""; // the id that the source was opened with
let spoken = false; // the source has said what a new page would miss
let version = null; // of the page that the broker has

addEventListener("connect", ({ports: [page]}) => {
  page.onmessage = ({data}) => {
    if (data === "leave") leave(page);
    else if (data === "dead" && pages.has(page)) lost();
    else if (data.join !== undefined) join(page, data.join);
  };
});

function join(page, last) {
  pages.add(page);
  if (source && !spoken && (asked === "" || asked === last)) return;
  source?.close();
  // Pages that know different things all get the whole picture.
  asked = pages.size > 1 ? "" : last;
  spoken = false;
  source = stream(asked, take, lost);
}

function leave(page) {
  pages.delete(page);
  if (pages.size) return;
  source?.close();
  source = null;
}

function take(message) {
  spoken = true;
  for (const page of pages) page.postMessage(message);
  if (message.kind === "hello") renew(JSON.parse(message.data).page);
}

// lost leaves it to the pages to come again.
function lost() {
  source?.close();
  source = null;
  for (const page of pages) page.postMessage("lost");
  pages.clear();
}

// renew makes place for the worker of another version: the pages load anew.
function renew(now) {
  if (version && version !== now) {
    source.close();
    close();
  }
  version = now;
}
