# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where programs fetch linked data."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import Lock

from flask import Blueprint, Response, current_app, request

from app.confinement import Threads
from app.content.graph import Graph, GraphForm
from app.content.recent import Recent
from app.content.vocabulary import TOPICS
from app.web.linked.dcat import Catalogue, Keeper
from app.web.shell.access import services
from app.web.shell.answers import open_data
from app.web.shell.caching import keep_private
from app.web.shell.kept import not_modified
from app.web.shell.routing import own_addresses

blueprint = Blueprint("linked", __name__)
ENDINGS = ", ".join(GraphForm)
KEPT = 8 * 1024 * 1024
"""Bytes of packed catalogues kept per process; one record takes some hundred of them."""
_KEY = "enet.catalogues"
_Key = tuple[tuple[int, str], GraphForm]
_RETRY_AFTER = 5
_making, _holding = Lock(), Threads(2)
"""One puts a catalogue together and another waits for it; more would take the threads of readers."""


@blueprint.get(f"/catalog.<any({ENDINGS}):ending>")
def catalogue(ending: str) -> Response:
    """Describe all own records that can be read to portals of open data (DCAT-AP.de 3.0).

    Put together once after each publication. Raises Busy where two wait already.
    """
    node, form = services(), GraphForm(ending)
    # A commit that only changes words has no number.
    state = node.catalogue.own.last_seq(), node.vocabularies.state
    kept: Recent[_Key, _Written] = current_app.extensions.setdefault(_KEY, Recent(KEPT, weigh=_weight))
    kept.hold_for(state)
    written = kept.find((state, form))
    if written is None or not written.answers():
        with _holding.held("", _RETRY_AFTER), _making:
            written = kept.find((state, form))
            if written is None or not written.answers():
                written = _written(form)
            if written.tag:
                kept.put((state, form), written if len(written.packed) <= KEPT // 2 else replace(written, packed=b""))
    if written.tag and request.if_none_match.contains_weak(written.tag):
        return not_modified(written.tag)
    answer = sent(zlib.decompress(written.packed), form)
    if written.tag:
        answer.set_etag(written.tag, weak=True)
    else:
        keep_private()
    return answer


@dataclass(frozen=True, slots=True)
class _Written:
    """`tag` comes from the text; "" where a record is left out because it is damaged: it comes back unannounced.

    Of a text that is too large to be kept the tag is kept alone.
    """

    tag: str
    packed: bytes

    def answers(self) -> bool:
        """Tell whether this is enough for the present request."""
        return bool(self.packed) or request.if_none_match.contains_weak(self.tag)


def _weight(written: _Written) -> int:
    return len(written.packed)


def _written(form: GraphForm) -> _Written:
    graph, is_whole = _described()
    text = graph.written(form)
    return _Written(sha256(text).hexdigest()[:20] if is_whole else "", zlib.compress(text, level=1))


def _described() -> tuple[Graph, bool]:
    """Return what is said of all own records that can be read, and whether these are all."""
    node, addresses = services(), own_addresses()
    settings = node.settings
    keeper = Keeper(
        site=settings.name,
        name=settings.operator_name or settings.name,
        email=settings.operator_email,
        page=f"{settings.issuer}/impressum",
    )
    described = Catalogue(addresses, keeper, node.vocabularies.get(TOPICS))
    is_whole = True
    for entry in node.catalogue.in_turn(node.catalogue.own.by_id(node.schemas.listed)):
        if record := node.catalogue.readable(entry):
            described.add(entry, record)
        else:
            is_whole = False
    return described.graph, is_whole


def sent(written: bytes, form: GraphForm) -> Response:
    """Return the answer with a graph as it is written."""
    return open_data(Response(written, content_type=form.media_type))
