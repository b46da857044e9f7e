"""`related` says least of all relations: it stands only where none of the stronger ones is true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.records.checks.sound_record import SoundRecord
from app.records.json_value import JsonValue
from app.records.problem import Problem

_STRONGER = {
    "solution": (
        "uses_solution",
        re.compile(
            r"\b(?:nutz\w*|setz\w* \w* ?ein|eingesetzt\w*|verwend\w*|betreib\w*|läuft mit|uses?|runs?)\b", re.IGNORECASE
        ),
    ),
    "concept": (
        "applies_concept, draws_on",
        re.compile(
            r"\b(?:wende\w*|angewandt\w*|angewendet\w*|nutzt\w*|stütz\w*|gestützt\w*|beruh\w*|folg\w* dem"
            r"|nach dem (?:Konzept|Muster|Vorgehen)|appl\w+|draws?)\b",
            re.IGNORECASE,
        ),
    ),
}
"""Kind of the target: which relation is stronger, and by which words a note gives it away."""

_NOT_TELLING = frozenset({"loesung"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SHORTEST = 4


def weak_relations(subject: SoundRecord) -> Iterator[Problem]:
    """Report `related` without a note, and where note, link or text say that the connection is a stronger one."""
    for path, relation in subject.objects("relations"):
        kind, _, slug = str(relation["target"]).partition("/")
        if relation["rel"] != "related":
            continue
        if not relation.get("note"):
            yield subject.warning("relation_without_note", f"{path}.note")
        if kind not in _STRONGER:
            continue
        stronger, words = _STRONGER[kind]
        told = bool(words.search(str(relation.get("note", "")))) or f"({kind}/{slug}" in subject.draft.document.body
        if told or (kind == "solution" and subject.kind.name == "case-study" and _is_told_of(subject, slug)):
            yield subject.warning("relation_too_weak", f"{path}.rel", stronger=stronger)


def _is_told_of(subject: SoundRecord, slug: str) -> bool:
    """Tell whether the text of a case names the solution with this folder; the name of its place alone is no sign."""
    places = {_folded(str(place["name"])) for _, place in subject.objects("municipalities")}
    telling = [word for word in slug.split("-") if len(word) >= _SHORTEST and word not in {*_NOT_TELLING, *places}]
    told = _texts({key: value for key, value in subject.front.items() if key != "relations"})
    text = _folded(" ".join((*told, subject.draft.document.body)))
    return bool(telling) and all(re.search(rf"\b{word}", text) for word in telling)


def _texts(value: JsonValue | Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _folded(text: str) -> str:
    return text.casefold().translate(_UMLAUTS)
