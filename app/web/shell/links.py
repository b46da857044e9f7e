"""Titles and addresses of other records, and names of the nodes they come from."""

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
    """Finds records in the catalogue; results are cached for the rest of the request."""

    def __init__(self, origin: str = "") -> None:
        """Resolve names as used in records of `origin`: each node names its own records by kind and slug."""
        self._origin = origin

    def record(self, ref: str) -> Link | None:
        """Return title and address of the record with a name ("case-study/slug") or global name, None if unknown."""
        known: dict[str, Link | None] = g.setdefault("record_links", {})
        name = ref if "://" in ref else RecordRef.parse(ref, self._origin).text
        if name not in known:
            known[name] = self._find(name)
        return known[name]

    def title(self, ref: str) -> str:
        """Return the title of a record, or its name if there is none."""
        found = self.record(ref)
        return found.label if found else ref

    def target(self, name: str) -> Link | None:
        """Return the link for a name or web address, to the page on this site if there is one; None for neither."""
        found = self.record(name)
        if name.startswith(("https://", "http://")):
            return found or Link(label=name, href=name)
        return found or self.at_home(name)

    def at_home(self, ref: str) -> Link | None:
        """Return the link to a record at the other node that its name refers to; None if that is this node."""
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
        """Return the address of a record, on this site if possible; None if there is none."""
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
    """Return the name of the node with this origin, followed by its address; "" for this node."""
    if not origin:
        return ""
    name = _names().get(origin, "")
    if not name or name == origin:
        return origin
    # The name may imitate that of another node, or of a place or organisation known here; then the address comes first.
    first = _first_of_each_look()[skeleton(name)]
    if _imitates(name) or (first != origin and not (first and _imitates(_names()[first]))):
        return f"{origin} ({name})"
    return f"{name} ({origin})"


def _imitates(name: str) -> bool:
    node = services()
    return not is_plain_latin(name) or node.places.is_imitated_by(name) or node.reuse.is_imitated_by(name)


def _first_of_each_look() -> dict[str, str]:
    """Map each visual form of a name to the first node with it: this one, then peers, then the node known longest."""
    if "node_looks" not in g:
        g.node_looks = {skeleton(name): "" for name in (services().settings.name, services().settings.operator_name)}
        for origin, name in _names().items():
            g.node_looks.setdefault(skeleton(name), origin)
    found: dict[str, str] = g.node_looks
    return found


def node_title(origin: str) -> str:
    """Return `node_name`, or the site's own name for this node."""
    return node_name(origin) or services().settings.name


def _names() -> dict[str, str]:
    """Return the names that nodes give themselves, by origin; read once per request."""
    if "node_names" not in g:
        g.node_names = services().harvest.node_names()
    found: dict[str, str] = g.node_names
    return found
