"""Addresses of other records and of topics, as pages of this request need them."""

from __future__ import annotations

from flask import g, url_for

from app.catalogue import RecordNotFound
from app.records.problem import InvalidRecord
from app.records.record import RecordRef
from app.records.schema import SchemaError
from app.web.shell.access import services
from app.web.shell.nodes import node_name
from app.web.shell.routing import page_address
from app.web.shell.shown import Link
from app.web.shell.titles import titled


class SiteLinks:
    """Finds records in the catalogue; what was found once is remembered for the rest of the request."""

    def __init__(self, origin: str = "") -> None:
        """Take names as records of `origin` use them: each node names its own records by kind and slug."""
        self._origin = origin

    def record(self, ref: str) -> Link | None:
        """Return title and address of the record with the name "case-study/slug" or a global name, None without one."""
        known: dict[str, Link | None] = g.setdefault("record_links", {})
        name = ref if "://" in ref else RecordRef.parse(ref, self._origin).text
        if name not in known:
            known[name] = self._find(name)
        return known[name]

    def title(self, ref: str) -> str:
        """Return the title of a record, or its name again where there is none."""
        found = self.record(ref)
        return found.label if found else ref

    def target(self, name: str) -> Link | None:
        """Return where a name or a web address leads: to the page here, else to the address; None for neither."""
        found = self.record(name)
        if name.startswith(("https://", "http://")):
            return found or Link(label=name, href=name)
        return found or self.at_home(name)

    def at_home(self, ref: str) -> Link | None:
        """Return the readable address of a record at the other node whose names these are; None where they are ours."""
        named = RecordRef.parse(ref, self._origin)
        if not named.origin:
            return None
        try:
            kind = services().schemas.kind(named.kind)
        except SchemaError:
            return None
        address = f"{services().federation.held.home(named.origin)}/{kind.route}/{named.slug}"
        return Link(label=address, href=address)

    def address(self, ref: str) -> str | None:
        """Return the address of a record, on this site if it is there; None where there is none."""
        link = self.record(ref) or self.at_home(ref)
        return link.href if link else None

    def topic(self, topic_id: str) -> str:
        """Return the address of a topic's page."""
        return url_for("topics.topic", topic_id=topic_id)

    def _find(self, name: str) -> Link | None:
        catalogue = services().catalogue
        entry = catalogue.named(name)
        try:
            record = catalogue.record(entry) if entry else None
        except (InvalidRecord, RecordNotFound):
            return None
        if record is None:
            return None
        title = titled(record)
        return Link(label=title.text, href=page_address(record), lang=title.lang, site=node_name(record.origin))
