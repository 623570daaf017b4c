// Small comforts over pages that work without: parts that renew themselves, forms that change a part alone, the focus.
"use strict";

const REPLACED = "[data-part]";

/** Put what a fresh page has in the place of what this one shows, part by part, and keep the focus where it was. */
function replaceParts(html, root = document) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement && document.activeElement.id;
  for (const old of root.querySelectorAll(REPLACED)) {
    const part = fresh.getElementById(old.id);
    if (part && part.outerHTML !== old.outerHTML) old.replaceWith(document.adoptNode(part));
  }
  document.title = fresh.title;
  const again = focused && document.getElementById(focused);
  if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  return fresh;
}

/** A part with data-every is asked for again every so many seconds, until it comes back without. */
function renew() {
  const waiting = document.querySelector("[data-every]");
  if (!waiting) return;
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { headers: { "X-Part": "1" } });
      if (answer.ok) replaceParts(await answer.text());
    } catch {
      // The program may be starting again: it is asked again.
    }
    renew();
  }, Number(waiting.dataset.every) * 1000);
}

/** Where there is an error, the focus goes to its summary: a page that was just loaded says so first. */
function focusFirst() {
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.classList.add("with-script");
  focusFirst();
  renew();
  setInterval(() => fetch("/health").catch(() => {}), 5 * 60 * 1000); // the program ends where no page is open
});
