"""Measures how far readers must go on the pages of the shipped records, in a real browser, wide and on a phone.

    python -m tools.measure_pages [ADDRESS]

Without the address of a running node, one is filled with the shipped records for it. A screen is one height of the
window. What counts as visible lies within the first one when the page opens.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tools.screenshot import ARGUMENTS
from tools.serving_node import serving
from tools.setup.chromium import chromium

SCREENS = {"1280x800": (1280, 800), "390x844": (390, 844)}
KINDS = {"case-study": "fallstudien", "solution": "loesungen"}
PLACED = "/suche?q=Starkregen&ort=Landkreis+Fulda&ort_land=HE&ort_typ=district&einwohner=225000"
LINES = {
    "outcome": r"^(Ergebnis|Reife|Eingestellt|Hat |Ohne |Noch |Ausgang)",
    "cost": r"^(Kosten|Preis)",
    "duration": r"^(Dauer|Zeitraum)",
    "size": r"^(Größe)|\d Einw\.",
    "contact": r"^(Ansprechstelle|Fachlicher Kontakt)",
}
"""What is to be seen at once, by how the labels of it begin."""

_LENGTH = "() => document.documentElement.scrollHeight / innerHeight"
_SEEN = """() => [...document.querySelectorAll('main dt, main .notice-title, main .record-kind')]
    .filter(one => one.checkVisibility({contentVisibilityAuto: true}))
    .map(one => [one.textContent.trim().replace(/\\s+/g, ' '), (one.nextElementSibling ?? one).getBoundingClientRect()])
    .filter(([text, box]) => box.top >= 0 && box.top + Math.min(box.height, 28) <= innerHeight)
    .map(([text, box]) => text)"""
_HITS = "() => [...document.querySelectorAll('main .hit')].map(one => one.innerText.replace(/\\s+/g, ' '))"
_ALL_HITS = "() => document.querySelector('main .hits').getBoundingClientRect().height / innerHeight"
_FIRST_HIT = "() => document.querySelector('main .hit h2, main .hit h3')?.getBoundingClientRect().bottom <= innerHeight"


def main(address: str = "") -> None:
    """Print the table."""
    with _node(address) as url, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(chromium()), args=ARGUMENTS)
        for name, size in SCREENS.items():
            print(f"\n{name}")
            for words, figure in measured(browser, url, size):
                print(f"  {words:<60} {figure}")
        browser.close()


def measured(browser: Browser, url: str, size: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """Yield what was measured in a window of this size, in words and figures."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="de-DE")
    records = [record for kind in KINDS for record in _records(url, kind)]
    lengths: dict[str, float] = {}
    seen: dict[str, int] = dict.fromkeys(LINES, 0)
    for record in records:
        page.goto(record["url"])
        lengths[record["slug"]] = page.evaluate(_LENGTH)
        texts = page.evaluate(_SEEN)
        for name, pattern in LINES.items():
            seen[name] += any(re.search(pattern, text) for text in texts)
    longest = max(lengths, key=lambda slug: lengths[slug])
    yield "screens of a case or solution page, median", f"{median(lengths.values()):.1f}"
    yield "the longest of them", f"{lengths[longest]:.1f} ({longest})"
    yield "pages at most 5 (8 on a phone) screens long", f"{_short(lengths, size)} of {len(lengths)}"
    for name, count in seen.items():
        yield f"{name} visible at once", f"{count} of {len(records)}"
    yield from _lists(page, url)
    page.goto(url + PLACED)
    yield "first hit visible after a search with a place", "yes" if page.evaluate(_FIRST_HIT) else "no"
    page.goto(f"{url}/suche?q=Starkregen")
    yield f"screens of {page.locator('main .hit').count()} hits", f"{page.evaluate(_ALL_HITS):.1f}"
    four = "&".join(f"gemerkt={record['id']}" for record in records[:4])
    page.goto(f"{url}/vergleich?{four}")
    yield "screens of a comparison of four", f"{page.evaluate(_LENGTH):.1f}"
    page.close()


def _lists(page: Page, url: str) -> Iterator[tuple[str, str]]:
    """Yield what the cards of all case studies say."""
    cards: list[str] = []
    for number in range(1, 100):
        page.goto(f"{url}/fallstudien?seite={number}")
        found = page.evaluate(_HITS)
        if not found:
            break
        cards += found
        if page.locator("main a[rel=next]").count() == 0:
            break
    cost = sum(bool(re.search(r"Kosten: |Einmalige Kosten: |Kosten je Jahr: |Gesamtkosten: ", card)) for card in cards)
    people = sum(bool(re.search(r"\d Einw", card)) for card in cards)
    yield "case cards that say something of the cost", f"{cost} of {len(cards)}"
    yield "case cards that name the inhabitants of the lead", f"{people} of {len(cards)}"


def _short(lengths: dict[str, float], size: tuple[int, int]) -> int:
    aim = 5 if size == SCREENS["1280x800"] else 8
    return sum(length <= aim for length in lengths.values())


def _records(url: str, kind: str) -> Iterator[dict[str, Any]]:
    number = 1
    while True:
        with urllib.request.urlopen(f"{url}/api/v1/records?kind={kind}&page={number}&size=100", timeout=60) as answer:
            found = json.load(answer)
        for item in found["records"]:
            yield {**item, "url": f"{url}/{KINDS[kind]}/{item['slug']}"}
        if number * 100 >= found["total"]:
            return
        number += 1


@contextmanager
def _node(address: str) -> Iterator[str]:
    if address:
        yield address.rstrip("/")
        return
    settings = {"NODE_ISSUER": "https://erfahrungen.example", "NODE_MEANING": "off"}
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "node", settings) as node:
        yield node.url


if __name__ == "__main__":
    main(*sys.argv[1:2])
