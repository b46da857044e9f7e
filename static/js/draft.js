// Keeps what somebody typed into a memo in the storage of this window, so that going back, loading anew and reopening
// the window lose nothing. The server gets to see it only when a button is pressed. The memo works without this file.
"use strict";

const PREFIX = "vermerk:";
const SKIPPED = new Set(["hidden", "submit", "file"]);

class Draft {
  constructor(form) {
    this.form = form;
    this.key = `${PREFIX}${form.dataset.draft}`;
    this.finds = JSON.parse(form.dataset.finds);
    this.typed = this.read();
    this.forgetEarlier();
    if (form.dataset.fresh) this.restore();
    else this.refresh();
    form.addEventListener("input", (event) => this.keep(event.target));
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key)) ?? {};
    } catch {
      return {}; // The storage is closed, or somebody else wrote into it.
    }
  }

  write() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.typed));
    } catch {
      // Full or closed: the text is still on the page.
    }
  }

  // A find is known by its record, because its number changes with the selection.
  name(field) {
    return field.name.replace(/^fund_(\d+)/, (_all, number) => `fund ${this.finds[number]} `);
  }

  fields() {
    return [...this.form.elements].filter((field) => field.name && !SKIPPED.has(field.type));
  }

  keep(field) {
    if (!field.name || SKIPPED.has(field.type)) return;
    this.typed[this.name(field)] = field.value;
    this.write();
  }

  // What the server sent back is what counts from here on.
  refresh() {
    for (const field of this.fields()) {
      const name = this.name(field);
      if (name in this.typed && (field.type !== "radio" || field.checked)) this.typed[name] = field.value;
    }
    this.write();
  }

  restore() {
    let changed = false;
    for (const field of this.fields()) {
      const value = this.typed[this.name(field)];
      if (value === undefined) continue;
      if (field.type === "radio") {
        changed ||= field.checked !== (field.value === value) && field.value === value;
        field.checked = field.value === value;
      } else {
        changed ||= field.value !== value;
        field.value = value;
      }
    }
    if (changed) this.tell();
  }

  tell() {
    const place = document.getElementById("entwurf");
    const offer = document.getElementById("entwurf-verwerfen");
    place.textContent = place.dataset.restored;
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
      this.typed = {};
      this.write();
      this.form.reset();
      offer.hidden = true;
      place.textContent = place.dataset.discarded;
    });
  }

  // Of a saved memo only what was typed since its last saving can still be wanted.
  forgetEarlier() {
    const saved = this.form.dataset.kept;
    if (saved) forget((key) => key.startsWith(`${PREFIX}${saved}`) && key !== this.key);
  }
}

function forget(unwanted) {
  try {
    for (const key of Object.keys(sessionStorage)) if (unwanted(key)) sessionStorage.removeItem(key);
  } catch {
    // The storage is closed, so there is nothing in it.
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  new Draft(form);
  for (const note of document.querySelectorAll("[data-with-draft]")) note.hidden = false;
}
if (document.querySelector("[data-forget-drafts]")) forget((key) => key.startsWith(PREFIX));
