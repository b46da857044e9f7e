"""Citations of a version: the sentence on its page, and files for reference managers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Response, url_for

from app.catalogue import CatalogueEntry
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
"""Ending of a file -> name and media type."""
ENDINGS = ", ".join(FORMS)


def sentence(record: Record, entry: CatalogueEntry) -> str:
    """Return the citation of the version, which always leads to the same text."""
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
    """Return name and URL of the licence."""
    return LICENCES.get(record.license, (record.license, ""))


def files(entry: CatalogueEntry) -> tuple[Link, ...]:
    """Return links to the citation files of a version."""
    return tuple(Link(label=name, href=_address(entry, ending)) for ending, (name, _type) in FORMS.items())


def send(entry: CatalogueEntry, ending: str) -> Response:
    """Return the citation of a version in one of the `FORMS`."""
    cited = citation(services().catalogue.record(entry), entry)
    text = {"bib": cited.bibtex, "ris": cited.ris, "json": cited.csl}[ending]
    return saved(text, f"{FORMS[ending][1]}; charset=utf-8", f"{cited.key}.{ending}")


def citation(record: Record, entry: CatalogueEntry) -> Citation:
    """Return the data of a citation; the site is responsible for a text that names nobody."""
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


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
"""Characters that are commands in TeX, and their escaped forms; BibTeX counts braces even if escaped."""
_TEX_ADDRESS = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Data of a citation. `body` is responsible for the text, `site` publishes it, `address` leads to `version`.

    There is no author: records are compiled by offices.
    """

    key: str
    title: str
    summary: str
    body: str
    site: str
    version: int
    published: date
    address: str
    lang: str
    licence: str
    keywords: tuple[str, ...] = ()

    @property
    def bibtex(self) -> str:
        """Return the entry for BibTeX and BibLaTeX."""
        told = {
            "author": f"{{{_tex(self.body)}}}",
            "title": f"{{{_tex(self.title)}}}",
            "howpublished": _tex(self.site),
            "year": f"{self.published:%Y}",
            "month": f"{self.published.month}",
            "date": f"{self.published:%Y-%m-%d}",
            "version": str(self.version),
            "url": _replaced(self.address, _TEX_ADDRESS),
            "language": self.lang,
            "note": _tex(f"Version {self.version}, {self.licence}"),
            "abstract": _tex(self.summary),
            "keywords": _tex(", ".join(self.keywords)),
        }
        fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in told.items() if value)
        return f"@misc{{{self.key},\n{fields}\n}}\n"

    @property
    def csl(self) -> str:
        """Return a list of one item in the format of the Citation Style Language (CSL-JSON 1.0)."""
        item = {
            "id": self.key,
            "type": "webpage",
            "title": self.title,
            "author": [{"literal": self.body}],
            "container-title": self.site,
            "issued": {"date-parts": [[self.published.year, self.published.month, self.published.day]]},
            "version": str(self.version),
            "URL": self.address,
            "language": self.lang,
            "note": self.licence,
            "abstract": self.summary,
            "keyword": ", ".join(self.keywords),
        }
        return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"

    @property
    def ris(self) -> str:
        """Return the entry for reference managers (RIS)."""
        return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in self._ris_fields())

    def _ris_fields(self) -> Iterator[tuple[str, str]]:
        yield "TY", "ELEC"
        yield "ID", self.key
        yield "AU", self.body
        yield "TI", self.title
        yield "T2", self.site
        yield "PY", f"{self.published:%Y}"
        yield "DA", f"{self.published:%Y/%m/%d}"
        yield "ET", str(self.version)
        yield "UR", self.address
        yield "LA", self.lang
        yield "N1", self.licence
        yield "AB", self.summary
        yield from (("KW", keyword) for keyword in self.keywords)
        yield "ER", ""


def _tex(text: str) -> str:
    return _replaced(_one_line(text), _TEX)


def _replaced(text: str, letters: dict[str, str]) -> str:
    return "".join(letters.get(letter, letter) for letter in text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
