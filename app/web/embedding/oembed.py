"""oEmbed 1.0: an editing system that is given the address of a record asks here for its card."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, abort, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import CatalogueEntry
from app.web.embedding.snippets import HEIGHT, WIDTH, frame
from app.web.following.feeds import here
from app.web.shell.access import services
from app.web.shell.answers import open_json
from app.web.shell.language import current_language, split_prefix
from app.web.shell.titles import titled

_SMALLEST = 200
_KEPT = 3600


def oembed() -> BaseResponse:
    """Answer with the card of the record that an address leads to."""
    if request.args.get("format", "json") != "json":
        abort(501)
    asked = request.args.get("url", "")[:2000]
    issuer = urlsplit(services().settings.issuer)
    try:
        parts = urlsplit(asked)
    except ValueError:
        abort(404)
    if (parts.scheme, parts.netloc) != (issuer.scheme, issuer.netloc) or not parts.path.startswith(issuer.path):
        abort(404)
    prefix, language, path = split_prefix(parts.path.removeprefix(issuer.path))
    if language != current_language():
        # The card speaks the language of the page that was asked about.
        return redirect(here(f"{prefix}/oembed") + f"?{request.query_string.decode('ascii', 'replace')}", 302)
    return _card(_record(path))


def _record(path: str) -> CatalogueEntry:
    """Return the newest version of what a path leads to."""
    try:
        endpoint, values = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]  # of a request
    except HTTPException:
        abort(404)
    catalogue = services().catalogue
    if endpoint == "records.record":
        return catalogue.head_by_slug(values["kind"].name, values["slug"])
    if endpoint in {"permanent.record", "permanent.version", "embedding.card"}:
        return catalogue.head(values["record_id"])
    return abort(404)


def _card(entry: CatalogueEntry) -> Response:
    node = services()
    record = node.catalogue.record(entry)
    width, height = _within("maxwidth", WIDTH), _within("maxheight", HEIGHT)
    found = {
        "version": "1.0",
        "type": "rich",
        "title": titled(record).text,
        "provider_name": node.settings.name,
        "provider_url": node.settings.issuer,
        "cache_age": _KEPT,
        "html": frame(record, width, height),
        "width": width,
        "height": height,
    }
    return open_json(found)


def _within(name: str, wanted: int) -> int:
    asked = request.args.get(name, "")
    return max(_SMALLEST, min(wanted, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 6 else wanted
