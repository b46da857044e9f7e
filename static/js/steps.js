// Shows the steps of a form one at a time. Without this file they stand below each other, and nothing is missing.
"use strict";

class Steps {
  constructor(form) {
    this.form = form;
    this.steps = [...form.querySelectorAll("[data-step]")];
    this.steps.forEach((step, number) => this.equip(step, number));
    form.addEventListener("keydown", (event) => this.enter(event));
    const wrong = this.steps.findIndex((step) => step.querySelector("[aria-invalid], [role=group] #orte"));
    const named = this.steps.findIndex((step) => `#${step.id}` === location.hash);
    this.show(Math.max(wrong, named, 0));
  }

  equip(step, number) {
    const row = Object.assign(document.createElement("div"), { className: "actions" });
    if (number > 0) row.append(this.button(this.form.dataset.back, "secondary", () => this.go(number - 1)));
    if (number < this.steps.length - 1) row.append(this.button(this.form.dataset.next, "primary", () => this.go(number + 1)));
    step.append(row);
  }

  button(text, style, press) {
    const label = Object.assign(document.createElement("span"), { className: "kern-label", textContent: text });
    const made = Object.assign(document.createElement("button"), { type: "button", className: `kern-btn kern-btn--${style}` });
    made.append(label);
    made.addEventListener("click", press);
    return made;
  }

  go(number) {
    this.show(number);
    const first = this.steps[number].querySelector("input:not([type=hidden]), select");
    first?.focus();
  }

  show(number) {
    this.shown = number;
    this.steps.forEach((step, place) => { step.hidden = place !== number; });
    // The way on is the main one until the last step.
    const submit = this.form.querySelector(":scope > .actions .kern-btn");
    submit.classList.toggle("kern-btn--primary", number === this.steps.length - 1);
    submit.classList.toggle("kern-btn--secondary", number < this.steps.length - 1);
  }

  enter(event) {
    const isLine = event.target.matches("input:not([type=checkbox]):not([type=radio])");
    if (event.key !== "Enter" || event.defaultPrevented || !isLine || this.shown === this.steps.length - 1) return;
    event.preventDefault();
    this.go(this.shown + 1);
  }
}

for (const form of document.querySelectorAll("form[data-steps]")) new Steps(form);
