"""What is compared, in words: on the page with links, in the file as plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.kickoff.comparison import RowCode
from app.records.record import Region
from app.reuse.productisation import CRITERION_NAMES, CriterionState
from app.shared.wording import N_
from app.web.records.blocks import openness_doubt
from app.web.records.fields import FieldWriter, qualified
from app.web.records.writer import inhabitants
from app.web.reuse.products import MARKS, SIGNS
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.shown import Line, Link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """One stated thing; `of` names the solution that says so where it is not the record itself."""

    lines: tuple[Line, ...]
    of: str = ""
    href: str = ""
    sources: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row; `differs` is None where that would tell nothing, `empty` stands in cells without entries.

    `own` is what the asker has of it, "" where that was not said.
    """

    label: str
    differs: bool | None
    cells: tuple[tuple[ShownEntry, ...], ...]
    empty: str
    own: str = ""


def plain_row(row: ShownRow) -> list[str]:
    """Return the cells of a row as mere text, each entry on lines of its own; the asker's own comes last."""

    def plain(entry: ShownEntry) -> str:
        lines = []
        for line in entry.lines:
            text = f"{line.label}: {line.text}" if line.label else line.text
            lines.append(f"{text} ({'; '.join(line.notes)})" if line.notes else text)
        return (f"{entry.of}: " if entry.of else "") + "\n".join(lines)

    cells = ("\n".join(map(plain, cell)) or row.empty for cell in row.cells)
    return [row.label, *cells, row.own]


Lines = tuple[Line, ...]

ROWS = {
    RowCode.PLACE: N_("Place"),
    RowCode.OUTCOME: N_("What came of it"),
    RowCode.EVIDENCE: N_("Evidence"),
    RowCode.PERIOD: N_("Period"),
    RowCode.COST: N_("Cost"),
    RowCode.EFFORT: N_("Effort"),
    RowCode.FUNDING: N_("Funding"),
    RowCode.PRECONDITIONS: N_("Preconditions"),
    RowCode.ROUTES: N_("Routes to obtain it"),
    RowCode.MATURITY: N_("Maturity"),
    RowCode.PRODUCT: N_("Is it a product yet?"),
    RowCode.LESSONS: N_("Lessons"),
}


TOPICS = {
    N_("Outcome and evidence"): (RowCode.OUTCOME, RowCode.EVIDENCE),
    N_("Place, time and effort"): (RowCode.PLACE, RowCode.PERIOD, RowCode.EFFORT, RowCode.PRECONDITIONS),
    N_("Money in detail"): (RowCode.COST, RowCode.FUNDING),
    N_("Routes and maturity"): (RowCode.ROUTES, RowCode.MATURITY, RowCode.PRODUCT),
    N_("Lessons"): (RowCode.LESSONS,),
}
"""What stands together below the first rows, by title."""


def _place(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    state = Region.of(values).words(services().schemas, writer.lang)
    kind = [writer.label("place_kind", str(values["kind"]))] if "kind" in values else []
    count = qualified(formats.number(values["population"]), values) if "population" in values else ""
    people = [inhabitants(count)] if count else []
    name = str(values["name"])
    text = name if state in {"", name} else _("%(place)s, %(state)s", place=name, state=state)
    return (Line(text=text, notes=(*kind, *people)),)


def _outcome(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    if "text" in values:
        return (Line(text=str(values["text"]), lang=writer.record.lang),)
    reasons = writer.kind.field("stop_reason")
    why = [reasons.value_label(reason, writer.lang) for reason in values.get("stop_reason", ()) if reasons]
    return (Line(text=writer.label("outcome", str(values["outcome"])), notes=tuple(why)),)


def _listed(name: str) -> Callable[[Mapping[str, Any], FieldWriter], Lines]:
    """Word a member of a list, or an object, as the record's own page does."""

    def lines(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
        spec = writer.kind.field(name)
        if spec is None:
            return ()
        if spec.items is None:
            return writer.lines(spec, values)
        # The form of the list ("costs") words its members, one at a time.
        special = writer.special.get(spec.format or spec.shape or "")
        return special(writer, spec, [values]) if special else writer.item(spec.items, values)

    return lines


def _route(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    def label(part: str) -> str:
        spec = writer.kind.field(f"reuse_routes.{part}")
        return spec.value_label(values[part], writer.lang) if spec else str(values[part])

    checked = _("Checked on %(date)s", date=formats.day(str(values["last_checked"])))
    return (Line(text=label("route"), notes=(str(values["provider"]["name"]), label("status"), checked)),)


def _maturity(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    specs = ((name, writer.kind.field(name)) for name in values)
    return tuple(
        Line(
            label=spec.label(writer.lang),
            text=spec.value_label(values[name], writer.lang),
            notes=openness_doubt(writer.record) if name == "openness" else (),
        )
        for name, spec in specs
        if spec
    )


def _product(values: Mapping[str, Any], _writer: FieldWriter) -> Lines:
    states = (
        (_(CRITERION_NAMES[code]), CriterionState(state)) for code, state in values.items() if code in CRITERION_NAMES
    )
    return tuple(Line(label=label, text=f"{SIGNS[state]} {_(MARKS[state])}") for label, state in states)


def _lesson(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    kind = writer.label("lesson.kind", str(values["kind"]))
    return (Line(label=kind, text=str(values["statement"]), lang=writer.record.lang),)


WORDS: Mapping[RowCode, Callable[[Mapping[str, Any], FieldWriter], Lines]] = {
    RowCode.PLACE: _place,
    RowCode.OUTCOME: _outcome,
    RowCode.EVIDENCE: lambda values, writer: (Line(text=writer.label("evidence_level", values["evidence_level"])),),
    RowCode.PERIOD: _listed("period"),
    RowCode.COST: _listed("costs"),
    RowCode.EFFORT: _listed("effort"),
    RowCode.FUNDING: _listed("funding"),
    RowCode.PRECONDITIONS: _listed("preconditions"),
    RowCode.ROUTES: _route,
    RowCode.MATURITY: _maturity,
    RowCode.PRODUCT: _product,
    RowCode.LESSONS: _lesson,
}
"""What words an entry of a row; it is given the entry's values and the writer of the record that says so."""
