"""Whom to ask: an office that answers, else the official site of the municipality or of the provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.records.five_lines.size import leads
from app.records.record import Record

ReadOrganisation = Callable[[str], Record | None]
"""Returns the record that this node has of an organisation by its name there, None where it has none."""

_PROVIDERS = ("sales_role", "product_owner", "operator", "maintainer", "legal_role")
"""Fields of a solution that name somebody who answers for it, the nearest to a reader's question first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An office or body with mailbox, telephone or site, each "" where it is not known; never a person."""

    name: str = ""
    mailbox: str = ""
    phone: str = ""
    url: str = ""
    sources: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Tell whether there is a way to reach somebody."""
        return bool(self.mailbox or self.phone or self.url)


def contact(record: Record, organisation: ReadOrganisation) -> Contact:
    """Return whom to ask about a record; one that is not known where nobody can be reached."""
    return next((found for found in _candidates(record, organisation) if found.is_known), Contact())


def _candidates(record: Record, organisation: ReadOrganisation) -> Iterator[Contact]:
    office = record.data.get("contact")
    if isinstance(office, Mapping):
        yield _contact(office, name=str(office.get("role", "")) or next((town.name for town in leads(record)), ""))
    if isinstance(website := record.data.get("website"), str):
        yield Contact(name=record.title.partition(":")[0], url=website)
    yield from (_of_body(body, record, organisation) for body in _bodies(record))
    yield from (Contact(name=town.name, url=town.url, sources=town.sources) for town in leads(record) if town.url)
    publisher = record.data.get("publisher")
    if isinstance(publisher, Mapping):
        yield _of_body(publisher, record, organisation)


def _bodies(record: Record) -> Iterator[Mapping[str, Any]]:
    """Yield the bodies that answer for a solution."""
    for key in _PROVIDERS:
        role = record.data.get(key)
        body = role.get("org", role) if isinstance(role, Mapping) else None
        if isinstance(body, Mapping) and "name" in body:
            yield body


def _of_body(body: Mapping[str, Any], record: Record, organisation: ReadOrganisation) -> Contact:
    """Return how to reach an organisation that a record names: by what it says, else by what its profile says."""
    own = _contact(body, name=str(body["name"]))
    if own.is_known or "ref" not in body:
        return own
    profile = organisation(record.refer(str(body["ref"])))
    if profile is None:
        return own
    office = profile.data.get("contact")
    if isinstance(office, Mapping):
        return _contact(office, name=own.name)
    website = profile.data.get("website")
    return Contact(name=own.name, url=website if isinstance(website, str) else "", sources=own.sources)


def _contact(value: Mapping[str, Any], *, name: str) -> Contact:
    return Contact(
        name=name,
        mailbox=str(value.get("mailbox", "")),
        phone=str(value.get("phone", "")),
        url=str(value.get("url", "")),
        sources=tuple(map(str, value.get("sources", ()))),
    )
