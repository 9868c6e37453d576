// Keeps an open page fresh: when the sandbox says that something has changed, the main part is
// fetched again. Without this script, reloading does the same.
"use strict";

const PAUSE = 250;
let timer;

const news = document.getElementById("news");

function isBusy() {
  const main = document.getElementById("main");
  const active = document.activeElement;
  const isTyping = active && main.contains(active) && active.matches("input, textarea, select");
  // What somebody has filled in must not be lost.
  return isTyping || main.querySelector("form.sheet") !== null;
}

function say(text) {
  news.textContent = "";
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = text;
  news.append(link);
}

async function refresh() {
  if (isBusy()) {
    say("Something has changed. Reload");
    return;
  }
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected || !answer.ok) {
    location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("main");
  const stale = document.getElementById("main");
  if (!fresh || isBusy()) return;
  // What was said once is not said again.
  for (const notice of fresh.querySelectorAll(".notice")) notice.remove();
  const focused = stale.contains(document.activeElement) ? document.activeElement.id : "";
  stale.replaceWith(document.adoptNode(fresh));
  if (focused) {
    const again = document.getElementById(focused);
    (again || fresh).focus({ preventScroll: true });
  }
}

function listen() {
  const events = new EventSource("/console/events");
  events.addEventListener("changed", (event) => {
    if (event.data === document.getElementById("main").dataset.tick) return;
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(() => say("The page is not fresh. Reload")), PAUSE);
  });
}

listen();
