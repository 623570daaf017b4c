// Small comforts over pages that work without: parts that renew themselves, forms that change a part alone, the focus.
"use strict";

const REPLACED = "[data-part]";

/** Put what a fresh page has in the place of what this one shows, part by part, and keep the focus where it was. */
function replaceParts(html, root = document) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement && document.activeElement.id;
  for (const old of root.querySelectorAll(REPLACED)) {
    const part = fresh.getElementById(old.id);
    if (!part || part.outerHTML === old.outerHTML) continue;
    if (old.getAttribute("role") === "status") old.replaceChildren(...part.childNodes); // it is read out because it changes
    else old.replaceWith(document.adoptNode(part));
  }
  for (const list of root.querySelectorAll("[data-list]")) {
    const part = fresh.getElementById(list.id);
    if (!part) continue;
    const there = new Map([...list.children].map((one) => [one.id, one]));
    const isSame = (one, other) => other && markup(one) === markup(other);
    // What somebody has typed into the others stays.
    list.replaceChildren(...[...part.children].map((one) => (isSame(one, there.get(one.id)) ? there.get(one.id) : one)));
  }
  document.title = fresh.title;
  const again = focused && document.getElementById(focused);
  if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  return fresh;
}

/** What a line says, whatever version of the list it was made from. */
function markup(line) {
  return line.outerHTML.replace(/name="version" value="\d+"/, "");
}

/** A form with data-in-place changes parts of the page; then the focus goes to the line, or to the one after it. */
function changeInPlace() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!("inPlace" in form.dataset)) return;
    event.preventDefault();
    const data = new FormData(form);
    if (event.submitter && event.submitter.name) data.append(event.submitter.name, event.submitter.value);
    const line = form.closest("[data-list] > *");
    const next = line && line.nextElementSibling && line.nextElementSibling.id;
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(data) });
      replaceParts(await answer.text());
      renew();
    } catch {
      return location.reload(); // the program is gone, or comes back
    }
    const alert = document.querySelector("[data-part] [data-focus]");
    const line_ = (line && document.getElementById(line.id)) || (next && document.getElementById(next));
    (alert || (line_ && line_.querySelector("h2")) || document.getElementById("saved")).focus();
  });
}

/** A part with data-every is asked for again every so many seconds, until it comes back without. */
let renewing = 0;
function renew() {
  const waiting = document.querySelector("[data-every]");
  if (!waiting || renewing) return;
  renewing = setTimeout(async () => {
    renewing = 0;
    try {
      const answer = await fetch(location.href, { headers: { "X-Part": "1" } });
      if (answer.redirected) return location.assign(answer.url);
      const before = document.querySelector("[data-every]").outerHTML;
      if (answer.ok) replaceParts(await answer.text());
      const after = document.querySelector("[data-every]");
      if (answer.ok && before && !after) return location.reload(); // it is over: all of the page is another
    } catch {
      // The program may be starting again: it is asked again.
    }
    renew();
  }, Number(waiting.dataset.every) * 1000);
}

/** Where there is an error or a result, the focus goes there: a page that was just loaded says so first. */
function focusFirst() {
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();
}

/** A file may be dropped where it may be chosen. */
function dropFiles() {
  for (const area of document.querySelectorAll("[data-drop]")) {
    const input = area.querySelector("input[type=file]");
    for (const hint of area.querySelectorAll(".drop-text")) hint.hidden = false;
    const mark = (on) => (event) => {
      event.preventDefault();
      area.classList.toggle("is-over", on);
    };
    area.addEventListener("dragover", mark(true));
    area.addEventListener("dragleave", mark(false));
    area.addEventListener("drop", (event) => {
      mark(false)(event);
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
  }
}

/** A form that takes its time says so, and is sent once. */
function sayWait() {
  document.addEventListener("submit", (event) => {
    const text = event.target.dataset.wait;
    if (!text || event.defaultPrevented) return;
    if (event.target.dataset.isSent) return event.preventDefault();
    event.target.dataset.isSent = "1";
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    said.className = "waiting";
    said.textContent = `${text} …`;
    event.target.append(said);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // the Back button: what was shown may be over
  });
}

/** A button that copies what stands in a field. */
function copyTexts() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Now press Ctrl-C"; // a browser that asks first; the text is marked
      }
    });
  }
}

/** What is printed is the page as it stands. */
function printPage() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.classList.add("with-script");
  focusFirst();
  dropFiles();
  sayWait();
  copyTexts();
  printPage();
  changeInPlace();
  renew();
  setInterval(() => fetch("/health").catch(() => {}), 5 * 60 * 1000); // the program ends where no page is open
});
