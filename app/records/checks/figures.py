"""A figure needs a unit and a date, or it cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.records.checks.sound_record import SoundRecord
from app.records.problem import Problem
from app.records.schema import FieldSpec

_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?<![\w.,–-])\d[\d.,]*(?![\w-])")
_DATED = re.compile(
    rf"\b{_YEAR}\b|\b(?:heute|derzeit|aktuell|undatiert\w*|ohne (?:Datum|Jahr|Stand)|(?:Datum|Jahr|Stand) unbekannt)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<!\S)(?P<before>\S{1,60})\s+(?:(?:rund|etwa|über|knapp|mehr als)\s+)?"
    r"(?P<number>\d[\d.,]*\d|\d)(?P<end>[.;!?)]+)(?P<after>\s+\S+|$)"
)
_ORDINAL = re.compile(r"(?:sein|ihr|ein|jed)\w*|am|dem|den|der|des|die|das|vom|zum|im|bis|ab|seit", re.IGNORECASE)
_AGE = re.compile(r"\s*(?:Jahren?|Jährige\w*)\b")
_DATED_SECTIONS = frozenset({"results", "cost"})


def figures(subject: SoundRecord) -> Iterator[Problem]:
    """Report figures of the front matter and of the body that lack a unit or a date."""
    for path, spec, value in subject.values:
        if isinstance(value, Mapping) and spec.properties:
            yield from _entry(subject, path, spec, value)
    dated = {str(entry["key"]) for _, entry in subject.objects("sources") if entry.get("date", "unknown") != "unknown"}
    for section, blocks in subject.blocks.items():
        for block in blocks:
            text = block.plain
            if not _DIGIT.search(text):
                continue
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


def _entry(subject: SoundRecord, path: str, spec: FieldSpec, value: Mapping[str, object]) -> Iterator[Problem]:
    for figure, day in (("population", "population_as_of"), ("setup", "as_of"), ("annual", "as_of")):
        if figure in value and spec.part(day) and day not in value:
            yield subject.warning("figure_without_date", f"{path}.{figure}", number=str(value[figure]))
    statement = value.get("statement")
    if isinstance(statement, str) and spec.part("value") and not {"value", "after"} & {*value}:
        number = _figure(statement)
        if number:
            yield subject.warning("figure_not_structured", f"{path}.statement", number=number)


def _figure(text: str) -> str:
    """Return the first number of two digits or more that is no year, no day and no age, or an empty text."""
    for found in _NUMBER.finditer(text):
        number = found[0].rstrip(".,")
        after = text[found.start() + len(number) :]
        is_day = re.match(rf"\.?\s*{_MONTH}", after)
        if len(number) > 1 and not (is_day or _AGE.match(after) or re.fullmatch(_YEAR, number)):
            return number
    return ""


def _bare_number(text: str) -> str:
    """Return the first number that ends a sentence without saying what was counted, or an empty text.

    "stieg auf 300." leaves that open; "Phase 2.", "am 18. Mai", "die Linien 5 und 6." do not.
    """
    for found in _BARE.finditer(text):
        if not (re.fullmatch(_YEAR, found["number"]) or _names(found) or _counts_on(text[: found.start("number")])):
            return found["number"]
    return ""


def _names(found: re.Match[str]) -> bool:
    before = found["before"].lstrip("(„")
    is_date = found["end"] == "." and re.match(rf"\s+{_MONTH}", found["after"])
    is_ordinal = found["end"].startswith(".") and _ORDINAL.fullmatch(before) and found["after"]
    is_label = before[:1].isupper() or before[:1].isdigit() or before.endswith((".", ":", "–", "-", "§", "/"))
    return bool(is_date or is_ordinal or is_label)


def _counts_on(before: str) -> bool:
    """Tell whether the number goes on with an enumeration of numbers or shares the unit of one shortly before."""
    return bool(re.search(r"\d[\d.,]*\s+(?:\S+\s+){0,6}(?:\S+\s+)?$", before))
