// Offers places while somebody types, and fills in what is known of the chosen one. Without this file the button
// “look the place up” does the same. The browser's own list keeps it usable by keyboard and for ears.
"use strict";

const PLACE_WAIT = 150; // Milliseconds after the last key; people type about six letters a second.
const PLACE_SHORTEST = 2;

class Places {
  constructor(input) {
    this.input = input;
    this.list = document.createElement("datalist");
    this.said = input.form.querySelector("[data-place-said]");
    this.list.id = `${input.id}-liste`;
    this.found = new Map();
    this.timer = 0;
    input.after(this.list);
    input.setAttribute("list", this.list.id);
    input.addEventListener("input", () => {
      const chosen = this.found.get(input.value);
      if (chosen) return this.take(chosen, input.value);
      this.say("");
      clearTimeout(this.timer);
      if (input.value.trim().length >= PLACE_SHORTEST) this.timer = setTimeout(() => this.fetch(input.value), PLACE_WAIT);
    });
  }

  async fetch(text) {
    try {
      const answer = await fetch(`${this.input.dataset.places}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      if (answer.ok && this.input.value === text) this.offer((await answer.json()).places);
    } catch {
      this.offer([]); // Offline: the button and the fields below still work.
    }
  }

  offer(places) {
    this.found = new Map(places.map((place) => [place.label, place.values]));
    this.list.replaceChildren(...places.map((place) => {
      // A browser offers what has all in it that was typed, blanks too: of a place that is only written alike that is its label.
      const words = place.like ? { value: place.label, label: place.like } : { value: place.label };
      return Object.assign(document.createElement("option"), words);
    }));
  }

  say(text) {
    if (this.said) this.said.textContent = text;
  }

  take(values, label) {
    for (const [name, value] of Object.entries(values)) {
      let field = this.input.form.elements[name];
      if (!field && value) {
        field = Object.assign(document.createElement("input"), { type: "hidden", name });
        this.input.after(field);
      }
      if (field) field.value = value;
    }
    this.say(label);
    this.list.replaceChildren();
  }
}

for (const input of document.querySelectorAll("input[data-places]")) new Places(input);
