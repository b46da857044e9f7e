"""`/content.git`: anybody can clone and fetch; pushes of proposals need an access token."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import cast

import structlog
from flask import Blueprint, Response, current_app, request
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.exceptions import TooManyRequests
from werkzeug.wsgi import get_input_stream

from app.identity import Action, Person, may
from app.identity.accounts import PROVIDER_COUNTS_FOR
from app.identity.errors import AccessTokenRefused
from app.records.sharing.hook import open_door
from app.records.sharing.http_backend import GitReply, GitRequest, NoSuchService, serve
from app.shared.confinement import Busy, Threads
from app.shared.errors import Unavailable
from app.web.shell import csrf
from app.web.shell.access import services
from app.web.shell.rate_limit import guarded

blueprint = csrf.exempt(Blueprint("git", __name__))
CLONE_SECONDS = 300.0
PUSH_SECONDS = 600.0
RETRY_SECONDS = "30"
KEY = "enet.git_slots"
_REALM = 'Basic realm="Zugriffsschluessel", charset="UTF-8"'
_ASK = "Melden Sie sich mit einem Zugriffsschlüssel an; Sie legen ihn auf Ihrer Kontoseite an.\n"
_NOT_ALLOWED = "Ihr Zugang darf nichts vorschlagen. / Your account may not propose.\n"
_SIGN_IN_AGAIN = (
    f"Sie haben sich mehr als {PROVIDER_COUNTS_FOR.days} Tage nicht angemeldet. Bitte melden Sie sich einmal auf der "
    "Website an, dann gilt Ihr Zugriffsschlüssel wieder. / Please sign in on the site once, then your key works.\n"
)
_TOO_MANY = (
    "Von Ihrer Adresse kamen zu viele falsche Zugriffsschlüssel. Bitte versuchen Sie es in zehn Minuten noch einmal. / "
    "Too many wrong keys came from your address. Please try again in ten minutes.\n"
)
_BUSY = "Gerade ist zu viel los. Bitte versuchen Sie es in einer Minute noch einmal. / Busy, please try again.\n"
log = structlog.get_logger()


class Slots:
    """Limits on concurrent git clients, separate for clones and pushes, so that strangers cannot block pushes."""

    def __init__(self, threads: int) -> None:
        """Reserve at least a quarter of `threads` for readers, if there are several."""
        self._clones, self._pushes = Threads(max(1, threads // 2)), Threads(max(1, threads // 4))

    def taken(self, *, push: bool) -> AbstractContextManager[None]:
        """Occupy a slot; raises Busy at once, because waiting would block a thread too."""
        return (self._pushes if push else self._clones).held("", int(RETRY_SECONDS))


@blueprint.record
def _make_slots(state: BlueprintSetupState) -> None:
    state.app.extensions[KEY] = Slots(state.app.extensions["services"].settings.threads)


@blueprint.route("/content.git/<path:path>", methods=["GET", "POST"])
def content(path: str) -> Response:
    """Serve git's smart protocol; pushes need an access token as password, with any user name."""
    asked = _asked(path)
    try:
        is_push = asked.service == "git-receive-pack"
    except NoSuchService:
        return _plain("Not offered.\n", 404)
    try:
        return _push(asked) if is_push else _clone(asked)
    except Unavailable as error:
        if not isinstance(error, Busy):
            log.warning("git.unavailable", error=type(error).__name__)
        answer = _plain(_BUSY, 503)
        answer.headers["Retry-After"] = RETRY_SECONDS
        return answer


def _clone(asked: GitRequest) -> Response:
    with ExitStack() as held:
        held.enter_context(_slots().taken(push=False))
        copy = services().public_copy
        copy.refresh()
        return _answer(serve(copy.clone, asked, seconds=CLONE_SECONDS), held)


def _push(asked: GitRequest) -> Response:
    given = request.authorization
    secret = (given.password if given else "") or ""
    try:
        with guarded("key", secret, AccessTokenRefused):
            person = services().identity.tokens.verify(secret)
    except AccessTokenRefused:
        refused = _plain(_ASK, 401)
        refused.headers["WWW-Authenticate"] = _REALM
        return refused
    except TooManyRequests as error:
        waiting = _plain(_TOO_MANY, 429)
        waiting.headers["Retry-After"] = str(error.retry_after)
        return waiting
    # Check this before storing anything, because the person's role may have been revoked.
    return _receive(asked, person) if may(person, Action.PROPOSE) else _plain(_why_not(person), 403)


def _why_not(person: Person) -> str:
    """Return why a person may not propose; a role that is only suspended is restored by signing in."""
    resting = tuple(each.role for each in services().identity.grants.of(person.id) if not each.counts)
    return _SIGN_IN_AGAIN if may(replace(person, roles=resting), Action.PROPOSE) else _NOT_ALLOWED


def _receive(asked: GitRequest, person: Person) -> Response:
    node = services()
    # git appends "*", which would select German for everybody.
    spoken = (name.partition("-")[0] for name in request.accept_languages.values())
    lang = next((name for name in spoken if name in {"de", "en"}), "de")
    with ExitStack() as held:
        held.enter_context(_slots().taken(push=True))
        node.public_copy.refresh()
        inbox = held.enter_context(node.public_copy.inbox_in_use())
        door = open_door(lambda commands: node.pushes.answer(commands, person, lang), seconds=PUSH_SECONDS)
        env = held.enter_context(door)
        reply = serve(inbox, asked, user=person.pseudonym, env=env, seconds=PUSH_SECONDS)
        return _answer(reply, held)


def _slots() -> Slots:
    return cast("Slots", current_app.extensions[KEY])


def _plain(text: str, status: int) -> Response:
    return Response(text, status=status, mimetype="text/plain")


def _asked(path: str) -> GitRequest:
    return GitRequest(
        method=request.method,
        path=path,
        query=request.query_string.decode("ascii", "replace"),
        # Packs may be larger than forms and are sent in chunks; git has its own limit (receive.maxInputSize).
        body=get_input_stream(request.environ, max_content_length=None),
        content_type=request.content_type or "",
        content_encoding=request.headers.get("Content-Encoding", ""),
        protocol=request.headers.get("Git-Protocol", ""),
    )


def _answer(reply: GitReply, held: ExitStack) -> Response:
    # When the response has been sent or aborted, release everything, the git process first.
    held.callback(reply.close)
    kept = held.pop_all()
    response = Response(_sent(reply, kept), status=reply.status, headers=dict(reply.headers))
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(kept.close)
    return response


def _sent(reply: GitReply, held: ExitStack) -> Iterator[bytes]:
    yield from reply.chunks
    # Release the slot before the response ends, because the client's next request may need it.
    held.close()
