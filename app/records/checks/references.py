"""Rules for references: their targets exist, and relations are as strong as the text says.

References are collected one record at a time and resolved at the end, so that checking many records keeps none of them
in memory. `related` is the weakest relation and only right if no other applies.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from app.records.checks.sound_record import SoundRecord
from app.records.json_value import LIST, walk
from app.records.markdown import RECORD_NAME, is_external
from app.records.problem import Problem, Severity
from app.records.vocabulary import Vocabulary

LESSON_ANCHOR = "lehre-"
"""Prefix of a lesson's key in its anchor on the record's page."""

_RECORD = re.compile(RECORD_NAME)
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(\s*<?([^)\s>]+)")
_FIELDS = frozenset({"ref", "case", "target"})
"""Fields, at any depth, that name another record; a web address in their place is not checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A record (and possibly one of its lessons) named by another; `missing` is the finding if it does not exist."""

    origin: str
    target: str
    missing: Problem
    lesson: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecords:
    """All records: the lesson keys of each by name ("case-study/slug"), and the withdrawn ones."""

    lessons: Mapping[str, frozenset[str]]
    withdrawn: frozenset[str] = frozenset()


def references(subject: SoundRecord, routes: Mapping[str, str]) -> Iterator[Reference | Problem]:
    """Yield the references of a record and a problem for each broken link; `routes` maps routes to kinds."""
    for path, _, value in subject.values:
        if isinstance(value, str) and path.rpartition(".")[2] in _FIELDS and _RECORD.fullmatch(value):
            yield _reference(subject, path, value)
    for section, blocks in subject.blocks.items():
        for block in blocks:
            for found in _LINK.finditer(block.text):
                line = block.line + block.text.count("\n", 0, found.start())
                yield from _link(subject, f"body.{section}", found[1], line, routes)


def resolve(reference: Reference, collection: KnownRecords) -> Problem | None:
    """Return the problem of a reference now that all records are known, or None."""
    missing, target = reference.missing, reference.target
    if target == reference.origin and not reference.lesson:
        return replace(missing, code="points_to_itself")
    if target in collection.withdrawn:
        return replace(missing, code="target_withdrawn", severity=Severity.WARNING)
    if target not in collection.lessons:
        return missing
    if reference.lesson and reference.lesson not in collection.lessons[target]:
        return replace(missing, code="link_leads_nowhere", params={"target": f"{target}#{reference.lesson}"})
    return None


def unknown_terms(subject: SoundRecord, vocabularies: Mapping[str, Vocabulary]) -> Iterator[Problem]:
    """Report keys that are not in the vocabulary of their field."""
    for path, spec, value in subject.values:
        vocabulary = vocabularies.get(spec.vocabulary) if spec.vocabulary else None
        if vocabulary is None:
            continue
        keys = (
            [(f"{path}.{number}", key) for number, key in enumerate(value)]
            if isinstance(value, LIST)
            else [(path, value)]
        )
        for place, key in keys:
            if not vocabulary.get(str(key)):
                allowed = ", ".join(concept.id for concept in vocabulary.concepts)
                yield subject.error("unknown_term", place, value=str(key), allowed=allowed)


def _reference(subject: SoundRecord, path: str, target: str, line: int = 0, lesson: str = "") -> Reference:
    missing = subject.error("unknown_record", path, line, target=target)
    return Reference(origin=subject.ref, target=target, lesson=lesson, missing=missing)


def _link(
    subject: SoundRecord, path: str, address: str, line: int, routes: Mapping[str, str]
) -> Iterator[Reference | Problem]:
    if is_external(address) or address.startswith(("mailto:", "#")) or address in subject.files:
        return
    ref, _, anchor = address.partition("#")
    if address.startswith("/"):
        parts = unquote(urlsplit(ref).path).strip("/").removeprefix("en/").split("/")
        if len(parts) != 2 or parts[0] not in routes:
            # Other pages of the site are not records.
            return
        ref = f"{routes[parts[0]]}/{parts[1]}"
    if _RECORD.fullmatch(ref):
        lesson = anchor.removeprefix(LESSON_ANCHOR) if anchor.startswith(LESSON_ANCHOR) else ""
        yield _reference(subject, path, ref, line, lesson)
    else:
        yield subject.error("link_leads_nowhere", path, line, target=address)


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
"""By kind of target: the stronger relations, and the words in a note that suggest one."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def weak_relations(subject: SoundRecord) -> Iterator[Problem]:
    """Report `related` without a note, and if note, link or text suggest a stronger relation."""
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
    """Return whether a case's text names the solution in this folder; the name of its place alone is not enough."""
    places = {_folded(str(place["name"])) for _, place in subject.objects("municipalities")}
    telling = [word for word in slug.split("-") if len(word) >= 4 and word not in {"loesung", *places}]
    others = {key: value for key, value in subject.front.items() if key != "relations"}
    told = [value for _, value in walk(others) if isinstance(value, str)]
    text = _folded(" ".join((*told, subject.draft.document.body)))
    return bool(telling) and all(re.search(rf"\b{word}", text) for word in telling)


def _folded(text: str) -> str:
    return text.casefold().translate(_UMLAUTS)
