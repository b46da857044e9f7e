"""Addresses of records: kinds, slugs and identifiers, with or without the name of a node."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import BaseConverter, Map, ValidationError
from werkzeug.wrappers import Response

from app.catalogue import CatalogueEntry
from app.records.record import Record
from app.records.schema import KindSchema, SchemaSet
from app.web.shell.access import services
from app.web.shell.language import mount_point

ORIGIN = r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,30}(?::\d{1,5})?(?:~[a-z0-9][a-z0-9-]{0,61}){0,3}"
"""Matches the short name of a node; views that read it from an address must look it up first."""
RECORD_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MEMO_LINK = "[A-Za-z0-9_-]{43}"
"""Matches the random part of the link to a saved memo, which cannot be guessed."""
_CONVERTERS = {
    "slug": "[a-z0-9]+(?:-[a-z0-9]+)*",
    "record_id": RECORD_ID,
    "file_name": r"[A-Za-z0-9][A-Za-z0-9._-]*",
    # Digest of a version, without the name of the algorithm.
    "digest": "[0-9a-f]{64}",
    # See `app.federation.issuer.Issuer.origin`.
    "origin": ORIGIN,
    "memo_token": MEMO_LINK,
}
"""The converters for routes, such as `<slug:…>`, and the patterns they match."""
ANCHOR = "lehre-"
"""Start of the fragment that leads to a lesson: /fallstudien/ulm#lehre-<id>."""
_SLASHES = re.compile("/{2,}")
_FOR_READERS = frozenset(
    (
        *("records", "topics", "places", "pages", "search", "kickoff", "products", "compare", "network", "map"),
        *("start", "terms"),
    )
)


def is_record_id(text: str) -> bool:
    """Return whether a text is the identifier of a record."""
    return re.fullmatch(RECORD_ID, text, re.ASCII) is not None


def is_memo_token(text: str) -> bool:
    """Return whether a text has the form of the secret in a saved memo's address."""
    return re.fullmatch(MEMO_LINK, text, re.ASCII) is not None


def register(app: Flask, schemas: SchemaSet) -> None:
    """Let routes of `app` use `<kind:…>` and the converters above."""
    app.url_map.converters["kind"] = _kind_converter(schemas)
    for name, regex in _CONVERTERS.items():
        app.url_map.converters[name] = type(name, (BaseConverter,), {"regex": regex})
    app.before_request(_without_slash)
    app.jinja_env.globals.update(difference_address=difference_address)
    app.jinja_env.filters.update(page_address=page_address, in_full=full_address)


def _without_slash() -> Response | None:
    """Redirect from an address with a trailing or doubled slash, as people type them, to the page without it.

    Werkzeug would do that for doubled slashes, but redirect to the host named in the request.
    """
    path = _SLASHES.sub("/", request.path).rstrip("/")
    if not isinstance(request.routing_exception, NotFound) or not path or path == request.path:
        return None
    if request.method not in {"GET", "HEAD"} or not _is_for_readers(path):
        return None
    query = request.query_string.decode("ascii", "replace")
    return redirect(quote(request.root_path + path) + (f"?{query}" if query else ""), 301)


def _is_for_readers(path: str) -> bool:
    """Return whether the path is a page of records or lists; files, forms and secret links are not redirected."""
    try:
        endpoint, _values = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]  # of a request
    except HTTPException:
        return False
    return endpoint.partition(".")[0] in _FOR_READERS and endpoint != "records.file"


def _kind_converter(schemas: SchemaSet) -> type[BaseConverter]:
    routes = {kind.route: kind for kind in schemas.kinds}

    class KindConverter(BaseConverter):
        """The path segment of a kind, such as "fallstudien"."""

        regex = "|".join(sorted(routes))

        def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
            super().__init__(url_map, *args, **kwargs)

        def to_python(self, value: str) -> KindSchema:
            if value not in routes:
                raise ValidationError
            return routes[value]

        def to_url(self, value: KindSchema) -> str:
            return value.route

    return KindConverter


PAGES = 1024
"""Size of the cache for addresses of frequently linked pages, in entries."""


def known_address(endpoint: str, kind: str = "") -> str:
    """Return the address of a page without parameters, or of the list of a kind; cached, as a page contains fifty."""
    return _known_address(services().schemas, request.root_path, endpoint, kind)


@lru_cache(PAGES)
def _known_address(schemas: SchemaSet, _root: str, endpoint: str, kind: str) -> str:
    # Only the routes, which the schemas define, and the mount point affect the result.
    return url_for(endpoint, kind=schemas.kind(kind) if kind else None)


def full_address(address: str) -> str:
    """Return the full public address of a page of this site."""
    return services().settings.issuer + address.removeprefix(mount_point())


def record_address(kind: str, slug: str) -> str:
    """Return the readable address of an own record of the kind named `kind`."""
    return url_for("records.record", kind=services().schemas.kind(kind), slug=slug)


def page_address(record: Record | CatalogueEntry) -> str:
    """Return the address of a record's page on this site; another node's record is below its origin."""
    if record.origin:
        return url_for("foreign.record", origin=record.origin, record_id=record.id)
    return record_address(record.kind, record.slug)


def version_address(record_id: str, ver: int, origin: str = "") -> str:
    """Return the address of one version on this site."""
    if origin:
        return url_for("foreign.version", origin=origin, record_id=record_id, ver=ver)
    return url_for("permanent.version", record_id=record_id, ver=ver)


def difference_address(record_id: str, old: int, new: int) -> str:
    """Return the address of the page that compares two versions of an own record."""
    return url_for("permanent.difference", record_id=record_id, von=old, bis=new)


def permanent_address(record_id: str, version: int | None = None, origin: str = "") -> str:
    """Return the full permanent address of a record or a version at its home node, without a language."""
    home = services().federation.held.home(origin) if origin else services().settings.issuer
    return f"{home}/r/{record_id}" + (f"/v/{version}" if version else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Builds full addresses below `issuer` (no trailing slash), without a language."""

    issuer: str
    schemas: SchemaSet

    def page(self, kind: str, slug: str) -> str:
        """Return the readable address of a record."""
        return f"{self.issuer}/{self.schemas.kind(kind).route}/{quote(slug)}"

    def held(self, record_id: str, origin: str) -> str:
        """Return the address of the page about another node's record."""
        return f"{self.issuer}/r/{origin}/{record_id}"

    def permanent(self, record_id: str) -> str:
        """Return the permanent address, which is also the global identifier."""
        return f"{self.issuer}/r/{record_id}"

    def version(self, record_id: str, ver: int) -> str:
        """Return the permanent address of one version."""
        return f"{self.issuer}/r/{record_id}/v/{ver}"

    def api_record(self, record_id: str) -> str:
        """Return the address of a record in the JSON interface."""
        return f"{self.issuer}/api/v1/records/{record_id}"

    def file(self, kind: str, slug: str, name: str) -> str:
        """Return the address of a file of a record."""
        return f"{self.page(kind, slug)}/dateien/{quote(name)}"


def own_addresses() -> Addresses:
    """Return the builder of addresses on this site."""
    return Addresses(issuer=services().settings.issuer, schemas=services().schemas)
