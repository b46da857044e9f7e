"""Measures how calm the pages are: every shipped record and sixty graded questions, in a wide browser and on a phone.

    python -m tools.measure_pages [ADDRESS]

Without the address of a running node, one is filled with the shipped records for it. Each measure has an aim, and the
page that is furthest from it is named. Clicks are counted by the browser test that walks from the start page to a
complete memo; what drawings and derived sentences say is held by tests over all records and sixty memos.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from bench.search_evaluation import FILES, questions
from tools.screenshot import ARGUMENTS
from tools.serving_node import ROOT, serving
from tools.setup.chromium import chromium

SCREENS = {"1280": (1280, 800), "390": (390, 844)}
KINDS = {
    "case-study": "fallstudien",
    "concept": "konzepte",
    "solution": "loesungen",
    "organisation": "organisationen",
    "collection": "sammlungen",
}
SITUATION = {"ort": "Rehau", "monate": "12", "budget": "50000", "nur_offen": "1"}
ASKED = [one.text for file in FILES for one in questions(file) if one.relevant]
SIXTY = ASKED[:: len(ASKED) // 60][:60]
TRUE = ("tests/search/test_memos.py", "tests/search/test_told.py")
CLICKS = "tests/browser/test_kickoff.py::test_from_the_start_page_to_a_finished_memo"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured, with the aims, wide and on a phone, None for none; `least` where more is better."""

    name: str
    wide: float | None
    phone: float | None = None
    least: bool = False


HEIGHT = Measure("height of a hit, px", 160)
WHOLE = Measure("hits whole on the first screen", 4, least=True)
START_LINKS = Measure("links, start", 45, 45)
SEARCH_LINKS = Measure("links, search", 70, 70)
RECORD_LINKS = Measure("links, record", 45, 45)
WORDS = Measure("words before the first lesson", 150, 150)
LENGTHS = {kind: Measure(f"screens, {kind}", 5, 8) for kind in KINDS}
ENDED = Measure("screens, what ended", 5, 8)
MEMO = Measure("screens, memo of three finds", 5)
WEIGHT = Measure("first view, KB", 120, 120)
CONTACT = Measure("case without a contact", 0, 0)
FALSE = Measure("false drawings and sentences", 0)
PRESSED = Measure("clicks to a complete memo", 10)

_LENGTH = "() => document.documentElement.scrollHeight / innerHeight"
_WEIGHT = """() => ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
    .reduce((sum, one) => sum + one.transferSize, 0) / 1024"""
_LINKS = """() => [...document.querySelectorAll('a[href]')].filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect()).filter(box => box.width > 1 && box.height > 1).length"""
_HITS = """() => [...document.querySelectorAll('.results .hit')].filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect()).map(box => [box.height, box.bottom <= innerHeight])"""
_FOUND = """() => [...document.querySelectorAll('.results .hit a[href*=gemerkt]')]
    .map(one => new URL(one.href).searchParams.getAll('gemerkt').at(-1))"""
_BEFORE = """() => {
    const first = document.querySelector('main .lesson');
    if (!first) return 0;
    for (const one of document.querySelectorAll('main .kern-sr-only')) one.style.display = 'none';
    getSelection().setBaseAndExtent(document.querySelector('main'), 0, first, 0);
    const words = getSelection().toString().split(/\\s+/).filter(word => /[\\p{L}\\d]/u.test(word)).length;
    getSelection().removeAllRanges();
    return words;
}"""
_UNKNOWN = "() => /nicht bekannt/.test(document.querySelector('main .line-contact')?.textContent ?? 'nicht bekannt')"

Seen = defaultdict[tuple[Measure, str], list[tuple[float, str]]]


def main(address: str = "") -> None:
    """Print the table."""
    seen: Seen = defaultdict(list)
    with _node(address) as url, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(chromium()), args=ARGUMENTS)
        first_view(browser, url, seen)
        page = browser.new_page(locale="de-DE")
        page.goto(url)
        at(page, seen, START_LINKS, _LINKS, "/")
        page.goto(f"{url}/eingestellt")
        at(page, seen, ENDED, _LENGTH, "/eingestellt")
        records(page, url, seen)
        asked(page, url, seen)
        browser.close()
    tested(seen)
    print(f"{'measure':<32}{'width':>6}{'aim':>7}{'median':>8}{'worst':>8}  {'':<7}{'met by':>10}  worst page")
    for (measure, screen), found in sorted(seen.items(), key=lambda one: (one[0][0].name, -int(one[0][1]))):
        print(line(measure, screen, found))


def line(measure: Measure, screen: str, found: list[tuple[float, str]]) -> str:
    """Return the row of a measure in a window."""
    aim, values = measure.wide if screen == "1280" else measure.phone, [value for value, _page in found]
    worst, where = (min if measure.least else max)(found)
    good = sum(aim is None or (value >= aim if measure.least else value <= aim) for value in values)
    said = "" if aim is None else "met" if good == len(values) else "missed"
    wanted = "" if aim is None else f"{'≥' if measure.least else '≤'} {aim:g}"
    figures = f"{median(values):>8.4g}{worst:>8.4g}  {said:<7}{f'{good} of {len(values)}':>10}"
    return f"{measure.name:<32}{screen:>6}{wanted:>7}{figures}  {where}"


def first_view(browser: Browser, url: str, seen: Seen) -> None:
    """Weigh what the start page loads at first, as it goes over the line."""
    for screen, (width, height) in SCREENS.items():
        page = browser.new_page(viewport={"width": width, "height": height}, locale="de-DE")
        page.goto(url, wait_until="networkidle")
        seen[WEIGHT, screen].append((page.evaluate(_WEIGHT), "/"))
        page.close()


def at(page: Page, seen: Seen, measure: Measure, script: str, where: str) -> None:
    """Measure the open page in both windows."""
    for screen, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        seen[measure, screen].append((page.evaluate(script), where))


def records(page: Page, url: str, seen: Seen) -> None:
    """Measure the page of each record."""
    for kind, folder in KINDS.items():
        for slug in _slugs(url, kind):
            where = f"/{folder}/{slug}"
            page.goto(url + where)
            at(page, seen, LENGTHS[kind], _LENGTH, where)
            at(page, seen, RECORD_LINKS, _LINKS, where)
            at(page, seen, WORDS, _BEFORE, where)
            if kind == "case-study":
                seen[CONTACT, "1280"].append((float(page.evaluate(_UNKNOWN)), where))


def asked(page: Page, url: str, seen: Seen) -> None:
    """Measure hits and the memo of the first three, every second time for a town with limits."""
    for number, question in enumerate(SIXTY):
        situation = SITUATION if number % 2 else {}
        where = f"/suche?{urlencode({'q': question, **situation})}"
        page.goto(url + where)
        at(page, seen, SEARCH_LINKS, _LINKS, where)
        for screen, (width, height) in SCREENS.items():
            page.set_viewport_size({"width": width, "height": height})
            hits = page.evaluate(_HITS)
            seen[HEIGHT, screen] += [(tall, where) for tall, _whole in hits]
            if len(hits) >= 4:
                seen[WHOLE, screen].append((sum(whole for _tall, whole in hits), where))
        chosen = list(dict.fromkeys(page.evaluate(_FOUND)))[:3]
        where = f"/auswahl?{urlencode({'q': question, **situation, 'gemerkt': chosen}, doseq=True)}"
        page.goto(url + where)
        at(page, seen, MEMO, _LENGTH, where)


def tested(seen: Seen) -> None:
    """Count what only tests can tell: sentences that do not hold, and clicks."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-s", "--no-header", "-p", "no:cacheprovider"]
    done = subprocess.run([*pytest, CLICKS, *TRUE], cwd=ROOT, capture_output=True, text=True, check=False)
    seen[PRESSED, "1280"] = [(float(count), CLICKS) for count in re.findall(r"(\d+) clicks", done.stdout)]
    failed = re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
    seen[FALSE, "1280"] = [(1.0, one) for one in failed] or [(0.0, " ".join(TRUE))]


def _slugs(url: str, kind: str) -> Iterator[str]:
    for number in range(1, 100):
        with urllib.request.urlopen(f"{url}/api/v1/records?kind={kind}&page={number}&size=100", timeout=60) as answer:
            found = json.load(answer)
        yield from (record["slug"] for record in found["records"])
        if number * 100 >= found["total"]:
            return


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
