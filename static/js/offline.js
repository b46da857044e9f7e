// The search of a copy that is read from a folder. Browsers let such pages fetch nothing, so tables are scripts that call `tafel`.
// Stems, compounds and synonyms were worked out when the copy was made; here a word is looked up as it is spelled.
"use strict";

const place = document.getElementById("offline-suche");
const said = place.dataset;
const asked = new URLSearchParams(location.search);
const PAGE = 20;
const LONGEST_LIST = 12;
const SHORTEST = 4; // Letters that a part of a word has at least.
const LINKING = /^(s|es|n|en|er|e)?/u; // What German puts between the parts of a compound.
const FEW = 3;

const arrived = new Map();
window.tafel = (name, value) => arrived.set(name, value);

function load(name, neutral = true) {
  if (arrived.has(name)) return Promise.resolve(arrived.get(name));
  return new Promise((resolve) => {
    const script = document.createElement("script");
    const own = said.lang === "en" ? `${said.root}en/suchen/` : "suchen/";
    script.src = `${neutral ? `${said.root}${said.tables}/` : own}${name}.js`;
    script.onload = () => resolve(arrived.get(name));
    script.onerror = () => resolve(undefined);
    document.head.append(script);
  });
}

const beginning = (key) => [...key].slice(0, 2).map((one) => (/[a-z0-9]/u.test(one) ? one : "_")).join("");

function spelled(word) {
  const small = word.normalize("NFC").toLowerCase();
  const plain = small.replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue").replaceAll("ß", "ss");
  return plain.normalize("NFD").replace(/[^\p{L}\p{N}]/gu, "");
}

function typed(text) {
  return text.normalize("NFC").match(/[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9])|[\p{L}\p{N}]+(?:[-\u2010\u2011][\p{L}\p{N}]+)*/gu) ?? [];
}

async function part(start, folder, key) {
  const name = beginning(key);
  const table = start[folder].includes(name) ? await load(`${folder}/${name}`) : undefined;
  return table ?? {};
}

// The ways that lead from a word to records; none for one that only shapes a question, undefined for an unknown one.
async function ways(start, word) {
  const key = spelled(word);
  const table = await part(start, "woerter", key);
  if (Object.hasOwn(table, key)) return table[key];
  return near(table, key) ?? (await cut(start, table, key));
}

// An unknown word may be the beginning of known ones, or have another ending than they have.
function near(table, key) {
  for (let length = key.length; length >= Math.max(SHORTEST, key.length - 3); length -= 1) {
    const start = key.slice(0, length);
    const fitting = Object.keys(table).filter((one) => one.startsWith(start) && (length === key.length || one.length <= key.length + 2));
    if (fitting.length) return fitting.slice(0, 20).flatMap((one) => table[one].map(([worth, terms]) => [worth * 0.6, terms]));
  }
  return undefined;
}

// A compound that no text has: the longest known beginning, and what is left where that is known too.
async function cut(start, table, key) {
  for (let length = key.length - SHORTEST + 1; length >= SHORTEST; length -= 1) {
    const first = key.slice(0, length);
    if (!Object.hasOwn(table, first) || !table[first].length) continue;
    for (const rest of new Set([key.slice(length), key.slice(length).replace(LINKING, "")])) {
      const other = await part(start, "woerter", rest);
      if (!Object.hasOwn(other, rest) || !other[rest].length) continue;
      return [[50, [...table[first][0][1], ...other[rest][0][1]]], ...table[first].map(([worth, terms]) => [worth * 0.3, terms])];
    }
  }
  return undefined;
}

// Record number -> weight for one term.
async function records(start, term) {
  const table = await part(start, "terme", term);
  const flat = Object.hasOwn(table, term) ? table[term] : [];
  const found = new Map();
  let number = 0;
  for (let place = 0; place < flat.length / 2; place += 1) {
    number += flat[place];
    found.set(number, flat[place + flat.length / 2]);
  }
  return found;
}

async function group(start, alternatives) {
  const best = new Map();
  let all = new Set();
  for (const [worth, terms] of alternatives) {
    const parts = await Promise.all(terms.map((term) => records(start, term)));
    for (const [number] of parts[0]) {
      if (!parts.every((one) => one.has(number))) continue;
      const weight = parts.reduce((sum, one) => sum + one.get(number), 0) / parts.length;
      best.set(number, Math.max(best.get(number) ?? 0, weight * worth));
      all.add(number);
    }
  }
  const rarity = Math.log(1 + (start.all - all.size + 0.5) / (all.size + 0.5));
  for (const [number, score] of best) best.set(number, score * rarity);
  return best;
}

// Numbers in their order, and whether not all words had to be there. Without words the newest come first.
async function matched(start, text) {
  const looked = await Promise.all(typed(text).map((word) => ways(start, word)));
  const meant = looked.filter((one) => one === undefined || one.length);
  if (!meant.length) return { numbers: Array.from({ length: start.all }, (_, number) => number), loose: false };
  const groups = await Promise.all(meant.map((one) => group(start, one ?? [])));
  const scores = new Map();
  for (const one of groups) {
    for (const [number, score] of one) {
      const [sum, words] = scores.get(number) ?? [0, 0];
      scores.set(number, [sum + score, words + 1]);
    }
  }
  const having = [...scores].map(([number, [sum, words]]) => ({ number, words, score: sum * (words / groups.length) ** 2 }));
  const whole = having.filter((one) => one.words === groups.length);
  const loose = whole.length < FEW && having.length > whole.length;
  const order = (one, other) => other.score - one.score || one.number - other.number;
  return { numbers: (loose ? having : whole).sort(order).map((one) => one.number), loose };
}

function numbersOf(steps) {
  let number = 0;
  return steps.map((step) => (number += step));
}

function chosenFilters(start) {
  return [...new Set(asked.keys())].filter((key) => Object.hasOwn(start.facets, key)).map((key) => [key, asked.getAll(key)]);
}

function having(start, key, values) {
  return new Set(values.flatMap((value) => (Object.hasOwn(start.facets[key], value) ? numbersOf(start.facets[key][value]) : [])));
}

function made(tag, text = "", attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) if (value) element.setAttribute(name, value);
  return element;
}

function address(change) {
  const parameters = new URLSearchParams(asked);
  parameters.delete("seite");
  change(parameters);
  return `?${parameters}`;
}

function without(key, value) {
  return address((parameters) => {
    const left = parameters.getAll(key).filter((one) => one !== value);
    parameters.delete(key);
    for (const one of left) parameters.append(key, one);
  });
}

function hit([file, title, lang, where, summary, outcome]) {
  const item = made("li");
  const article = made("article", "", { class: "hit" });
  const heading = made("h3", "", { class: "hit-title" });
  const spoken = lang === said.lang ? "" : lang === "de-simple" ? "de" : lang;
  heading.append(made("a", title, { href: `${said.root}${encodeURI(file)}`, lang: spoken }));
  article.append(heading, made("p", where, { class: "hit-place" }), made("p", summary, { class: "hit-summary", lang: spoken }));
  if (outcome) article.append(made("p", outcome, { class: "hit-facts" }));
  item.append(article);
  return item;
}

async function cards(start, numbers) {
  const parts = new Map();
  for (const part of new Set(numbers.map((number) => Math.floor(number / start.size)))) {
    parts.set(part, (await load(`karten/${part}`, false)) ?? []);
  }
  return numbers.map((number) => parts.get(Math.floor(number / start.size))[number % start.size]).filter((card) => card?.length);
}

function narrowing(start, names, numbers) {
  const left = new Set(numbers);
  return start.narrowing.filter((key) => Object.hasOwn(start.facets, key)).map((key) => {
    const counted = Object.entries(start.facets[key]).map(([value, steps]) => [value, numbersOf(steps).filter((one) => left.has(one)).length]);
    const open = counted.filter(([value, count]) => count && count < numbers.length && !asked.getAll(key).includes(value));
    open.sort((one, other) => other[1] - one[1]);
    return [key, open.slice(0, LONGEST_LIST)];
  }).filter(([, values]) => values.length).map(([key, values]) => {
    const section = made("section", "", { class: "facet" }), list = made("ul");
    for (const [value, count] of values) {
      const item = made("li"), link = made("a", "", { href: address((parameters) => parameters.append(key, value)) });
      link.append(made("span", names[key][value]), " ", made("span", count, { class: "count" }));
      item.append(link);
      list.append(item);
    }
    section.append(made("h3", names[key][""]), list);
    return section;
  });
}

function paging(page, total) {
  const links = [];
  const to = (number) => address((parameters) => number > 1 && parameters.set("seite", number));
  if (page > 1) links.push(made("a", said.before, { href: to(page - 1), rel: "prev" }));
  if (page * PAGE < total) links.push(made("a", said.next, { href: to(page + 1), rel: "next" }));
  return links.flatMap((link, number) => (number ? [" · ", link] : [link]));
}

async function show() {
  const text = asked.get("q") ?? "";
  document.querySelector("form[role=search] input[name=q]").value = text;
  const start = await load("anfang");
  const names = (await load("filter", false)) ?? {};
  if (!start) return;
  const { numbers: found, loose } = await matched(start, text);
  const filters = chosenFilters(start);
  const sets = filters.map(([key, values]) => having(start, key, values));
  const numbers = found.filter((number) => sets.every((one) => one.has(number)));
  const page = Math.max(1, Number.parseInt(asked.get("seite") ?? "1", 10) || 1);
  const shown = await cards(start, numbers.slice((page - 1) * PAGE, page * PAGE));
  place.hidden = false;
  place.querySelector("#treffer").textContent = numbers.length === 1 ? said.one : numbers.length ? said.many.replace("#", numbers.length.toLocaleString(said.lang)) : said.none;
  place.querySelector("#gesagt").textContent = place.querySelector("#treffer").textContent;
  const few = place.querySelector("#weniger");
  few.hidden = !loose || !numbers.length;
  few.textContent = said.loose;
  place.querySelector(".hits").replaceChildren(...shown.map(hit));
  place.querySelector("#seiten").replaceChildren(...paging(page, numbers.length));
  const chosen = filters.flatMap(([key, values]) => values.map((value) => {
    const line = made("p");
    line.append(made("a", `${said.without} ${names[key]?.[value] ?? value}`, { href: without(key, value) }));
    return line;
  }));
  place.querySelector("#filter-listen").replaceChildren(...chosen, ...narrowing(start, names, numbers));
}

show();
