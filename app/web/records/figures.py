"""Figures of a record as rows: results, with a bar if their whole is known, amounts and grants."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.records.five_lines import Amount, CostSum
from app.records.five_lines.costs import YEARS_AHEAD
from app.web.records.fields import FieldWriter, qualified, self_reported
from app.web.records.lines import line_words
from app.web.records.writer import as_of, paid_by
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.shown import Line, SourceMark
from app.web.shell.wording import _, programme_page

PER_CENT = 100
_PER_CENT = re.compile(r"(?:prozent|percent|per cent|%)(?:\s+(?:der|des|aller|of)\b.*|\s*\(.*\))?", re.IGNORECASE)
"""A share of a whole; "40 Prozent mehr" and "Prozentpunkte" are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A figure and the length of its bar in per cent; `share` is None without a bar."""

    text: str
    share: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured or paid, its figures, limitations and sources.

    `lang` is the language of the label, `href` a further link, and `is_dated`: one of the notes is the date. `sentence`
    says the same in the record's own words.
    """

    label: str
    bars: tuple[Bar, ...]
    notes: tuple[str, ...] = ()
    sources: tuple[SourceMark, ...] = ()
    lang: str = ""
    is_dated: bool = False
    href: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The results of a record: `rows` have figures, `facts` have none; `is_own`: only those involved say all of it."""

    rows: tuple[Row, ...]
    facts: tuple[Line, ...]
    is_own: bool


def results(writer: FieldWriter, entries: Sequence[Mapping[str, Any]]) -> Results:
    """Return the entries of a field such as `results` or `facts`."""
    return Results(
        rows=tuple(_row(writer, entry) for entry in entries if _values(entry)),
        facts=tuple(_statement(writer, entry) for entry in entries if not _values(entry)),
        is_own=len(entries) > 1 and all(map(self_reported, entries)),
    )


def _values(entry: Mapping[str, Any]) -> list[float]:
    keys = ("before", "after") if "before" in entry else ("value", "after")
    return [entry[key] for key in keys if key in entry]


def _whole(entry: Mapping[str, Any], values: Sequence[float]) -> float | None:
    """Return the value of a full bar; None if the figures have no common whole, and so no bar.

    Figures of two things never have one, even in one unit: the larger would look like the whole of the other.
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
        sentence=str(entry.get("statement", "")),
    )


def share_of(value: float, whole: float | None) -> float | None:
    """Return the length of a bar in per cent of the whole; None without a whole."""
    return round(PER_CENT * value / whole, 1) if whole else None


def _statement(writer: FieldWriter, entry: Mapping[str, Any]) -> Line:
    return Line(
        text=str(entry["statement"]),
        lang=writer.record.lang,
        notes=(*as_of(entry.get("date")), *self_reported(entry)),
        sources=writer.sources_of(entry),
    )


_AMOUNTS = frozenset({"setup", "annual", "currency"})
"""Parts of a price shown among the amounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTable:
    """`rows` are amounts and grants, `told` those shown in the short line.

    `ahead` are the figures for five years, `price` is the pricing of a solution.
    """

    rows: tuple[Row, ...]
    told: tuple[Row, ...]
    ahead: tuple[Bar, ...]
    price: tuple[Line, ...]


def cost_table(writer: FieldWriter) -> CostTable | None:
    """Return a record's costs; None if it has none."""
    cost, kind = services().five_lines(writer.record).cost, writer.kind.field("costs.kind")
    amounts = (_paid(writer, one, kind.value_label(one.kind, writer.lang) if kind else "") for one in cost.amounts)
    rows, named = (*amounts, *_granted(writer, cost)), {*cost.told, *cost.told_grants}
    told = tuple(row for row, one in zip(rows, (*cost.amounts, *cost.grants), strict=True) if one in named)
    spec, price = writer.kind.field("price"), writer.record.data.get("price")
    priced = {key: value for key, value in price.items() if key not in _AMOUNTS} if isinstance(price, Mapping) else {}
    found = CostTable(
        rows=rows, told=told, ahead=_ahead(cost), price=writer.group(spec, priced) if spec and priced else ()
    )
    return found if found.rows or found.price else None


def _paid(writer: FieldWriter, amount: Amount, kind: str) -> Row:
    basis = writer.kind.field("costs.basis")
    notes: list[str] = [writer.own(amount.what)] if amount.what else []
    if basis is not None and amount.basis not in {formats.UNKNOWN, "estimated"}:
        notes.append(basis.value_label(amount.basis, writer.lang))
    dated = as_of(amount.date)
    notes += dated
    notes += [paid_by(writer, amount.paid_by)] if amount.paid_by else []
    notes += [writer.own(amount.note)] if amount.note else []
    text = line_words().costs.amount(amount)
    sources = writer.marks(amount.sources)
    return Row(label=kind, bars=(Bar(text=text),), notes=tuple(notes), sources=sources, is_dated=bool(dated))


def _granted(writer: FieldWriter, cost: CostSum) -> Iterable[Row]:
    words, whole = line_words().costs, cost.lump_sum
    for grant in cost.grants:
        text = (
            words.money(grant.amount, grant.currency, grant.approx)
            if grant.amount is not None
            else _("amount not known")
        )
        comparable = (
            whole is not None and cost.told_grants == cost.grants == (grant,) and whole.currency == grant.currency
        )
        share = share_of(grant.amount, whole.value) if whole and comparable and grant.amount is not None else None
        notes: list[str] = [writer.own(grant.programme)]
        if grant.share is not None:
            notes.append(_("%(share)s percent of the costs", share=formats.number(grant.share)))
        dated = as_of(grant.date)
        notes += [*dated, *([writer.own(grant.note)] if grant.note else [])]
        bar = Bar(text=text, share=share if share is not None and share <= PER_CENT else None)
        yield Row(
            label=_("Funding"),
            bars=(bar,),
            notes=tuple(notes),
            sources=writer.marks(grant.sources),
            is_dated=bool(dated),
            href=programme_page(grant.key),
        )


def _ahead(cost: CostSum) -> tuple[Bar, ...]:
    """Return the one-off cost and the running cost of five years; nothing if either is unknown."""
    running, once = cost.running, cost.once
    if cost.five_years is None or running is None or not once:
        return ()
    words = line_words().costs
    return (
        Bar(label=_("once"), text=words.amount(once[0])),
        Bar(label=_("five years of operation"), text=words.money(running.a_year * YEARS_AHEAD, running.currency)),
    )
