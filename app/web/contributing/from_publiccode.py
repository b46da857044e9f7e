"""Begin a solution with the publiccode.yml of its repository; nothing is published, and all that was read is listed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.federation.fetching import FetchFailed, Limits, Wanted
from app.federation.issuer import Issuer, IssuerInvalid
from app.identity import Action
from app.kickoff.offers import SOLUTION
from app.records.document import FrontMatterError
from app.records.json_value import LIST, JsonValue
from app.reuse.publiccode import MAX_FILE_BYTES, NotTaken, Reading, read
from app.review.models import DraftContent
from app.web.contributing.attachments import content_of
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, opened
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.rate_limit import client_address
from app.web.shell.wording import _

FILE, ADDRESS = "publiccode", "adresse"
SECONDS = 8.0
"""How long a repository has to answer; a reader waits for it."""
READ = "publiccode"
"""Key in the draft beside the record, under which it stands what was taken and what was not."""


@blueprint.get("/publiccode")
@requires(Action.PROPOSE)
def choose_publiccode() -> str:
    """Ask for the file."""
    return _page()


@blueprint.post("/publiccode")
@requires(Action.PROPOSE)
def read_publiccode() -> BaseResponse:
    """Read the file, or fetch it from its address, and begin a draft with what it says."""
    file, address = request.files.get(FILE), request.form.get(ADDRESS, "").strip()
    try:
        raw = content_of(file) if file is not None and file.filename else _fetched(address) if address else b""
        if not raw:
            return _refused(_("Please choose a file first, or enter its address."))
        if len(raw) > MAX_FILE_BYTES:
            return _refused(_("The file is larger than a publiccode.yml can be."))
        found = read(raw)
    except FrontMatterError as error:
        return _refused(_("This is no publiccode.yml that can be read (line %(line)s).", line=error.line))
    except (FetchFailed, IssuerInvalid):
        return _refused(_("Nothing could be fetched from this address. Please save the file and choose it here."))
    content = DraftContent(front=found.front, sections=found.sections, extra={READ: _kept(found)})
    draft = services().review.drafts.start_from_document(SOLUTION, signed_in(), content)
    return redirect(url_for("contribute.taken_from_publiccode", draft_id=draft.id), 303)


def _fetched(address: str) -> bytes:
    """Return what lies at an address; raises FetchFailed, FetchRefused and IssuerInvalid, and Busy."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise IssuerInvalid(address) from error
    host = Issuer.parse(f"{parts.scheme}://{parts.netloc}".lower())
    url = f"{host.address}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    limits = Limits(wire=MAX_FILE_BYTES, inflated=MAX_FILE_BYTES, seconds=SECONDS)
    node = services()
    # A thread waits for whoever answers there, and readers need the others.
    with node.heavy_threads.held(client_address(), round(SECONDS)):
        return node.fetcher.fetch(Wanted(peer=host, url=url, limits=limits)).body


@blueprint.get("/<draft_id>/publiccode")
@requires(Action.PROPOSE)
def taken_from_publiccode(draft_id: str) -> BaseResponse | str:
    """List what was taken from the file, and what was not and why."""
    editor = opened(draft_id)
    kept = editor.draft.content.extra.get(READ)
    if not isinstance(kept, Mapping):
        return redirect(url_for("contribute.resume", draft_id=draft_id), 303)
    return render_template(
        "contributing/publiccode_taken.html",
        taken=[(key, _label(editor, field)) for key, field in _pairs(kept.get("taken"))],
        left=[(key, _reason(reason)) for key, reason in _pairs(kept.get("left"))],
        onward=url_for("contribute.resume", draft_id=draft_id),
    )


def _kept(found: Reading) -> JsonValue:
    return {
        "taken": [[key, field] for key, field in found.taken],
        "left": [[key, str(reason)] for key, reason in found.left],
    }


def _pairs(rows: JsonValue) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, LIST)] if isinstance(rows, LIST) else []


def _label(editor: DraftEditor, field: str) -> str:
    lang = current_language()
    section = field.removeprefix("body.")
    if section != field:
        return next((one.label(lang) for one in editor.kind.sections if one.id == section), section)
    spec = editor.kind.field(field)
    return spec.label(lang) if spec else field


def _reason(reason: str) -> str:
    words = {
        NotTaken.PERSON: _("Names a person; enter an office yourself."),
        NotTaken.OTHERS: _("Is for those it names to say; enter it with a source of its own."),
        NotTaken.UNFIT: _("Does not fit the field."),
    }
    return next((text for code, text in words.items() if code == reason), _("Records have no field for it."))


def _refused(problem: str) -> BaseResponse:
    return make_response(_page(problem), HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(problem: str = "") -> str:
    return render_template("contributing/publiccode.html", problem=problem, address=request.form.get(ADDRESS, ""))
