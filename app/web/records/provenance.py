# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a record of another node comes from, how it came here, and how old what is held of it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import url_for

from app.catalogue import CatalogueEntry
from app.federation.harvest.foreign_records import ForeignEntry, HeldVersion
from app.federation.harvest.trust import Audit, KnownIssuer
from app.identity import Action, may
from app.web.shell.access import services
from app.web.shell.current import current_person
from app.web.shell.formats import moment
from app.web.shell.nodes import Contact, contact_of, node_name
from app.web.shell.routing import difference_address, version_address
from app.web.shell.shown import Link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A version that is kept here: when its home issued it, when and over which partner it came."""

    link: Link
    current: bool
    issued: datetime
    received: datetime
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the page says beside the text. `unreachable` is empty while the home answers."""

    home: str
    node: str
    received: datetime
    unreachable: str
    audit: str
    versions: tuple[HeldLine, ...]
    difference: str
    statement: str
    hashes: str
    key: str
    moderate: str


def provenance(entry: CatalogueEntry) -> Provenance:
    """Return where a version that is held here comes from; raises NotFound when nothing is known of it."""
    held = services().harvest.records.entry(entry.origin, entry.id)
    contact = contact_of(entry.origin)
    lines = tuple(_line(held, version) for version in held.versions)
    shown = next((one for one in held.versions if one.ver == entry.ver), held.versions[0])
    return Provenance(
        home=held.sub,
        node=node_name(entry.origin),
        received=shown.received_at,
        unreachable=_unreachable(contact),
        audit=_audit(contact.issuer),
        versions=lines,
        difference=_difference(held),
        statement=url_for("foreign.statement", origin=held.origin, record_id=held.record_id),
        hashes=shown.digest.removeprefix("sha256:"),
        key=contact.issuer.federation_key if contact.issuer else "",
        moderate=_moderate(held),
    )


def _line(held: ForeignEntry, version: HeldVersion) -> HeldLine:
    return HeldLine(
        link=Link(
            label=_("Version %(number)s", number=version.ver),
            href=version_address(held.record_id, version.ver, held.origin),
        ),
        current=version.ver == held.ver,
        issued=version.issued_at,
        received=version.received_at,
        way=", ".join(_stations(held, version)),
    )


def _stations(held: ForeignEntry, version: HeldVersion) -> Iterator[str]:
    """Yield whom the version passed, the last one first; the home itself last."""
    if version.via == held.issuer:
        yield _("directly from its home")
        return
    yield _("by way of %(site)s", site=node_name(version.via.origin))
    for hop in version.way[1:]:
        host = urlsplit(hop.base_url).netloc
        if host and host != held.issuer.origin:
            yield _("before that %(site)s", site=host)


def _moderate(held: ForeignEntry) -> str:
    """Return where the reader may decide about the record, "" for everybody else."""
    if not may(current_person(), Action.MODERATE):
        return ""
    return url_for("moderation.record", origin=held.origin, record_id=held.record_id)


def _difference(held: ForeignEntry) -> str:
    if len(held.versions) < 2:
        return ""
    newest, before = held.versions[:2]
    return difference_address(held.record_id, before.ver, newest.ver, held.origin)


def _unreachable(contact: Contact) -> str:
    since = contact.unreachable_since
    return _("The origin cannot be reached since %(at)s.", at=moment(since)) if since else ""


def _audit(issuer: KnownIssuer | None) -> str:
    if issuer is None or issuer.audited_at is None:
        return _("Not compared with the origin yet.")
    at = moment(issuer.audited_at)
    if issuer.audit is Audit.OK:
        return _("Compared with the origin on %(at)s: nothing is missing here and nothing is out of date.", at=at)
    if issuer.audit is Audit.MISMATCH:
        return _("Compared with the origin on %(at)s: something held here contradicts what the origin says.", at=at)
    return _("Compared with the origin on %(at)s: something is still missing here and will be fetched.", at=at)
