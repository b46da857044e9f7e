"""Parts of a record for other sites: a card, the badge of confirmed use, a QR code, offered by oEmbed 1.0 and a page.

The HTML that a town copies into its page needs no script, and cannot affect that page.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn
from app.documents.writing import qr
from app.records.record import Record
from app.web.records.page import RecordPage
from app.web.responses.beside_record import used_words, users_of
from app.web.shell.access import services
from app.web.shell.answers import open_data, open_json, protected
from app.web.shell.language import current_language, split_prefix
from app.web.shell.routing import full_address, page_address, permanent_address
from app.web.shell.security import framed
from app.web.shell.shown import in_english, titled
from app.web.shell.wording import _

blueprint = Blueprint("embedding", __name__)
CARD_WIDTH, CARD_HEIGHT = 600, 420
"""Pixels; a card with five lines then needs no scroll bar, a narrower one does."""
MIN_PIXELS = 200
CACHE_SECONDS = 3600
_LETTER, _EDGE = 7.4, 34
"""Pixels: average width of a letter of the badge, and of the space around the text."""
_RECORD = "<record_id:record_id>"
_FRAME = Markup(
    '<iframe src="{src}" title="{title}" width="{width}" height="{height}" loading="lazy" '
    'referrerpolicy="no-referrer" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>'
)
"""The card needs its own origin to load its style sheet; scripts are blocked, so allow-same-origin is harmless."""
_PICTURE = Markup('<a href="{href}"><img src="{src}" alt="{alt}"{size}></a>')


@blueprint.get(f"/einbetten/{_RECORD}")
def card(record_id: str) -> Response:
    """Show the essentials of a record; if it was withdrawn, the frame says so instead of staying empty."""
    try:
        entry = services().catalogue.head(record_id)
    except RecordWithdrawn:
        return _gone(url_for("permanent.record", record_id=record_id), HTTPStatus.GONE)
    except RecordNotFound:
        return _gone(url_for("start.home"), HTTPStatus.NOT_FOUND)
    shown, users = RecordPage(entry, entry), users_of(record_id)
    page = render_template(
        "doors/card.html",
        shown=shown,
        record=shown.record,
        english=in_english(shown.record),
        href=full_address(page_address(entry)),
        used=used_words(users) if users else "",
    )
    return framed(make_response(page))


def _gone(href: str, status: HTTPStatus) -> Response:
    return framed(make_response(render_template("doors/card_gone.html", href=full_address(href)), status))


@blueprint.get(f"/einbetten/{_RECORD}/anleitung")
def offer(record_id: str) -> str:
    """Show the pieces of HTML to copy, and what each does."""
    catalogue = services().catalogue
    entry = catalogue.head(record_id)
    record = catalogue.record(entry)
    home, title = full_address(url_for("permanent.record", record_id=record_id)), titled(record).text
    badge, code = (full_address(url_for(f"embedding.{name}", record_id=record_id)) for name in ("badge", "code"))
    used = f"{title}: {used_words(users_of(record_id))}"
    scan = _("QR code that leads to “%(title)s”", title=title)
    return render_template(
        "doors/embedding.html",
        record=record,
        href=page_address(entry),
        card_address=_card_address(record),
        card=_frame(record, CARD_WIDTH, CARD_HEIGHT),
        badge=str(_PICTURE.format(href=home, src=badge, alt=used, size=Markup(' height="28"'))),
        code=str(_PICTURE.format(href=home, src=code, alt=scan, size=Markup(' width="160" height="160"'))),
    )


def _frame(record: Record, width: int, height: int) -> str:
    title = _("%(title)s: record of an experience", title=titled(record).text)
    return str(_FRAME.format(src=_card_address(record), title=title, width=width, height=height))


def _card_address(record: Record) -> str:
    """Return the full address of a record's card, in the language of this request."""
    return full_address(url_for("embedding.card", record_id=record.id))


@blueprint.get(f"/r/{_RECORD}/genutzt.svg")
def badge(record_id: str) -> Response:
    """Show the number of municipalities that have confirmed that they use this."""
    services().catalogue.head(record_id)
    words = used_words(users_of(record_id))
    drawn = render_template("doors/badge.svg", words=words, width=round(len(words) * _LETTER + _EDGE))
    return _drawing(drawn, "public, max-age=3600")


@blueprint.get(f"/r/{_RECORD}/qr.svg")
@blueprint.get(f"/r/{_RECORD}/v/<int(min=1, max=999999):ver>/qr.svg", endpoint="version_code")
def code(record_id: str, ver: int | None = None) -> Response:
    """Show the address of a record or a version as a QR code."""
    catalogue = services().catalogue
    if ver is None:
        catalogue.head(record_id)
    else:
        catalogue.get(record_id, ver)
    address = permanent_address(record_id, ver)
    title = _("QR code that leads to %(address)s", address=address)
    return _drawing(qr.svg(address, title=title).decode(), "public, max-age=86400")


def _drawing(drawn: str, kept: str) -> Response:
    answer = open_data(protected(Response(drawn), "image/svg+xml"))
    answer.headers["Cache-Control"] = kept
    return answer


@blueprint.get("/oembed")
def oembed() -> BaseResponse:
    """Return the card of a record to a content management system that was given the record's address."""
    if request.args.get("format", "json") != "json":
        abort(501)
    node, issuer = services(), urlsplit(services().settings.issuer)
    try:
        parts = urlsplit(request.args.get("url", "")[:2000])
    except ValueError:
        abort(404)
    if (parts.scheme, parts.netloc) != (issuer.scheme, issuer.netloc) or not parts.path.startswith(issuer.path):
        abort(404)
    prefix, language, path = split_prefix(parts.path.removeprefix(issuer.path))
    if language != current_language():
        # The card uses the language of the page whose address was given.
        query = request.query_string.decode("ascii", "replace")
        return redirect(full_address(f"{prefix}/oembed?{query}"), 302)
    record = node.catalogue.record(_entry_at(path))
    width, height = _pixels("maxwidth", CARD_WIDTH), _pixels("maxheight", CARD_HEIGHT)
    return open_json(
        {
            "version": "1.0",
            "type": "rich",
            "title": titled(record).text,
            "provider_name": node.settings.name,
            "provider_url": node.settings.issuer,
            "cache_age": CACHE_SECONDS,
            "html": _frame(record, width, height),
            "width": width,
            "height": height,
        }
    )


def _entry_at(path: str) -> CatalogueEntry:
    """Return the newest version of the record at a path."""
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


def _pixels(name: str, wanted: int) -> int:
    given = request.args.get(name, "")
    if given.isascii() and given.isdigit() and len(given) < 6:
        return max(MIN_PIXELS, min(wanted, int(given)))
    return wanted
