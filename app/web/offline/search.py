"""The search of a copy: its page, and scripts with cards, names of filters, and index tables."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar, cast

from flask import Blueprint, Flask, Response, current_app, render_template

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.search.document import parts_of
from app.search.offline import OfflineIndex
from app.web.offline.addresses import SEARCH, file_of
from app.web.pages.lists import facet_links
from app.web.search.facets import NAMED, facet_label, facet_value
from app.web.search.hits import card_of
from app.web.search.question import find
from app.web.shell.access import services
from app.web.shell.routing import own_addresses

T = TypeVar("T")
blueprint = Blueprint("offline", __name__)
TABLES = "static/suche"
CARDS_PER_FILE = 100
NARROWING = ("art", "thema", "land", "ergebnis")
"""The facets by which hits are counted; links may filter by any facet."""
_KEY = "enet.offline"


def register(app: Flask, index: OfflineIndex) -> None:
    """Add the pages and scripts of the search to the application that is copied."""
    app.extensions[_KEY] = index
    app.register_blueprint(blueprint)


def addresses(index: OfflineIndex) -> list[str]:
    """Return the addresses that scripts load and no page links to, without language prefix."""
    return [
        f"{SEARCH}/filter.js",
        *(f"{SEARCH}/karten/{number}.js" for number in range(-(-len(index.uids) // CARDS_PER_FILE))),
    ]


@blueprint.get(SEARCH)
def search() -> str:
    """Show the search of a copy; without JavaScript it leads to the lists."""
    newest = find(size=1)
    kinds = [kind for kind in services().schemas.kinds if kind.listed]
    return render_template(
        "offline/search.html",
        kinds=kinds,
        topics=facet_links(newest, "thema"),
        states=facet_links(newest, "land"),
        tables=TABLES,
    )


@blueprint.get("/suchen/hinweis")
def notice() -> str:
    """Say of which site and day this is a copy."""
    node = services()
    last = max((entry.at for entry in node.catalogue.heads()), default=node.clock())
    return render_template("offline/notice.html", home=own_addresses().issuer, day=last.date())


@blueprint.get(f"{SEARCH}/karten/<int:number>.js")
def cards(number: int) -> Response:
    """Return the cards of some records: file, title, its language, place, summary, outcome."""
    wanted = _index().uids[number * CARDS_PER_FILE :][:CARDS_PER_FILE]
    return _script(f"karten/{number}", [_card(uid) for uid in wanted])


@blueprint.get(f"{SEARCH}/filter.js")
def filters() -> Response:
    """Return the names of facets and their values."""
    named = {
        key: {"": facet_label(key), **{value: facet_value(key, value) for value in values}}
        for key, values in _index().facets.items()
        if key not in NAMED
    }
    return _script("filter", named)


def tables(index: OfflineIndex) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files that are the same in all languages."""
    words = _by_beginning(index.words)
    terms = _by_beginning(index.postings)
    facets = {key: {value: _steps(numbers) for value, numbers in found.items()} for key, found in index.facets.items()}
    start = {"all": len(index.uids), "size": CARDS_PER_FILE, "narrowing": NARROWING, "facets": facets}
    yield f"{TABLES}/anfang.js", _lines("anfang", {**start, "woerter": sorted(words), "terme": sorted(terms)})
    for name, found in sorted(words.items()):
        yield f"{TABLES}/woerter/{name}.js", _lines(f"woerter/{name}", found)
    for name, postings in sorted(terms.items()):
        flat = {
            term: [*_steps([one for one, _ in pairs]), *(weight for _, weight in pairs)]
            for term, pairs in postings.items()
        }
        yield f"{TABLES}/terme/{name}.js", _lines(f"terme/{name}", flat)


def _steps(numbers: Sequence[int]) -> list[int]:
    """Return ascending numbers as their differences, which have fewer digits."""
    return [after - before for before, after in zip([0, *numbers], numbers, strict=False)]


def _by_beginning(table: Mapping[str, T]) -> dict[str, dict[str, T]]:
    parts: dict[str, dict[str, T]] = defaultdict(dict)
    for key in sorted(table):
        parts["".join(one if one.isascii() and one.isalnum() else "_" for one in key[:2])][key] = table[key]
    return parts


def _card(uid: str) -> list[str]:
    origin, record_id = parts_of(uid)
    try:
        card = card_of(services().catalogue.head(record_id, origin))
    except (RecordNotFound, RecordWithdrawn):
        card = None
    if card is None:
        return []
    outcome = next((f"{line.text}: {line.note}" for line in card.lines if line.code == "outcome" and line.note), "")
    return [file_of(card.href, html=True), card.title, card.title_lang, card.place, card.summary, outcome]


def _index() -> OfflineIndex:
    return cast("OfflineIndex", current_app.extensions[_KEY])


def _script(name: str, value: object) -> Response:
    return Response(_lines(name, value), mimetype="text/javascript")


def _lines(name: str, value: object) -> bytes:
    """Return a script that contains a table, because pages from a folder may run scripts but fetch nothing."""
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"tafel({json.dumps(name)},{said});\n".encode()
