"""What other records and the nodes that they come from are called, and where their names lead."""

from __future__ import annotations

from flask import g, url_for

from app.catalogue import RecordNotFound
from app.records.look_alike import is_plain_latin, skeleton
from app.records.problem import InvalidRecord
from app.records.record import RecordRef
from app.records.schema import SchemaError
from app.web.shell.access import services
from app.web.shell.routing import page_address
from app.web.shell.shown import Link, titled


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


def node_name(origin: str) -> str:
    """Return the name of the node with this origin and its address behind it; "" for this node."""
    if not origin:
        return ""
    name = _names().get(origin, "")
    if not name or name == origin:
        return origin
    # A name may look like that of another node, of a place or of an organisation that is known here.
    first = _first_of_each_look()[skeleton(name)]
    if _imitates(name) or (first != origin and not (first and _imitates(_names()[first]))):
        return f"{origin} ({name})"
    return f"{name} ({origin})"


def _imitates(name: str) -> bool:
    node = services()
    return not is_plain_latin(name) or node.places.is_imitated_by(name) or node.reuse.is_imitated_by(name)


def _first_of_each_look() -> dict[str, str]:
    """Return whose a name is among all that look alike: this node's, a peer's, that of the node known first."""
    if "node_looks" not in g:
        g.node_looks = {skeleton(name): "" for name in (services().settings.name, services().settings.operator_name)}
        for origin, name in _names().items():
            g.node_looks.setdefault(skeleton(name), origin)
    found: dict[str, str] = g.node_looks
    return found


def node_title(origin: str) -> str:
    """Return the same, and for this node its own name."""
    return node_name(origin) or services().settings.name


def _names() -> dict[str, str]:
    """Return what nodes call themselves by origin, asked for once in a request."""
    if "node_names" not in g:
        g.node_names = services().harvest.node_names()
    found: dict[str, str] = g.node_names
    return found
