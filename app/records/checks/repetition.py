"""A figure is told once, and at most once more: readers who meet it a third time read on for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from app.records.checks.sound_record import SoundRecord
from app.records.json_value import JsonValue
from app.records.problem import Problem
from app.records.sentences import plain

MOST = 2
"""So many places of a record may tell the same figure, such as the summary and the results."""

_FIGURE = re.compile(r"(?<![\w.,–-])(\d[\d.]*(?:,\d+)?)[\s\u00a0]*(Mio\.?|Millionen|Tsd\.?|%|€|[A-Za-zÄÖÜäöü]{2,})")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_UNIT = re.compile(
    r"(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)|(?:Uhr|und|oder|bis|von|der|die|das|im|in|am|auf|aus|für)$"
)
_SCALES = {"mio": 1e6, "millionen": 1e6, "tsd": 1e3}
_NAMES = {"%": "prozent", "€": "euro", "eur": "euro"}
_STEM = 4
"""Letters that tell units apart: Nutzende and Nutzer are the same, Fahrten and Fahrgäste are not."""
_SMALLEST = 10

_Figure = tuple[float, str]


def repeated_figures(subject: SoundRecord) -> Iterator[Problem]:
    """Report a number with its unit that more than two places of a record tell."""
    told: dict[_Figure, tuple[str, list[str]]] = {}
    for path, text in _places(subject):
        for figure, words in dict(_figures(text)).items():
            told.setdefault(figure, (words, []))[1].append(path)
    for words, paths in told.values():
        if len(paths) > MOST:
            yield subject.warning("figure_repeated", paths[MOST], figure=words, count=str(len(paths)))


def _places(subject: SoundRecord) -> Iterator[tuple[str, str]]:
    """Yield path and text of each place that tells figures; an entry of a list is one place."""
    yield "summary", str(subject.front["summary"])
    note = subject.front.get("outcome_note")
    if isinstance(note, Mapping):
        yield "outcome_note.text", str(note["text"])
    for path, entry in chain(subject.objects("results"), subject.objects("costs")):
        yield path, _entry(entry)
    for path, lesson in subject.objects("lessons"):
        keys = ("statement", "because", "recommendation", "impact")
        yield path, ". ".join(str(lesson[key]) for key in keys if key in lesson)
    for section in ("results", "cost"):
        yield f"body.{section}", " ".join(block.text for block in subject.blocks.get(section, ()))


def _entry(entry: Mapping[str, JsonValue]) -> str:
    values = [f"{entry[key]} {entry['unit']}" for key in ("value", "before", "after") if key in entry]
    amount = [f"{entry['amount']} Euro"] if "amount" in entry else []
    texts = [str(entry[key]) for key in ("statement", "what") if key in entry]
    return ". ".join([*texts, *(text.replace(".", ",") for text in [*values, *amount])])


def _figures(text: str) -> Iterator[tuple[_Figure, str]]:
    words = plain(text)
    for found in _FIGURE.finditer(words):
        number, unit = found[1].rstrip("."), found[2]
        if _YEAR.fullmatch(number) or _NO_UNIT.match(unit):
            continue
        value = float(number.replace(".", "").replace(",", "."))
        scale = _SCALES.get(unit.rstrip(".").lower())
        if scale:
            rest = words[found.end() :].split()
            value, unit = value * scale, rest[0] if rest else ""
        if value >= _SMALLEST:
            name = unit.strip(".,;:()").lower()
            yield (value, _NAMES.get(name, name)[:_STEM]), found[0]
