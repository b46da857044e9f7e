"""What a record says of money: every amount and grant with what it was for, who pays and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.records.five_lines import Amount, CostSum
from app.records.five_lines.costs import YEARS_AHEAD
from app.web.records.fields import FieldWriter
from app.web.records.lines import line_words
from app.web.records.results import PER_CENT, Bar, Row, share_of
from app.web.records.writer import as_of, paid_by
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.shown import Line
from app.web.shell.wording import _, programme_page

_AMOUNTS = frozenset({"setup", "annual", "currency"})
"""Parts of a price that stand among the amounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTable:
    """`rows` are amounts and grants, `told` those of them that the short line tells.

    `ahead` are the figures that five years are made of, `price` is how a solution is priced.
    """

    rows: tuple[Row, ...]
    told: tuple[Row, ...]
    ahead: tuple[Bar, ...]
    price: tuple[Line, ...]


def cost_table(writer: FieldWriter) -> CostTable | None:
    """Return what a record says of money; None where it says nothing."""
    cost = services().five_lines(writer.record).cost
    rows, named = _rows(writer, cost), {*cost.told, *cost.told_grants}
    told = tuple(row for row, one in zip(rows, (*cost.amounts, *cost.grants), strict=True) if one in named)
    found = CostTable(rows=rows, told=told, ahead=_ahead(cost), price=_price(writer))
    return found if found.rows or found.price else None


def _price(writer: FieldWriter) -> tuple[Line, ...]:
    spec, price = writer.kind.field("price"), writer.record.data.get("price")
    if spec is None or not isinstance(price, Mapping):
        return ()
    return writer.group(spec, {key: value for key, value in price.items() if key not in _AMOUNTS})


def _rows(writer: FieldWriter, cost: CostSum) -> tuple[Row, ...]:
    """Return every amount and every grant of a record."""
    spec = writer.kind.field("costs.kind")
    amounts = (
        _paid(writer, amount, spec.value_label(amount.kind, writer.lang) if spec else "") for amount in cost.amounts
    )
    return (*amounts, *_granted(writer, cost))


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
    """Return what is paid once and what runs up in five years, beside each other; nothing where either is unknown."""
    running, once = cost.running, cost.once
    if cost.five_years is None or running is None or not once:
        return ()
    words = line_words().costs
    return (
        Bar(label=_("once"), text=words.amount(once[0])),
        Bar(label=_("five years of operation"), text=words.money(running.a_year * YEARS_AHEAD, running.currency)),
    )
