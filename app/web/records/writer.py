"""Words records in the language of this request, with special wordings for some fields: places, periods."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

from flask import url_for

from app.records.json_value import JsonValue
from app.records.record import Record, Region
from app.records.schema import FieldSpec
from app.search.document import PLACE, STATE
from app.web.records.fields import FieldWriter, Special, qualified
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.shown import Line, Note
from app.web.shell.wording import _, programme_page

LICENCES = {
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/deed.de"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.de"),
    "DL-DE-BY-2.0": ("DL-DE BY 2.0", "https://www.govdata.de/dl-de/by-2-0"),
    "DL-DE-ZERO-2.0": ("DL-DE Zero 2.0", "https://www.govdata.de/dl-de/zero-2-0"),
}


def municipality(writer: FieldWriter, _spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word a place: name, state, inhabitants and part it took."""
    place = _object(value)
    notes = []
    if place.get("role") != "lead":
        notes.append(writer.label("municipality.role", str(place["role"])))
    if "population" in place:
        people = qualified(formats.number(place["population"]), place)
        notes.append(inhabitants(people, place.get("population_as_of")))
    region = Region.of(place).words(services().schemas, writer.lang)
    name = _("%(place)s (%(state)s)", place=place["name"], state=region) if region else str(place["name"])
    # Several states may have places of the same name.
    meant = {PLACE: place["name"], STATE: place.get("state")}
    href, website = url_for("search.results", **meant), str(place.get("url", ""))
    return (Line(text=name, href=href, website=website, notes=tuple(notes), sources=writer.sources_of(place)),)


def inhabitants(population: int | str, as_of: str | None = None) -> str:
    """Word a population, which may be in words already, with its date."""
    count = population if isinstance(population, str) else formats.number(population)
    if as_of and as_of != formats.UNKNOWN:
        return _("%(count)s inhabitants (%(date)s)", count=count, date=formats.day(as_of))
    return _("%(count)s inhabitants", count=count)


def organisation(writer: FieldWriter, spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word an organisation, with a link to its record or website."""
    body = _object(value)
    ref = str(body.get("ref", ""))
    link = writer.links.record(ref) if ref else None
    # For a record that only another node has, link to that node.
    href = link.href if link else str(body.get("url", ref if "://" in ref else ""))
    notes = writer.notes(spec, body, leave_out={"name", "url", "mailbox", "note"})
    if "note" in body:
        notes = (writer.own(str(body["note"])), *notes)
    return (
        Line(
            text=str(body["name"]),
            href=href,
            external=bool(href) and link is None,
            notes=notes,
            sources=writer.sources_of(body),
        ),
        *([Line(text=body["mailbox"], href=f"mailto:{body['mailbox']}")] if "mailbox" in body else []),
    )


def each(one: Special) -> Special:
    """Word every member of a list with `one`."""

    def many(writer: FieldWriter, spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
        items = cast("Sequence[JsonValue]", value)
        return tuple(line for item in items for line in one(writer, spec.items or spec, item))

    return many


def period(_writer: FieldWriter, _spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word a period: from … to …, or since …."""
    span = _object(value)
    start, end = formats.day(span["start"]), span.get("end")
    if end is None:
        return (Line(text=_("since %(start)s", start=start)),)
    if end == span["start"]:
        return (Line(text=start),)
    return (Line(text=_("%(start)s to %(end)s", start=start, end=formats.day(end))),)


def cost(writer: FieldWriter, spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word an amount: type of cost, sum, purpose, basis and date."""
    entry = _object(value)
    notes: list[str] = [writer.own(str(entry["what"]))] if "what" in entry else []
    part = spec.part("basis")
    if part is not None and entry.get("basis") not in {None, formats.UNKNOWN}:
        notes.append(part.value_label(entry["basis"], writer.lang))
    notes += as_of(entry.get("date"))
    notes += [paid_by(writer, str(entry["paid_by"]))] if "paid_by" in entry else []
    kind = spec.part("kind")
    label = kind.value_label(entry["kind"], writer.lang) if kind is not None and "kind" in entry else ""
    return (Line(label=label, text=money(entry), notes=tuple(notes), sources=writer.sources_of(entry)),)


def funding(writer: FieldWriter, _spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word a grant: programme, amount and share."""
    grant = _object(value)
    notes = [money(grant)] if "amount" in grant else []
    if "share" in grant:
        notes.append(_("%(share)s percent of the costs", share=formats.number(grant["share"])))
    notes += as_of(grant.get("date"))
    notes += [writer.own(str(grant["note"]))] if "note" in grant else []
    return (
        Line(
            text=str(grant["programme"]),
            href=programme_page(str(grant.get("programme_id", ""))),
            lang=writer.record.lang,
            notes=tuple(notes),
            sources=writer.sources_of(grant),
        ),
    )


def paid_by(writer: FieldWriter, who: str) -> Note:
    """Word who pays an amount."""
    return writer.quoting(_("paid by: %(who)s", who=who), who)


def money(entry: Mapping[str, Any]) -> str:
    """Word an amount or a range of amounts."""
    if "amount" not in entry:
        return _("unknown")
    currency = str(entry.get("currency", "EUR"))
    amount = qualified(formats.amount(entry["amount"], currency), entry)
    if "amount_to" not in entry:
        return amount
    return _("%(start)s to %(end)s", start=amount, end=formats.amount(entry["amount_to"], currency))


def as_of(date: str | None) -> list[str]:
    """Word the date of a figure; nothing if unknown."""
    return [_("as of %(date)s", date=formats.day(date))] if date and date != formats.UNKNOWN else []


def licence(_writer: FieldWriter, _spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word a licence with the address of its text."""
    name, href = LICENCES.get(str(value), (str(value), ""))
    return (Line(text=name, href=href, external=bool(href)),)


def named_record(writer: FieldWriter, _spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word a record's name by its title; a name without a record is unchanged."""
    link = writer.links.target(str(value))
    if link is None:
        return (Line(text=str(value), lang=writer.record.lang),)
    whose = (_("Origin: %(site)s", site=link.site),) if link.site else ()
    return (Line(text=link.label, href=link.href, external="://" in link.href, lang=link.lang, notes=whose),)


def further(writer: FieldWriter, _spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word a further link by its title."""
    link = _object(value)
    return (Line(text=str(link["title"]), href=str(link["url"]), external=True, lang=writer.record.lang),)


def open_data(writer: FieldWriter, spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
    """Word a dataset or service by its title as a link, with its contents, owner and format."""
    offer = _object(value)
    whose = [spec.part(key) for key in ("type", "publisher", "license", "formats") if key in offer]
    notes = (writer.own(str(offer["text"])), " · ".join(writer.plain(part, offer[part.key]) for part in whose if part))
    title, href, lang = str(offer["title"]), str(offer["url"]), writer.record.lang
    sources = writer.sources_of(offer)
    return (Line(text=title, href=href, external=True, lang=lang, notes=notes, sources=sources),)


def _object(value: JsonValue) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value)


SPECIAL: Mapping[str, Special] = MappingProxyType(
    {
        "municipality": municipality,
        "municipalities": each(municipality),
        "organisation": organisation,
        "organisations": each(organisation),
        "period": period,
        "costs": each(cost),
        "funding": each(funding),
        "links": each(further),
        "open_data": each(open_data),
        "license": licence,
        "date": lambda _writer, _spec, value: (Line(text=formats.day(str(value))),),
        "record": named_record,
        "url": lambda writer, spec, value: (writer.scalar(replace(spec, shape="url", format=None), value),),
    }
)
"""By `x-format` of a field, or by its shared type."""


def writer_for(record: Record) -> FieldWriter:
    """Return a writer for `record` in the language of the interface."""
    return FieldWriter(record, SPECIAL)
