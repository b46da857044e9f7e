# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reuse memo: drafted from the address of a kickoff, edited, downloaded, kept on wish, loaded again.

What the asker types travels by POST only. Nothing of it stands in an address, a log or a cache.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.kickoff.memo import MemoInvalid, MemoNotFound, ReuseMemo
from app.web.access import services
from app.web.discretion import keep_discreet
from app.web.memo.actions import Action, Pressed, pressed
from app.web.memo.changing import changed
from app.web.memo.downloading import download
from app.web.memo.drafting import drafted
from app.web.memo.form import ACTION, CARRIED, SAVED, WORDS, written
from app.web.memo.keeping import KeptUnder, keep, kept_under, still_kept
from app.web.memo.notice import Notice, loaded, missing, no_longer_kept, refused
from app.web.memo.problems import shown_problems
from app.web.memo.sheet import here, sheet
from app.web.wording import _

blueprint = Blueprint("memo", __name__, url_prefix="/vermerk")
keep_discreet(blueprint)

KEPT = "/<memo_token:token>"
UPLOAD = "datei"


@blueprint.get("")
def draft() -> Response:
    """Make a memo from the question, the situation and the hits put aside."""
    begun = drafted(request.args)
    return _shown(begun.memo, None, missing(begun.missing))


@blueprint.post("")
def edit() -> BaseResponse:
    """Do what the pressed button says with a memo that is kept nowhere."""
    return _edited(None)


@blueprint.get(KEPT)
def kept(token: str) -> Response:
    """Show a kept memo and what changed since; raises MemoNotFound."""
    found = services().memos.load(token)
    return _shown(found.memo, kept_under(token, found))


@blueprint.post(KEPT)
def edit_kept(token: str) -> BaseResponse:
    """Do what the pressed button says with a kept memo."""
    return _edited(token)


@blueprint.get(f"{KEPT}/loeschen")
def confirm_deletion(token: str) -> str:
    """Ask before a kept memo is forgotten; raises MemoNotFound."""
    return render_template("pages/memo_delete.html", kept=kept_under(token, services().memos.load(token)))


@blueprint.post(f"{KEPT}/loeschen")
def delete(token: str) -> str:
    """Forget a kept memo at once; raises MemoNotFound."""
    services().memos.delete(token)
    return render_template("pages/memo_deleted.html")


@blueprint.get("/laden")
def loading() -> str:
    """Ask for the file of a memo."""
    return render_template("pages/memo_load.html", problems=())


@blueprint.post("/laden")
def load() -> Response:
    """Show the memo that a file holds; raises MemoInvalid for any other file."""
    file = request.files.get(UPLOAD)
    if file is None or not file.filename:
        page = render_template("pages/memo_load.html", problems=(_("Please choose a file first."),))
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _shown(services().memos.from_json(file.read()), None, (loaded(),))


@blueprint.errorhandler(MemoNotFound)
def _gone(_error: MemoNotFound) -> Response:
    return make_response(render_template("pages/memo_gone.html"), HTTPStatus.NOT_FOUND)


@blueprint.errorhandler(MemoInvalid)
def _refused(error: MemoInvalid) -> Response:
    problems = tuple(problem.text for problem in shown_problems(error.problems))
    return make_response(render_template("pages/memo_load.html", problems=problems), HTTPStatus.UNPROCESSABLE_ENTITY)


def _edited(token: str | None) -> BaseResponse:
    form, now, found = request.form, services().clock(), still_kept(token) if token else None
    notices = (no_longer_kept(),) if token and found is None else ()
    given = written(_carried(), form, now)
    button = pressed(form.get(ACTION, ""))
    memo = changed(given, button, form.get(WORDS, ""), now)
    answer = _done(memo, button, found)
    if isinstance(answer, BaseResponse):
        return answer
    try:
        return _shown(memo, found, (*notices, *answer))
    except MemoInvalid as error:
        # One more record made it too large to travel; what was typed stays.
        return _shown(given, found, (*notices, refused(error)))


def _done(memo: ReuseMemo, button: Pressed, found: KeptUnder | None) -> BaseResponse | tuple[Notice, ...]:
    """Hand the memo out or keep it; return what to tell the asker where the page is to be shown."""
    if services().memos.problems(memo):
        return ()
    if button.action in (Action.EXPORT, Action.JSON):
        file = download(memo, button)
        return (file,) if isinstance(file, Notice) else file
    if button.action is Action.SAVE:
        token = keep(memo, found, request.form.get(SAVED, ""))
        return (token,) if isinstance(token, Notice) else redirect(url_for("memo.kept", token=token), 303)
    return ()


def _carried() -> ReuseMemo:
    """Return the memo of the form without what was typed; raises MemoInvalid when somebody tampered with it."""
    if CARRIED in request.form:
        return services().memos.from_json(request.form[CARRIED].encode())
    return drafted(request.args).memo


def _shown(memo: ReuseMemo, found: KeptUnder | None = None, notices: tuple[Notice, ...] = ()) -> Response:
    problems = shown_problems(services().memos.problems(memo))
    page = render_template(
        "pages/memo.html", sheet=sheet(memo, found, problems, notices), here=here, days=services().settings.memo_days
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK)
