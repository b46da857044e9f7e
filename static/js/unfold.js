// Paper has nothing to press: whatever is folded on the page is printed whole, and folded again afterwards.
"use strict";

// Beside the text there is room for the facts; on a narrow screen they stay folded below it.
if (matchMedia("(min-width: 62.01rem)").matches) {
  for (const facts of document.querySelectorAll(".facts-fold")) facts.open = true;
}

let opened = [];

window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details:not([open])")];
  for (const one of opened) one.open = true;
});

window.addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
  opened = [];
});
