"""What other sites show of a record: a card, the badge of confirmed use, a QR code; and the page that offers them."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, url_for

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.documents.writing import qr
from app.web.embedding.oembed import oembed
from app.web.embedding.snippets import snippets
from app.web.following.feeds import here
from app.web.records.page import RecordPage
from app.web.responses.use import used_words, users_of
from app.web.shell.access import services
from app.web.shell.answers import FileType, open_data, protected
from app.web.shell.routing import page_address, permanent_address
from app.web.shell.security import framed
from app.web.shell.titles import in_english
from app.web.shell.wording import _

SVG = FileType("image/svg+xml", shown=True)
AN_HOUR, A_DAY = "public, max-age=3600", "public, max-age=86400"
_LETTER, _EDGE = 7.4, 34
"""Pixels of a letter on average, and of what stands around the words."""
_RECORD = "<record_id:record_id>"

blueprint = Blueprint("embedding", __name__)
blueprint.add_app_template_filter(here, "in_full")
blueprint.add_url_rule("/oembed", view_func=oembed)


@blueprint.get(f"/einbetten/{_RECORD}")
def card(record_id: str) -> Response:
    """Show what matters of a record; a frame whose record went says so instead of staying empty."""
    try:
        entry = services().catalogue.head(record_id)
    except RecordWithdrawn:
        return _gone(record_id, HTTPStatus.GONE)
    except RecordNotFound:
        return _gone("", HTTPStatus.NOT_FOUND)
    shown, users = RecordPage(entry, entry), users_of(record_id)
    page = render_template(
        "embedding/card.html",
        shown=shown,
        record=shown.record,
        english=in_english(shown.record),
        href=here(page_address(entry)),
        used=used_words(users) if users else "",
    )
    return framed(make_response(page))


@blueprint.get(f"/einbetten/{_RECORD}/anleitung")
def offer(record_id: str) -> str:
    """Give the pieces of HTML to copy, with what they do."""
    catalogue = services().catalogue
    entry = catalogue.head(record_id)
    record = catalogue.record(entry)
    return render_template("embedding/offer.html", record=record, href=page_address(entry), given=snippets(record))


@blueprint.get(f"/r/{_RECORD}/genutzt.svg")
def badge(record_id: str) -> Response:
    """Show how many municipalities have confirmed that they use it."""
    services().catalogue.head(record_id)
    words = used_words(users_of(record_id))
    width = round(len(words) * _LETTER + _EDGE)
    return _drawing(render_template("embedding/badge.svg", words=words, width=width), "genutzt.svg", AN_HOUR)


@blueprint.get(f"/r/{_RECORD}/qr.svg")
@blueprint.get(f"/r/{_RECORD}/v/<int(min=1, max=999999):ver>/qr.svg", endpoint="version_code")
def code(record_id: str, ver: int | None = None) -> Response:
    """Show the address of a record or of one of its versions as a QR code."""
    catalogue = services().catalogue
    if ver is None:
        catalogue.head(record_id)
    else:
        catalogue.get(record_id, ver)
    address = permanent_address(record_id, ver)
    title = _("QR code that leads to %(address)s", address=address)
    return _drawing(qr.svg(address, title=title).decode(), "qr.svg", A_DAY)


def _drawing(drawn: str, name: str, kept: str) -> Response:
    answer = open_data(protected(Response(drawn), SVG, name))
    answer.headers["Cache-Control"] = kept
    return answer


def _gone(record_id: str, status: HTTPStatus) -> Response:
    href = here(url_for("permanent.record", record_id=record_id) if record_id else url_for("start.home"))
    return framed(make_response(render_template("embedding/gone.html", href=href), status))
