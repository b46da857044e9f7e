"""Where programs fetch linked data."""

from __future__ import annotations

import zlib
from bisect import bisect
from itertools import islice
from threading import Lock

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.records.graph import Graph, GraphForm
from app.records.recent import Recent
from app.records.vocabulary import TOPICS
from app.shared.confinement import Threads
from app.web.linked.dcat import Catalogue, Keeper, Part
from app.web.shell.access import services
from app.web.shell.answers import open_data
from app.web.shell.routing import is_record_id, own_addresses

blueprint = Blueprint("linked", __name__)
ENDINGS = ", ".join(GraphForm)
PAGE = 1000
"""Records in one answer; they are some 2.5 MB, and a portal reads on where it is led."""
KEPT = 8 * 1024 * 1024
"""Bytes of packed catalogues kept per process; one record takes some hundred of them."""
_KEY = "enet.catalogues"
_Key = tuple[tuple[int, str], GraphForm, str]
_RETRY_AFTER = 5
_making, _holding = Lock(), Threads(2)
"""One puts a catalogue together and another waits for it; more would take the threads of readers."""
_placing = Lock()
"""One looks where parts begin, once after each publication."""


@blueprint.get(f"/catalog.<any({ENDINGS}):ending>")
def catalogue(ending: str) -> BaseResponse:
    """Describe own records that can be read to portals of open data (DCAT-AP.de 3.0), PAGE of them `after` another.

    Where there are more, it leads on as a collection of Hydra. Where no part begins it leads to the one before: a
    portal that was on its way when something was published misses nothing. Put together once after each publication.
    Raises Busy where two wait already.
    """
    node, form, after = services(), GraphForm(ending), request.args.get("after", "")
    if after and not is_record_id(after):
        abort(404)
    # A commit that only changes words has no number.
    state = node.catalogue.own.last_seq(), node.vocabularies.state
    kept: Recent[_Key, bytes] = current_app.extensions.setdefault(_KEY, Recent(KEPT, weigh=len))
    kept.hold_for(state)
    key = state, form, after
    packed = kept.find(key)
    if packed is None:
        if after != (begun := _begun(after)):
            return redirect(_path(form, begun))
        with _holding.held("", _RETRY_AFTER), _making:
            written = lambda: zlib.compress(_described(form, after).written(form), level=1)  # noqa: E731
            packed = kept.get(key, written, lambda: node.catalogue.moment.is_whole)
    return sent(zlib.decompress(packed), form)


def _begun(after: str) -> str:
    """Return after which record the part begins that has what comes after this one, "" for the first."""
    if not after:
        return ""
    node = services()
    with _placing:
        starts = node.catalogue.own.starts(node.schemas.listed, PAGE)
    if after in starts:
        # A database may have another order than ours; where a part begins nobody is led on.
        return after
    place = bisect(starts, after)
    return starts[place - 1] if place else ""


def _described(form: GraphForm, after: str) -> Graph:
    """Return what is said of the own records that can be read."""
    node, addresses = services(), own_addresses()
    settings = node.settings
    keeper = Keeper(
        site=settings.name,
        name=settings.operator_name or settings.name,
        email=settings.operator_email,
        page=f"{settings.issuer}/impressum",
    )
    described = Catalogue(addresses, keeper, node.vocabularies.get(TOPICS))
    entries = list(islice(node.catalogue.own.by_id(node.schemas.listed, after=after), PAGE + 1))
    for entry in node.catalogue.in_turn(entries[:PAGE]):
        if record := node.catalogue.readable(entry):
            described.add(entry, record)
    more = entries[PAGE - 1].id if len(entries) > PAGE else ""
    if after or more:
        described.lead_on(
            Part(
                total=node.catalogue.own.count(node.schemas.listed),
                first=_address(form, ""),
                this=_address(form, after),
                following=_address(form, more) if more else "",
            )
        )
    return described.graph


def _address(form: GraphForm, after: str) -> str:
    return f"{services().settings.issuer}{_path(form, after)}"


def _path(form: GraphForm, after: str) -> str:
    return url_for("linked.catalogue", ending=form.value, after=after or None)


def sent(written: bytes, form: GraphForm) -> Response:
    """Return the answer with a graph as it is written."""
    return open_data(Response(written, content_type=form.media_type))
