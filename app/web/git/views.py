# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`/content.git`: clone and fetch for everybody, pushes of proposals with an access token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext

from flask import Blueprint, Response, request
from werkzeug.wsgi import get_input_stream

from app.content.sharing.door import open_door
from app.content.sharing.http_backend import GitReply, GitRequest, NoSuchService, serve
from app.identity import Person
from app.identity.errors import TokenRefused
from app.web import csrf
from app.web.access import services

blueprint = csrf.exempt(Blueprint("git", __name__))

SECONDS = 600.0
_REALM = 'Basic realm="Zugriffsschluessel", charset="UTF-8"'
_ASK = "Melden Sie sich mit einem Zugriffsschlüssel an; Sie legen ihn auf Ihrer Kontoseite an.\n"


@blueprint.route("/content.git/<path:path>", methods=["GET", "POST"])
def content(path: str) -> Response:
    """Answer git's smart protocol; pushes need an access token as password, whatever the user name is."""
    asked = _asked(path)
    try:
        service = asked.service
    except NoSuchService:
        return Response("Not offered.\n", status=404, mimetype="text/plain")
    if service == "git-upload-pack":
        copy = services().public_copy
        copy.refresh()
        return _answer(serve(copy.clone, asked, seconds=SECONDS), nullcontext())
    try:
        person = services().identity.tokens.verify(
            request.authorization.password or "" if request.authorization else ""
        )
    except TokenRefused:
        return Response(_ASK, status=401, mimetype="text/plain", headers={"WWW-Authenticate": _REALM})
    return _receive(asked, person)


def _receive(asked: GitRequest, person: Person) -> Response:
    node = services()
    node.public_copy.refresh()
    inbox = node.public_copy.open_inbox()
    lang = _language()
    with ExitStack() as stack:
        door = open_door(lambda commands: node.pushes.answer(commands, person, lang), seconds=SECONDS)
        env = stack.enter_context(door)
        reply = serve(inbox, asked, user=person.pseudonym, env=env, seconds=SECONDS)
        # The door stays open until the answer has been sent.
        return _answer(reply, stack.pop_all())


def _language() -> str:
    # git adds "*", which would match German first for everybody.
    spoken = (name.partition("-")[0] for name in request.accept_languages.values())
    return next((name for name in spoken if name in {"de", "en"}), "de")


def _asked(path: str) -> GitRequest:
    return GitRequest(
        method=request.method,
        path=path,
        query=request.query_string.decode("ascii", "replace"),
        # Packs are larger than forms may be and come in chunks; the limit is git's own (receive.maxInputSize).
        body=get_input_stream(request.environ, max_content_length=None),
        content_type=request.content_type or "",
        content_encoding=request.headers.get("Content-Encoding", ""),
        content_length=request.headers.get("Content-Length", ""),
        protocol=request.headers.get("Git-Protocol", ""),
    )


def _answer(reply: GitReply, until_sent: AbstractContextManager[object]) -> Response:
    response = Response(_sent(reply, until_sent), status=reply.status, headers=dict(reply.headers))
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent(reply: GitReply, until_sent: AbstractContextManager[object]) -> Iterator[bytes]:
    with until_sent:
        yield from reply.chunks
