"""Where a record of another node comes from, how it came here, and how old what is held of it is."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import url_for

from app.catalogue import CatalogueEntry
from app.federation.harvest.foreign_records import ForeignEntry
from app.federation.harvest.models import Audit, HeldVersion, KnownIssuer
from app.identity import Action, may
from app.web.shell.access import services
from app.web.shell.current import current_person
from app.web.shell.formats import moment
from app.web.shell.nodes import contact_of, node_name, node_title
from app.web.shell.routing import difference_address
from app.web.shell.wording import _


class Provenance:
    """What the page says beside the text of a version held here; raises NotFound when nothing is known."""

    def __init__(self, entry: CatalogueEntry) -> None:
        self.held = services().harvest.records.entry(entry.origin, entry.id)
        self.contact = contact_of(entry.origin)
        self.version = next((one for one in self.held.versions if one.ver == entry.ver), self.held.versions[0])

    @property
    def unreachable(self) -> str:
        """Since when the home does not answer; empty while it does."""
        since = self.contact.unreachable_since
        return _("The origin cannot be reached since %(at)s.", at=moment(since)) if since else ""

    @property
    def audit(self) -> str:
        """How what is held here compares with what the origin says."""
        return _audit(self.contact.issuer)

    @property
    def difference(self) -> str:
        """Where the two last versions are compared, empty where only one is held."""
        if len(self.held.versions) < 2:
            return ""
        newest, before = self.held.versions[:2]
        return difference_address(self.held.record.record_id, before.ver, newest.ver, self.held.record.origin)

    @property
    def moderate(self) -> str:
        """Where the reader may decide about the record, "" for everybody else."""
        if not may(current_person(), Action.MODERATE):
            return ""
        return url_for("moderation.record", origin=self.held.record.origin, record_id=self.held.record.record_id)

    def way(self, version: HeldVersion) -> str:
        """Return whom a version passed on its way here, the last one first; the home itself last."""
        return ", ".join(_stations(self.held, version))


def _stations(held: ForeignEntry, version: HeldVersion) -> Iterator[str]:
    if version.via == held.home.issuer:
        yield _("directly from its home")
        return
    yield _("by way of %(site)s", site=node_name(version.via.origin))
    for hop in version.way[1:]:
        host = urlsplit(hop.base_url).netloc
        if host and host != held.home.issuer.origin:
            yield _("before that %(site)s", site=host)


def _audit(issuer: KnownIssuer | None) -> str:
    if issuer is None or issuer.audited_at is None:
        return _("Not compared with the origin yet.")
    at = moment(issuer.audited_at)
    if issuer.audit is Audit.OK:
        return _("Compared with the origin on %(at)s: nothing is missing here and nothing is out of date.", at=at)
    if issuer.audit is Audit.MISMATCH:
        return _("Compared with the origin on %(at)s: something held here contradicts what the origin says.", at=at)
    return _("Compared with the origin on %(at)s: something is still missing here and will be fetched.", at=at)


def where_else(entry: CatalogueEntry, *, same: bool) -> str:
    """Return in words where else a text stands, and whether it is the same one."""
    values = {"site": node_title(entry.origin), "version": entry.ver}
    if same:
        return _("at %(site)s, version %(version)s, with the same text", **values)
    return _("at %(site)s, version %(version)s, with another text", **values)
