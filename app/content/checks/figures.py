# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A figure needs a unit and a date, or it cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.content.checks.language.sentences import plain
from app.content.checks.subject import Subject
from app.content.problem import Problem
from app.content.schema import FieldSpec

_YEAR = r"(?:19|20)\d\d"
_NUMBER = re.compile(r"(?<![\w.,–-])\d[\d.,]*(?![\w-])")
_DATED = re.compile(rf"\b{_YEAR}\b|\b(?:heute|derzeit|aktuell|today|currently)\b", re.IGNORECASE)
# "stieg auf 300." leaves open what was counted; "Phase 2." and "Nr. 3" name something.
_BARE = re.compile(
    r"(?P<before>\S+)\s+(?:(?:rund|etwa|über|knapp|mehr als)\s+)?"
    r"(?P<number>\d[\d.,]*\d|\d)(?=[.;!?)]*(?:\s*$|[.;!?)]+\s))"
)
_DATED_SECTIONS = frozenset({"results", "cost"})


def figures(subject: Subject) -> Iterator[Problem]:
    """Report figures of the front matter and of the body that lack a unit or a date."""
    for path, spec, value in subject.values:
        if isinstance(value, Mapping) and spec.properties:
            yield from _entry(subject, path, spec, value)
    dated = {str(entry["key"]) for _, entry in subject.objects("sources") if entry.get("date", "unknown") != "unknown"}
    for section, blocks in subject.blocks.items():
        for block in blocks:
            text = plain(block.text)
            number = None if block.is_table else _bare_number(text)
            if number:
                yield subject.warning("figure_without_unit", f"body.{section}", block.line, number=number)
            if (
                section in _DATED_SECTIONS
                and _figure(text)
                and not _DATED.search(text)
                and not dated & {*block.sources}
            ):
                yield subject.warning("figure_without_date", f"body.{section}", block.line, number=_figure(text))


def _entry(subject: Subject, path: str, spec: FieldSpec, value: Mapping[str, object]) -> Iterator[Problem]:
    for figure, day in (("population", "population_as_of"), ("setup", "as_of"), ("annual", "as_of")):
        if figure in value and spec.part(day) and day not in value:
            yield subject.warning("figure_without_date", f"{path}.{figure}", number=str(value[figure]))
    statement = value.get("statement")
    if isinstance(statement, str) and spec.part("value") and not {"value", "after"} & {*value}:
        number = _figure(statement)
        if number:
            yield subject.warning("figure_not_structured", f"{path}.statement", number=number)


def _figure(text: str) -> str:
    """Return the first number that is no year and no day of a date, or an empty text."""
    for found in _NUMBER.finditer(text):
        number = found[0].rstrip(".,")
        is_day = re.match(
            r"\.?\s*(?:Januar|Februar|März|April|Mai|Juni|Juli|August|Sept|Okt|Nov|Dez)", text[found.end() - 1 :]
        )
        if not re.fullmatch(_YEAR, number) and not is_day and len(number) > 1:
            return number
    return ""


def _bare_number(text: str) -> str:
    for found in _BARE.finditer(text):
        before = found["before"]
        names = before[:1].isupper() or before.endswith((".", ":", "–", "-", "§", "/")) or before[:1].isdigit()
        if not re.fullmatch(_YEAR, found["number"]) and not names:
            return found["number"]
    return ""
