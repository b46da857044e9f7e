// Suggestions while typing. The search works without this file; it only saves keystrokes.
// Follows the combobox pattern of the ARIA Authoring Practices: focus stays in the field.
"use strict";

const WAIT = 150; // Milliseconds after the last key; people type about six letters a second.
const SHORTEST = 2;

class Suggestions {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `${this.input.id}-suggestions`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", form.dataset.suggestLabel);
    this.list.hidden = true;
    this.input.after(this.list);
    this.chosen = -1;
    this.timer = 0;
    this.request = null;
    this.describe();
    this.listen();
  }

  describe() {
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
  }

  listen() {
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // The field must keep the focus when an entry is pressed, or blur would close the list first.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const entry = event.target.closest("[role=option]");
      if (entry) this.take(entry.textContent);
    });
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (text.length < SHORTEST) return this.close();
    this.timer = setTimeout(() => this.fetch(text), WAIT);
  }

  async fetch(text) {
    this.request = new AbortController();
    const address = `${this.form.dataset.suggest}?q=${encodeURIComponent(text)}`;
    try {
      const answer = await fetch(address, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok && document.activeElement === this.input) this.show((await answer.json()).suggestions);
    } catch {
      this.close(); // Aborted or offline: the search itself goes on without suggestions.
    }
  }

  show(words) {
    this.list.replaceChildren(
      ...words.map((word, number) => {
        const entry = document.createElement("li");
        entry.id = `${this.list.id}-${number}`;
        entry.setAttribute("role", "option");
        entry.setAttribute("aria-selected", "false");
        entry.textContent = word;
        return entry;
      }),
    );
    this.chosen = -1;
    this.list.hidden = words.length === 0;
    this.input.setAttribute("aria-expanded", String(words.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.show([]);
  }

  key(event) {
    const count = this.list.children.length;
    if (!count) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark((this.chosen + (event.key === "ArrowDown" ? 1 : -1) + count + (this.chosen < 0 && event.key === "ArrowUp" ? 1 : 0)) % count);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.take(this.list.children[this.chosen].textContent);
    }
  }

  mark(number) {
    this.list.children[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = number;
    const entry = this.list.children[number];
    entry.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", entry.id);
  }

  take(text) {
    this.input.value = text;
    this.close();
    this.form.requestSubmit();
  }
}

for (const form of document.querySelectorAll("form[data-suggest]")) new Suggestions(form);
