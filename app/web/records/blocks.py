"""The facts, the main text and the reuse panel of a record, all generated from its schema."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from markupsafe import Markup

from app.records.five_lines.lines import EVENT
from app.records.record import Record, Section
from app.records.schema import FieldSpec
from app.records.structure import OF_FIELD
from app.reuse.front_matter import is_old
from app.reuse.route import PURCHASES, SELF_HOST, is_documented_open, kept_up_as_of
from app.shared.wording import N_
from app.web.records.fields import FieldWriter
from app.web.records.figures import Results, results
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.shown import Fact, Line
from app.web.shell.wording import _

STEPS = ("about", "done", "outcome", "learned", "reuse")
ELSEWHERE = frozenset(
    {
        "title", "summary", "keywords", "attribution", "relations", "sources", "media",
        "translations", "open_questions", "lessons", "reuse_routes", "outcome_note", "status_today", "templates",
        "answered_by", "questions", "entries", "text", "reason",
    }
)  # fmt: skip
"""Fields with their own place on the page."""

TOLD = (*("outcome", "period", "costs", "funding", "price", "evidence_level"), *("license", "last_confirmed"))
"""Fields of the panel that the page shows elsewhere: under the title, with the costs, at the end."""
AT_ONCE = ("municipalities", "phase")
"""Fields of the panel that are not folded."""

ROLES = {
    "product_owner": N_("Who answers for the product?"),
    "legal_role": N_("Who may grant rights and sign contracts?"),
    "sales_role": N_("Who offers it and sends the invoice?"),
    "maintainer": N_("Who maintains it?"),
    "operator": N_("Who operates it?"),
}
"""Fields with who is responsible for a solution, as questions; the reuse panel shows them."""


def panel(writer: FieldWriter) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Return the facts, each field that the schema puts in the panel and the page lacks elsewhere: shown and folded."""
    elsewhere, data = {*TOLD, *(ROLES if writer.kind.name == "solution" else ())}, writer.record.data
    if is_unconfirmed(writer.record):
        elsewhere.add("compiled_by")
    if data.get("outcome") == EVENT:
        # An event in a town was not in a phase of a project.
        elsewhere.add("phase")
    specs = [spec for spec in writer.kind.fields if spec.panel and spec.key in data and spec.key not in elsewhere]
    told = [(spec.key in AT_ONCE, Fact(label=spec.label(writer.lang), lines=_sourced(writer, spec))) for spec in specs]
    return tuple(fact for shown, fact in told if shown), tuple(fact for shown, fact in told if not shown)


def is_unconfirmed(record: Record) -> bool:
    """Return whether editors wrote the text and those concerned have not confirmed it."""
    return record.compiled_by == "editors" and record.confirmed is None


def _sourced(writer: FieldWriter, spec: FieldSpec) -> tuple[Line, ...]:
    """Return the lines of a field; the last one has the sources that another field gives for it."""
    data = writer.record.data
    lines, keys = writer.lines(spec, data[spec.key]), data.get(f"{spec.key}{OF_FIELD}")
    if spec.key == "openness":
        lines = tuple(replace(line, notes=(*line.notes, *openness_doubt(writer.record))) for line in lines)
    if not isinstance(keys, Sequence) or not lines:
        return lines
    return (*lines[:-1], replace(lines[-1], sources=writer.marks(map(str, keys))))


def openness_doubt(record: Record) -> tuple[str, ...]:
    """Return what is missing if a record calls its code open without licence or location; else nothing."""
    is_claimed = record.data.get("openness") == "open_source" and not is_documented_open(record)
    return (_("licence or place of the code not documented"),) if is_claimed else ()


def sections(writer: FieldWriter, render: Callable[[Section], Markup]) -> list[tuple[str, str, Markup]]:
    """Return the texts of a record as id, heading and HTML, in the order of the form."""
    found = [(spec, writer.record.section(spec.id)) for spec in writer.kind.sections if spec.step in STEPS]
    return [
        (spec.id, spec.label(writer.lang), render(section))
        for spec, section in sorted(found, key=lambda pair: STEPS.index(pair[0].step or ""))
        if section is not None and section.markdown.strip()
    ]


Fields = list[tuple[str, str, tuple[Line, ...]]]
"""Fields of a record: id, heading and lines."""
STEPS_FIELD = "steps"


def results_of(writer: FieldWriter) -> list[tuple[str, str, Results]]:
    """Return the fields with figures: id, heading and results."""
    return [
        (block_id, title, results(writer, cast("Sequence[Mapping[str, Any]]", writer.record.data[spec.key])))
        for block_id, title, spec in _specs(writer)
        if _is_measured(spec)
    ]


def fields(writer: FieldWriter) -> tuple[Fields, Fields]:
    """Return the other fields in the order of the form: what a record is about and its steps, then the rest."""
    first: Fields = []
    rest: Fields = []
    for block_id, title, spec in _specs(writer):
        if not _is_measured(spec):
            told = first if spec.step == STEPS[0] or spec.key == STEPS_FIELD else rest
            told.append((block_id, title, _told(writer, spec)))
    return first, rest


def _specs(writer: FieldWriter) -> Iterator[tuple[str, str, FieldSpec]]:
    for spec in sorted(writer.kind.fields, key=lambda spec: STEPS.index(spec.step) if spec.step in STEPS else 0):
        elsewhere = spec.step not in STEPS or spec.panel or spec.key in ELSEWHERE or spec.key.endswith(OF_FIELD)
        if not elsewhere and writer.record.data.get(spec.key):
            yield f"feld-{spec.key.replace('_', '-')}", spec.label(writer.lang), spec


def _is_measured(spec: FieldSpec) -> bool:
    return spec.part("statement") is not None and spec.part("value") is not None


def _told(writer: FieldWriter, spec: FieldSpec) -> tuple[Line, ...]:
    value = writer.record.data[spec.key]
    if spec.key != STEPS_FIELD or spec.items is None:
        return writer.lines(spec, value)
    steps = cast("Sequence[Mapping[str, Any]]", value)
    return tuple(writer.summary(spec.items, step, main="title") for step in steps)


TONES = {"available": "success", "pilot": "info", "planned": "info", "withdrawn": "warning"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to obtain a solution."""

    title: str
    status: str
    tone: str
    rows: tuple[Fact, ...]
    checked: Line
    age: str = ""


def roles(writer: FieldWriter) -> tuple[Fact, ...]:
    """Return who is responsible for a solution: questions with their answers, unanswered ones last."""
    answered = [(_(question), _answer(writer, key)) for key, question in ROLES.items()]
    known = tuple(Fact(label=question, lines=lines) for question, lines in answered if lines)
    unknown = tuple(Line(text=question) for question, lines in answered if not lines)
    return (*known, *([Fact(label=_("Not known"), lines=unknown)] if unknown else []))


def _answer(writer: FieldWriter, key: str) -> tuple[Line, ...]:
    spec, value = writer.kind.field(key), writer.record.data.get(key)
    if spec is None or not value:
        return ()
    if isinstance(value, Mapping) and "org" in value:
        return (writer.summary(spec, value, main="org"),)
    return writer.lines(spec, value)


def routes(writer: FieldWriter) -> tuple[Route, ...]:
    """Return the ways to obtain a solution, with the date of the last check."""
    spec = writer.kind.field("reuse_routes")
    entries = writer.record.data.get("reuse_routes")
    if spec is None or spec.items is None or not isinstance(entries, Sequence):
        return ()
    return tuple(_route(writer, spec.items, cast("Mapping[str, Any]", entry)) for entry in entries)


def _route(writer: FieldWriter, spec: FieldSpec, entry: Mapping[str, Any]) -> Route:
    status, aged = str(entry["status"]), _is_old(writer, entry)
    checked = _("Checked on %(date)s", date=formats.day(str(entry["last_checked"])))
    told = {"route", "status", "last_checked", "sources"}
    parts = [part for part in spec.properties if part.key in entry and part.key not in told]
    return Route(
        title=_choice(writer, spec, "route", entry),
        status=_status(status, entry["route"], aged) or _choice(writer, spec, "status", entry),
        tone="info" if aged else TONES.get(status, "warning"),
        rows=tuple(Fact(label=part.label(writer.lang), lines=writer.lines(part, entry[part.key])) for part in parts),
        checked=Line(text=checked, sources=writer.sources_of(entry)),
        age=_age(writer, entry),
    )


def _status(status: str, route: str, aged: bool) -> str:
    """Return an explanation of a route's status if its name alone would promise too much; else ""."""
    if status != "available":
        return ""
    if aged:
        return _("only an old source")
    return _("offer documented") if route in PURCHASES else ""


def _is_old(writer: FieldWriter, entry: Mapping[str, Any]) -> bool:
    """Return whether the code was last seen too long ago to be usable, and nobody maintains it."""
    today = services().clock().date()
    day = _newest(writer, entry) if entry["route"] == SELF_HOST else ""
    return is_old(day or formats.UNKNOWN, today) and not kept_up_as_of(writer.record, today)


def _age(writer: FieldWriter, entry: Mapping[str, Any]) -> str:
    day, today = _newest(writer, entry), services().clock().date()
    upkeep = kept_up_as_of(writer.record, today) if entry["route"] == SELF_HOST and is_old(day, today) else ""
    if upkeep:
        return _("code as of %(date)s, kept up as of %(upkeep)s", date=formats.day(day), upkeep=formats.day(upkeep))
    return _("newest source: %(date)s", date=formats.day(day)) if day else _("source without a date")


def _newest(writer: FieldWriter, entry: Mapping[str, Any]) -> str:
    """Return the date of a route's newest source: for self-hosting, the one about where the code is."""
    repository = writer.record.data.get("repository")
    is_code = entry["route"] == SELF_HOST and isinstance(repository, Mapping) and "url" in repository
    keys = cast("Mapping[str, Any]", repository).get("sources", ()) if is_code else entry["sources"]
    found = (writer.record.source(str(key)) for key in keys)
    return max((one.date for one in found if one and one.date and one.date != formats.UNKNOWN), default="")


def _choice(writer: FieldWriter, spec: FieldSpec, key: str, entry: Mapping[str, Any]) -> str:
    part = spec.part(key)
    return part.value_label(entry[key], writer.lang) if part else str(entry[key])
