"""How to cite a version: the sentence on its page, and files for programs that keep references."""

from __future__ import annotations

from flask import Response, url_for

from app.catalogue import CatalogueEntry
from app.records.citation import Citation
from app.records.record import Record
from app.web.records.writer import LICENCES
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.answers import saved
from app.web.shell.links import node_title
from app.web.shell.routing import permanent_address
from app.web.shell.shown import Link
from app.web.shell.wording import _

FORMS = {
    "bib": ("BibTeX", "application/x-bibtex"),
    "ris": ("RIS", "application/x-research-info-systems"),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json"),
}
"""Ending of a file: what it is called, its media type."""
ENDINGS = ", ".join(FORMS)


def sentence(record: Record, entry: CatalogueEntry) -> str:
    """Return how to cite the version, so that the citation leads to the same text for ever."""
    return _(
        "%(title)s. In: %(site)s, version %(version)s of %(date)s. Licence: %(licence)s. %(address)s",
        title=record.title,
        site=node_title(entry.origin),
        version=entry.ver,
        date=formats.day(entry.at.date()),
        licence=licence(record)[0],
        address=permanent_address(entry.id, entry.ver, entry.origin),
    )


def licence(record: Record) -> tuple[str, str]:
    """Return name and address of the licence."""
    return LICENCES.get(record.license, (record.license, ""))


def files(entry: CatalogueEntry) -> tuple[Link, ...]:
    """Return where the citation of a version is found for programs."""
    return tuple(Link(label=name, href=_address(entry, ending)) for ending, (name, _type) in FORMS.items())


def send(entry: CatalogueEntry, ending: str) -> Response:
    """Return the citation of a version in one of the `FORMS`."""
    cited = citation(services().catalogue.record(entry), entry)
    text = {"bib": cited.bibtex, "ris": cited.ris, "json": cited.csl}[ending]
    return saved(text, f"{FORMS[ending][1]}; charset=utf-8", f"{cited.key}.{ending}")


def citation(record: Record, entry: CatalogueEntry) -> Citation:
    """Return what a citation of the version names; the site answers for a text that names nobody."""
    settings, site = services().settings, node_title(entry.origin)
    attribution = record.data.get("attribution")
    body = attribution if isinstance(attribution, str) else "" if entry.origin else settings.operator_name
    return Citation(
        key=f"{record.slug}-v{entry.ver}",
        title=record.title,
        summary=record.summary,
        body=body or site,
        site=site,
        version=entry.ver,
        published=entry.at.date(),
        address=permanent_address(entry.id, entry.ver, entry.origin),
        lang=record.lang,
        licence=licence(record)[0],
        keywords=record.keywords,
    )


def _address(entry: CatalogueEntry, ending: str) -> str:
    if entry.origin:
        return url_for("foreign.citation", origin=entry.origin, record_id=entry.id, ver=entry.ver, ending=ending)
    return url_for("permanent.citation", record_id=entry.id, ver=entry.ver, ending=ending)
