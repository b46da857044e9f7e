// Saves the form while somebody writes, and shows how a text will look. All of it works without this file, too:
// the buttons of the form save, and the preview is a page of its own.
"use strict";

const PAUSE = 8000; // Milliseconds without a key before the form is saved; nobody should lose more than a sentence.
const LATER = 30000; // Milliseconds before a saving that failed is tried again.
const LARGEST_LAST = 60000; // Characters: browsers refuse to send more on behalf of a page that goes away.

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = document.getElementById("gesichert");
    this.timer = 0;
    this.busy = false;
    this.changed = false;
    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      this.changed = true;
      this.saveIn(PAUSE);
    });
    form.addEventListener("submit", () => {
      clearTimeout(this.timer);
      this.changed = false;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.changed) this.save();
    });
  }

  body() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    body.set("tun", "nebenbei");
    return body;
  }

  saveIn(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  // One saving at a time, because two at once would dispute with each other; what is typed meanwhile follows.
  async save() {
    if (this.busy) return;
    this.busy = true;
    this.changed = false;
    clearTimeout(this.timer);
    const done = await this.sent(this.body().toString());
    this.busy = false;
    if (!done) {
      this.changed = true;
      this.saveIn(LATER);
    } else if (this.changed) {
      if (document.visibilityState === "hidden") this.save();
      else this.saveIn(PAUSE);
    }
  }

  // Tells whether there is nothing to try again: the answer is one that only somebody at the form can do something about.
  async sent(body) {
    const keepalive = document.visibilityState === "hidden" && body.length < LARGEST_LAST;
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" };
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, keepalive, headers });
      const found = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
      if (answer.ok && found) this.saved(found);
      else this.say(this.refusal(answer.status));
      return answer.status < 500;
    } catch {
      this.say(this.form.dataset.failed);
      return false;
    }
  }

  refusal(status) {
    const { disputed, failed, signedOut } = this.form.dataset;
    // Without a session the token of the form is refused first.
    return { 400: signedOut, 403: signedOut, 409: disputed }[status] ?? failed;
  }

  saved(found) {
    this.form.elements.gesehen.value = found.marks;
    const stand = document.getElementById("stand");
    if (stand) stand.textContent = found.missing;
    const alike = document.getElementById("gibt-es-schon");
    // Put in only where it says something new, so that it is read out once.
    if (alike && this.alike !== found.alike) alike.innerHTML = this.alike = found.alike;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    this.say(`${this.form.dataset.saved} ${time}`);
  }

  say(text) {
    this.status.textContent = text;
  }
}

const POINT = /^(\s*)([-*]|(\d+)\.) (.*)$/;

// Goes on with the list when somebody ends a point with Enter, and ends it at a point without words.
function continueList(event) {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || event.shiftKey || field.selectionStart !== field.selectionEnd) return;
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const found = POINT.exec(field.value.slice(start, field.selectionStart));
  if (!found) return;
  event.preventDefault();
  const [, indent, mark, number, words] = found;
  const next = words.trim() ? `\n${indent}${number ? `${Number(number) + 1}.` : mark} ` : "";
  if (!next) field.setSelectionRange(start, field.selectionStart);
  // Only so can it be undone like what was typed; where the browser refuses, the text counts more than undoing.
  if (document.execCommand(next ? "insertText" : "delete", false, next)) return;
  field.setRangeText(next, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function previewBeside(holder, form) {
  const field = document.getElementById(holder.dataset.preview);
  const place = holder.querySelector("[role=status]");
  holder.hidden = false;
  holder.querySelector("button").addEventListener("click", async () => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, text: field.value });
    const answer = await fetch(form.dataset.textPreview, { method: "POST", body, headers: { Accept: "application/json" } });
    // The server has cleaned the text as it does for the page of a record.
    if (answer.ok) place.innerHTML = (await answer.json()).html;
  });
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  new Autosave(form);
  if (form.dataset.textPreview) for (const holder of form.querySelectorAll("[data-preview]")) previewBeside(holder, form);
  customElements.whenDefined("markdown-toolbar").then(() => {
    for (const toolbar of form.querySelectorAll("markdown-toolbar")) {
      toolbar.hidden = false;
      document.getElementById(toolbar.getAttribute("for"))?.addEventListener("keydown", continueList);
    }
  });
}

// The site refuses what is too large before it has read the form, and with it all that was written there.
function watchSize(field) {
  const place = document.createElement("p");
  place.className = "kern-error";
  place.setAttribute("role", "alert");
  field.after(place);
  field.addEventListener("change", () => {
    const isLarge = [...field.files].some((file) => file.size > Number(field.dataset.limit));
    place.textContent = isLarge ? field.dataset.tooLarge : "";
    if (isLarge) field.value = "";
  });
}

for (const field of document.querySelectorAll("input[type=file][data-limit]")) watchSize(field);
