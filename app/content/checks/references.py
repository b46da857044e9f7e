# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a record points to must be there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from app.content.checks.subject import Subject
from app.content.markdown.links import is_external
from app.content.problem import Problem
from app.content.schema import SchemaSet
from app.content.vocabulary import Vocabulary

_RECORD = re.compile(r"(?:case-study|concept|solution|organisation)/[a-z0-9]+(?:-[a-z0-9]+)*")
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(\s*<?([^)\s>]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What else there is: records by name ("case-study/slug"), withdrawn ones, lessons by record, vocabularies."""

    schemas: SchemaSet
    records: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()
    lessons: Mapping[str, frozenset[str]] = field(default_factory=dict)
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)


def references(subject: Subject, collection: Collection) -> Iterator[Problem]:
    """Report references to records, topics and pages that do not exist."""
    for path, spec, value in subject.values:
        if not isinstance(value, str):
            continue
        if (spec.pattern and "organisation" in spec.pattern) or path.endswith(".case"):
            yield from _record(subject, collection, path, value, 0)
        if spec.vocabulary or _vocabulary_of(subject, path):
            yield from _term(subject, collection, path, value)
    for section, blocks in subject.blocks.items():
        for block in blocks:
            for found in _LINK.finditer(block.text):
                line = block.line + block.text.count("\n", 0, found.start())
                yield from _link(subject, collection, f"body.{section}", found[1], line)


def _record(subject: Subject, collection: Collection, path: str, ref: str, line: int) -> Iterator[Problem]:
    if not _RECORD.fullmatch(ref):
        return
    if ref == subject.ref:
        yield subject.error("points_to_itself", path, line, target=ref)
    elif ref in collection.withdrawn:
        yield subject.warning("target_withdrawn", path, line, target=ref)
    elif ref not in collection.records:
        yield subject.error("unknown_record", path, line, target=ref)


def _vocabulary_of(subject: Subject, path: str) -> str | None:
    spec = subject.kind.by_key.get(path.partition(".")[0])
    return spec.vocabulary if spec and path.count(".") == 1 else None


def _term(subject: Subject, collection: Collection, path: str, value: str) -> Iterator[Problem]:
    name = _vocabulary_of(subject, path)
    vocabulary = collection.vocabularies.get(name or "")
    if vocabulary and not vocabulary.get(value):
        allowed = ", ".join(concept.id for concept in vocabulary.concepts)
        yield subject.error("unknown_term", path, value=value, allowed=allowed)


def _link(subject: Subject, collection: Collection, path: str, address: str, line: int) -> Iterator[Problem]:
    if is_external(address) or address.startswith("mailto:") or address in subject.files:
        return
    if address.startswith("/"):
        yield from _page(subject, collection, path, address, line)
        return
    ref, _, lesson = address.partition("#")
    if not _RECORD.fullmatch(ref):
        yield subject.error("link_leads_nowhere", path, line, target=address)
        return
    yield from _record(subject, collection, path, ref, line)
    if lesson and ref in collection.records and lesson.removeprefix("lehre-") not in collection.lessons.get(ref, ()):
        yield subject.error("link_leads_nowhere", path, line, target=address)


def _page(subject: Subject, collection: Collection, path: str, address: str, line: int) -> Iterator[Problem]:
    """Check addresses of pages; those that are no record's page are the site's own matter."""
    parts = unquote(urlsplit(address).path).strip("/").removeprefix("en/").split("/")
    routes = {kind.route: kind.name for kind in collection.schemas.kinds}
    if parts[0] in routes and len(parts) == 2:
        yield from _record(subject, collection, path, f"{routes[parts[0]]}/{parts[1]}", line)
