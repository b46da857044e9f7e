"""Records of this site that another site may tell as well, for those who look after them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template

from app.catalogue import CatalogueEntry, RecordNotFound
from app.identity import Action, may
from app.records.problem import InvalidRecord
from app.records.record import Record
from app.web.compare.table import address
from app.web.shell import caching
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.nodes import node_name
from app.web.shell.routing import page_address
from app.web.shell.shown import Link

blueprint = Blueprint("twins", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """An own record, and one of another site that may be about the same."""

    own: Link
    other: Link
    site: str
    compare: str


@blueprint.get("/doppelt")
@requires(Action.CURATE)
def twins() -> str:
    """List the records that one looks after and that another site may tell as well."""
    caching.keep_private()
    person = signed_in()
    about = services().review.records.subject_of
    found = _read(services().neighbours.twins())
    shown = [_shown(own, other) for own, other in found if may(person, Action.CURATE, about(own))]
    return render_template("curating/twins.html", pairs=shown)


def twins_of(record: Record) -> tuple[Link, ...]:
    """Return the records of other sites that may be about the same as an own one."""
    return tuple(
        Link(
            label=f"{other.title} · {node_name(other.origin)}",
            href=page_address(other),
            lang=other.lang,
        )
        for _own, other in _read(services().neighbours.twins(record))
    )


def _read(pairs: list[tuple[CatalogueEntry, CatalogueEntry]]) -> Iterator[tuple[Record, Record]]:
    catalogue = services().catalogue
    for own, other in pairs:
        try:
            yield catalogue.record(own), catalogue.record(other)
        except (InvalidRecord, RecordNotFound):
            # One damaged record must not take the page from all others; `erfahrungsnetz doctor` names it.
            continue


def _shown(own: Record, other: Record) -> Twins:
    return Twins(
        own=Link(label=own.title, href=page_address(own), lang=own.lang),
        other=Link(label=other.title, href=page_address(other), lang=other.lang),
        site=node_name(other.origin),
        compare=address((own, other)),
    )
