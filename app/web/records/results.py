"""Results as rows with a figure, and a bar where its whole is known: per cent, and before beside after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.web.records.fields import FieldWriter, qualified, self_reported
from app.web.records.writer import as_of
from app.web.shell import formats
from app.web.shell.shown import Line, SourceMark
from app.web.shell.wording import _

PER_CENT = 100
_PER_CENT = re.compile(r"(?:prozent|percent|per cent|%)(?:\s+(?:der|des|aller|of)\b.*|\s*\(.*\))?", re.IGNORECASE)
"""A share of a whole; "40 Prozent mehr" and "Prozentpunkte" are of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A figure, and in per cent of what its bar is a part; `share` is None for one without a bar."""

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
    return Results(
        rows=tuple(_row(writer, entry) for entry in counted),
        facts=tuple(_statement(writer, entry) for entry in entries if not _values(entry)),
        words=tuple(_statement(writer, entry) for entry in counted if "indicator" in entry),
    )


def _values(entry: Mapping[str, Any]) -> list[float]:
    keys = ("before", "after") if "before" in entry else ("value", "after")
    return [entry[key] for key in keys if key in entry]


def _whole(entry: Mapping[str, Any], values: Sequence[float]) -> float | None:
    """Return what the full length of a bar stands for; None where figures have no common whole, and so no bar.

    Figures of two things share none, not even in one unit: the larger one would pass for the whole of the other.
    """
    if min(values) < 0:
        return None
    if _PER_CENT.fullmatch(str(entry.get("unit", ""))) and max(values) <= PER_CENT:
        return PER_CENT
    return max(values) or None if {"before", "after"} <= {*entry} else None


def _row(writer: FieldWriter, entry: Mapping[str, Any]) -> Row:
    unit, values = str(entry.get("unit", "")), _values(entry)
    whole = _whole(entry, values)
    labels = (_("before"), _("after")) if "before" in entry else ("",)
    words = [formats.number(value) for value in values]
    words[-1] = qualified(words[-1], entry)
    bars = (
        Bar(label=label, text=writer.quoting(f"{text} {unit}".strip(), unit), share=share_of(value, whole))
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


def share_of(value: float, whole: float | None) -> float | None:
    """Return the length of a bar as a part of the whole, in per cent; None where there is no whole."""
    return round(PER_CENT * value / whole, 1) if whole else None


def _statement(writer: FieldWriter, entry: Mapping[str, Any]) -> Line:
    date = str(entry.get("date", formats.UNKNOWN))
    notes = [] if date == formats.UNKNOWN else as_of(date)
    return Line(
        text=str(entry["statement"]),
        lang=writer.record.lang,
        notes=(*notes, *self_reported(entry)),
        sources=writer.sources_of(entry),
    )
