"""The selection: compared, judged, and recorded as a reuse memo that can be downloaded, saved and loaded again.

What the asker types is sent by POST only, so it gets into no address, log or cache.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.documents.blocks import SlidesKind
from app.documents.errors import ExportUnavailable
from app.documents.writing.exports import ExportKind
from app.documents.writing.pdf import whole
from app.kickoff.memo.exports import Exported
from app.kickoff.memo.memo import MemoInvalid, MemoNotFound, MemoStoreFull, ReuseMemo
from app.kickoff.memo.service import KeptMemo
from app.kickoff.memo.wording import Words
from app.web.kickoff.selection import kickoff_address
from app.web.memo.draft import changed, drafted
from app.web.memo.form import (
    ACTION,
    CARRIED,
    SAVED,
    WORDS,
    MemoAction,
    MemoNotice,
    Pressed,
    missing,
    pressed,
    refused,
    shown_problems,
    written,
)
from app.web.memo.sheet import record_change, record_change_link, sheet
from app.web.shell.access import services
from app.web.shell.answers import saved
from app.web.shell.formats import moment
from app.web.shell.language import current_language
from app.web.shell.page_cache import keep_discreet
from app.web.shell.rate_limit import client_address, guarded
from app.web.shell.wording import _, error_words


def load_kept(token: str) -> KeptMemo:
    """Return the memo under a link; raises MemoNotFound, or TooManyRequests after too many wrong links."""
    with guarded("memo", token, MemoNotFound):
        return services().memos.load(token)


def keep(memo: ReuseMemo, token: str, kept: KeptMemo | None, state: str) -> str | MemoNotice:
    """Save the memo, under its link if it has one; return the token, or a notice that says why not.

    `state` is the time of saving of the text that the asker began with. If somebody saved another text since, the first
    attempt to overwrite it only gets a warning.
    """
    if kept is not None and state != kept.saved_at.isoformat():
        text = _(
            "Another text was saved under this link on %(at)s. Open the link in a second window to see it. "
            "If you save once more, yours takes its place.",
            at=moment(kept.saved_at),
        )
        return MemoNotice(title=_("Somebody else saved this memo in the meantime"), text=text)
    try:
        return services().memos.save(memo, client_address(), token if kept else "").token
    except MemoStoreFull:
        text = _(
            "No more memos are kept here for now, from your network address or in all. "
            "Please download yours; it can be loaded again."
        )
        return MemoNotice(title=_("The memo cannot be saved here"), text=text)
    except MemoInvalid as error:
        return refused(error)


def download(memo: ReuseMemo, button: Pressed) -> Response | MemoNotice:
    """Return the file that a button asks for, or a notice that says why there is none."""
    try:
        if button.action is MemoAction.JSON:
            name = f"{Words(current_language())('file_name')}-{memo.at.date().isoformat()}.json"
            file = Exported(name=name, media_type="application/json", content=services().memos.form.to_json(memo))
        else:
            kind = (SlidesKind if button.action is MemoAction.SLIDES else ExportKind)(button.argument)
            file = services().memos.exports.export(memo, kind, current_language(), client_address())
    except ExportUnavailable as error:
        title = _("%(format)s cannot be made", format=error.format.upper())
        return MemoNotice(title=title, text=error_words(error))
    except MemoInvalid as error:
        return refused(error)
    return saved(file.content, file.media_type, file.name)


blueprint = Blueprint("memo", __name__, url_prefix="/vermerk")
selection = Blueprint("chosen", __name__)
keep_discreet(blueprint)
keep_discreet(selection)
blueprint.add_app_template_filter(record_change)
blueprint.add_app_template_filter(whole)
blueprint.add_app_template_filter(record_change_link)

KEPT = "/<memo_token:token>"
UPLOAD = "datei"


@selection.get("/auswahl")
def page() -> Response:
    """Show the selected records side by side, and a memo made from them, the question and the situation."""
    memo, lost = drafted(request.args)
    return _shown(memo, notices=missing(lost))


@blueprint.route("", methods=["GET", "POST"])
def draft() -> BaseResponse:
    """Redirect from the former address of the memo to the selection."""
    code = HTTPStatus.MOVED_PERMANENTLY if request.method == "GET" else HTTPStatus.PERMANENT_REDIRECT
    return redirect(kickoff_address(url_for("chosen.page")), code)


@blueprint.get(KEPT)
def kept(token: str) -> Response:
    """Show a saved memo and what has changed since; raises MemoNotFound."""
    found = load_kept(token)
    return _shown(found.memo, token, found)


@blueprint.get(f"{KEPT}/loeschen")
def confirm_deletion(token: str) -> str:
    """Ask before a saved memo is deleted; raises MemoNotFound."""
    return render_template("memo/delete.html", token=token, kept=load_kept(token))


@blueprint.post(f"{KEPT}/loeschen")
def delete(token: str) -> str:
    """Delete a saved memo at once; raises MemoNotFound."""
    with guarded("memo", token, MemoNotFound):
        services().memos.delete(token)
    return render_template("memo/deleted.html")


@blueprint.get("/laden")
def loading() -> str:
    """Ask for the file of a memo."""
    return render_template("memo/load.html", problems=())


@blueprint.post("/laden")
def load() -> Response:
    """Show the memo in an uploaded file; raises MemoInvalid for any other file."""
    file = request.files.get(UPLOAD)
    if file is None or not file.filename:
        page = render_template("memo/load.html", problems=(_("Please choose a file first."),))
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    text = _("It is kept nowhere yet. Download it again or save it when you have changed it.")
    notice = MemoNotice(title=_("The memo has been loaded"), text=text, kind="success")
    return _shown(services().memos.form.from_json(file.read()), notices=(notice,))


@blueprint.errorhandler(MemoNotFound)
def _gone(_error: MemoNotFound) -> Response:
    return make_response(render_template("memo/gone.html"), HTTPStatus.NOT_FOUND)


@selection.errorhandler(MemoInvalid)
@blueprint.errorhandler(MemoInvalid)
def _refused(error: MemoInvalid) -> Response:
    problems = tuple(text for text, _field in shown_problems(error.problems))
    return make_response(render_template("memo/load.html", problems=problems), HTTPStatus.UNPROCESSABLE_ENTITY)


@selection.post("/auswahl")
@blueprint.post(KEPT, endpoint="edit_kept")
def edit(token: str = "") -> BaseResponse:
    """Do what the pressed button says, with a saved memo if there is a token; raises MemoInvalid."""
    form, now = request.form, services().clock()
    button = pressed(form.get(ACTION, ""))
    if button.action in (MemoAction.EXPORT, MemoAction.SLIDES):
        # Refuse before reading anything, so that repeated requests cost next to nothing.
        kind = ExportKind if button.action is MemoAction.EXPORT else SlidesKind
        services().memos.exports.refuse(kind(button.argument), client_address())
    found: KeptMemo | None = None
    notices: tuple[MemoNotice, ...] = ()
    try:
        found = load_kept(token) if token else None
    except MemoNotFound:
        gone = _(
            "Its time is over, or somebody deleted it. Your text is still on this page: save it again or download it."
        )
        notices = (MemoNotice(title=_("The saved memo is gone"), text=gone),)
    # Raises MemoInvalid if somebody tampered with the hidden field.
    kept_parts = (
        services().memos.form.from_json(form[CARRIED].encode()) if CARRIED in form else drafted(request.args)[0]
    )
    given = written(kept_parts, form, now)
    memo = changed(given, button, form.get(WORDS, ""), now)
    answer = _done(memo, button, token, found)
    if isinstance(answer, BaseResponse):
        return answer
    try:
        return _shown(memo, token, found, (*notices, *answer))
    except MemoInvalid as error:
        # One more record made the memo too large for the form, so show it without that one.
        return _shown(given, token, found, (*notices, refused(error)))


def _done(
    memo: ReuseMemo, button: Pressed, token: str, found: KeptMemo | None
) -> BaseResponse | tuple[MemoNotice, ...]:
    """Download or save the memo; return notices instead if the page is to be shown again."""
    if services().memos.form.problems(memo):
        return ()
    if button.action in (MemoAction.EXPORT, MemoAction.SLIDES, MemoAction.JSON):
        file = download(memo, button)
        return (file,) if isinstance(file, MemoNotice) else file
    if button.action is MemoAction.SAVE:
        services().lease.hold()
        kept = keep(memo, token, found, request.form.get(SAVED, ""))
        return (kept,) if isinstance(kept, MemoNotice) else redirect(url_for("memo.kept", token=kept), 303)
    return ()


def _shown(
    memo: ReuseMemo, token: str = "", kept: KeptMemo | None = None, notices: tuple[MemoNotice, ...] = ()
) -> Response:
    problems = shown_problems(services().memos.form.problems(memo))
    page = sheet(memo, token, kept, problems, notices)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK)
