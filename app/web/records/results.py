# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Results as rows with a figure and, where there are two to compare, a bar each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.web.records.fields import FieldWriter, qualified, self_reported
from app.web.records.writer import as_of
from app.web.shell import formats
from app.web.shell.shown import Line, SourceMark
from app.web.shell.wording import _

_FEW = 2
"""So many values are compared by bars; a single one tells nothing by its length."""
_SHORTEST = 0.02
"""A bar that is so much shorter than the longest one could not be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A figure with its part of the longest bar beside it, in per cent; `share` is None for one without a bar."""

    text: str
    share: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured or paid, its figures, what limits them and who says so.

    `lang` is that of the label, `href` leads on from it, and `is_dated` tells whether one of the notes is the date.
    """

    label: str
    bars: tuple[Bar, ...]
    notes: tuple[str, ...] = ()
    sources: tuple[SourceMark, ...] = ()
    lang: str = ""
    is_dated: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The results of a record: `rows` have figures, `facts` have none, `words` say in a sentence what a row shows."""

    rows: tuple[Row, ...]
    facts: tuple[Line, ...]
    words: tuple[Line, ...]


def results(writer: FieldWriter, entries: Sequence[Mapping[str, Any]]) -> Results:
    """Return the entries of a field such as `results` or `facts`."""
    counted = [entry for entry in entries if _values(entry)]
    longest = _longest(counted)
    rows = tuple(_row(writer, entry, longest[_group(entry)]) for entry in counted)
    return Results(
        rows=rows,
        facts=tuple(_statement(writer, entry) for entry in entries if not _values(entry)),
        words=tuple(_statement(writer, entry) for entry in counted if "indicator" in entry),
    )


def _values(entry: Mapping[str, Any]) -> list[float]:
    keys = ("before", "after") if "before" in entry else ("value", "after")
    return [entry[key] for key in keys if key in entry]


def _group(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Figures of one unit and one sort of thing can be compared; before and after only with each other."""
    return (str(entry.get("unit", "")), str(entry.get("indicator", "")) if "before" in entry else "")


def _longest(entries: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], float]:
    """Return the largest value of each group that has two or more; 0 for the others, which get no bar."""
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    for entry in entries:
        groups[_group(entry)] += _values(entry)
    return {key: max(values) if comparable(values) else 0.0 for key, values in groups.items()}


def comparable(values: Sequence[float]) -> bool:
    """Tell whether bars show something: there are several, and each is long enough to be seen."""
    return len(values) >= _FEW and min(values) >= max(values) * _SHORTEST


def _row(writer: FieldWriter, entry: Mapping[str, Any], longest: float) -> Row:
    unit, values = str(entry.get("unit", "")), _values(entry)
    labels = (_("before"), _("after")) if "before" in entry else ("",)
    words = [formats.number(value) for value in values]
    words[-1] = qualified(words[-1], entry)
    bars = (
        Bar(label=label, text=writer.quoting(f"{text} {unit}".strip(), unit), share=share_of(value, longest))
        for label, text, value in zip(labels, words, values, strict=True)
    )
    dated = as_of(entry.get("date"))
    return Row(
        label=str(entry.get("indicator") or entry.get("statement") or ""),
        bars=tuple(bars),
        notes=(*dated, *self_reported(entry)),
        sources=writer.sources_of(entry),
        lang=writer.record.lang,
        is_dated=bool(dated),
    )


def share_of(value: float, longest: float) -> float | None:
    """Return the length of a bar beside the longest one, in per cent; None where there is none to compare with."""
    return round(100 * value / longest, 1) if longest > 0 else None


def _statement(writer: FieldWriter, entry: Mapping[str, Any]) -> Line:
    date = str(entry.get("date", formats.UNKNOWN))
    notes = [] if date == formats.UNKNOWN else as_of(date)
    return Line(
        text=str(entry["statement"]),
        lang=writer.record.lang,
        notes=(*notes, *self_reported(entry)),
        sources=writer.sources_of(entry),
    )
