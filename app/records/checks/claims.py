"""Every claim has a source, and every source serves a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.records.checks.sound_record import SoundRecord, TextBlock
from app.records.json_value import JsonValue
from app.records.problem import Problem
from app.records.schema import FieldSpec
from app.records.structure import OF_FIELD, named_sources, source_keys

_ASKED_FOR_MILDLY = frozenset({"goals", "preconditions"})
"""What was intended or is needed is often said nowhere in public, so a missing source there is a warning."""

_FIGURE = re.compile(r"\d")


def unsourced_claims(subject: SoundRecord) -> Iterator[Problem]:
    """Report entries of the front matter that must name a source and name none."""
    for path, spec, value in subject.values:
        holder = spec if spec.properties else None
        demanded = holder.part("sources") if holder else None
        if demanded is None or not isinstance(value, Mapping):
            continue
        given, top = value.get("sources"), path.partition(".")[0]
        if given or _is_left_open(subject, top):
            continue
        if demanded.required and top not in _ASKED_FOR_MILDLY:
            yield subject.error("claim_without_source", f"{path}.sources")
        elif demanded.required or given is not None:
            yield subject.warning("claim_without_source", f"{path}.sources")


def _is_left_open(subject: SoundRecord, field: str) -> bool:
    """Tell whether a field says nothing but that nobody told it yet."""
    spec = subject.kind.by_key.get(field)
    return spec is not None and spec.is_unknown(subject.front[field])


def unsourced_fields(subject: SoundRecord) -> Iterator[Problem]:
    """Report entries without a source that can do without one by the schema, but are asked for it."""
    for path, spec, value in subject.values:
        if not spec.sourced or not value:
            continue
        holder, sources = _where_sources_stand(subject, path, spec, value)
        # A list that is there and empty is reported with the other claims.
        if not holder.get(sources.rpartition(".")[2]) and not (spec.properties and "sources" in holder):
            yield subject.warning("claim_without_source", sources)


def _where_sources_stand(
    subject: SoundRecord, path: str, spec: FieldSpec, value: JsonValue
) -> tuple[Mapping[str, JsonValue], str]:
    top, _, inner = path.partition(".")
    if spec.properties and isinstance(value, Mapping):
        return value, f"{path}.sources"
    group = subject.front[top]
    if inner and isinstance(group, Mapping):
        return group, f"{top}.sources"
    return subject.front, f"{path}{OF_FIELD}"


def unsourced_blocks(subject: SoundRecord) -> Iterator[Problem]:
    """Report paragraphs, list items and tables of the body without a footnote where one is needed."""
    for spec in subject.kind.sections:
        found = subject.blocks.get(spec.id, ())
        for index, block in enumerate(found):
            following = found[index + 1] if index + 1 < len(found) else None
            if block.is_sourced(following) or block.text == spec.unknown:
                continue
            if spec.claims:
                yield subject.error("paragraph_without_source", f"body.{spec.id}", block.line, start=_start(block))
            elif _FIGURE.search(block.text):
                yield subject.warning("figure_without_source", f"body.{spec.id}", block.line, start=_start(block))


def unused_sources(subject: SoundRecord) -> Iterator[Problem]:
    """Report entries of the list of sources that nothing names."""
    used = {key for _, key in named_sources(subject.front)}
    used.update(key for found in subject.blocks.values() for block in found for key in block.sources)
    for index, key in enumerate(source_keys(subject.front)):
        if key not in used:
            yield subject.warning("source_unused", f"sources.{index}.key", key=key)


def _start(block: TextBlock) -> str:
    words = block.text.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")
