"""Begins a draft with an existing file: a report, whose sections the author sorts into fields, or a publiccode.yml."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.documents.errors import DocumentRefused
from app.documents.reading import ImportedSection, LeftOut
from app.federation.issuer import Issuer, IssuerInvalid
from app.fetching import FetchFailed, Limits, Wanted
from app.identity import Action
from app.kickoff.offers import SOLUTION
from app.records.document import FrontMatterError
from app.records.json_value import LIST, JsonValue
from app.records.markdown import Context, render_markdown
from app.records.schema import KindSchema
from app.records.structure import source_keys
from app.reuse.publiccode import MAX_FILE_BYTES, NotTaken, read
from app.review.drafts.report import CONTACT, LISTS, TEXTS, all_suggested, noted, placed, title_of
from app.review.models import DraftContent
from app.review.text.record_text import RecordText
from app.shared.confinement import Busy
from app.web.contributing.attachments import busy_words, content_of
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, opened
from app.web.contributing.form.controls import BASIS, with_basis
from app.web.contributing.form.reader import with_source_keys
from app.web.contributing.form.steps import BODY, SECTION, SOURCES, by_municipality
from app.web.contributing.start import KINDS, start_page
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.rate_limit import client_address
from app.web.shell.wording import _, error_words

REPORT, TAKEN = "document", "taken"
"""Key in the draft beside the record with the sections of the report, and the key in each that says where it went."""
CITE = "als_quelle"
"""Name of the box that names the report as a source."""
WISH, CITED = "cite_report", "cited_report"
"""Keys in the draft: False where the report shall not be a source, and the key of the source that it became."""
PUBLICCODE = "publiccode"
"""Key in the draft with what was taken from a publiccode.yml and what was not."""
FETCH_SECONDS = 8.0
"""How long a repository has to answer; a reader waits for it."""


@blueprint.get("/unterlage")
@requires(Action.PROPOSE)
def choose_document() -> BaseResponse:
    """Lead to where a report is chosen now."""
    return redirect(url_for("contribute.start", _anchor="neu"), 301)


@blueprint.post("/unterlage")
@requires(Action.PROPOSE)
def read_document_file() -> BaseResponse:
    """Read the report and begin a draft with its sections."""

    def refused(problem: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> BaseResponse:
        return make_response(start_page(report_problem=problem), status)

    file, kind = request.files.get("unterlage"), request.form.get("art", "")
    if file is None or not file.filename:
        return refused(_("Please choose a file first."))
    try:
        found = services().documents.read(signed_in().id, content_of(file), current_language())
    except DocumentRefused as error:
        return refused(error_words(error))
    except Busy:
        return refused(busy_words(), HTTPStatus.SERVICE_UNAVAILABLE)
    sections: list[JsonValue] = [{"title": one.title, "text": one.text, "level": one.level} for one in found.sections]
    left_out: list[JsonValue] = [str(what) for what in found.left_out]
    report: JsonValue = {"title": found.title, "sections": sections, "left_out": left_out}
    parts: dict[str, JsonValue] = {"title": title_of(found), SOURCES: noted(found.notes)}
    front = {key: value for key, value in parts.items() if value}
    content = DraftContent(front=front, extra={REPORT: report})
    kind = kind if kind in KINDS else KINDS[0]
    draft = services().review.drafts.start_from_document(kind, signed_in(), content)
    return redirect(url_for("contribute.sort_document", draft_id=draft.id), 303)


@blueprint.get("/<draft_id>/unterlage")
@requires(Action.PROPOSE)
def sort_document(draft_id: str) -> BaseResponse | str:
    """Show the sections, each with a list of where it may belong."""
    editor = opened(draft_id)
    content, labels = editor.draft.content, targets(editor)
    suggestions = list(all_suggested([(row["title"], row.get("level", 1)) for row in _sections(content)], list(labels)))
    sections = [
        {
            "name": f"abschnitt-{number}",
            "title": row["title"] or _("Before the first heading"),
            "html": render_markdown(row["text"], Context(top_level=4, id_prefix=f"abschnitt-{number}-")),
            "taken": row.get(TAKEN),
            "suggestion": suggestions[number],
        }
        for number, row in enumerate(_sections(content))
    ]
    if not sections:
        return redirect(url_for("contribute.resume", draft_id=draft_id), 303)
    return render_template(
        "contributing/report_sections.html",
        editor=editor,
        title=_report_title(content),
        open_sections=[section for section in sections if not section["taken"]],
        placed_sections=[section for section in sections if section["taken"]],
        labels=labels,
        left_out=_left_out(content),
        cite=CITE if _can_cite(content, editor.kind) else "",
        cite_it=content.extra.get(WISH) is not False,
    )


@blueprint.post("/<draft_id>/unterlage")
@requires(Action.PROPOSE)
def place_sections(draft_id: str) -> BaseResponse:
    """Append the chosen sections to the fields that their author chose."""
    editor = opened(draft_id)
    allowed, cite = targets(editor), bool(request.form.get(CITE))

    def change(content: DraftContent) -> DraftContent:
        text, rows = RecordText(front=content.front, sections=content.sections), _sections(content)
        for number, row in enumerate(rows):
            target = request.form.get(f"abschnitt-{number}", "")
            if target in allowed and not row.get(TAKEN):
                text = placed(text, ImportedSection(title=row["title"], level=1, text=row["text"]), target)
                rows[number] = {**row, TAKEN: target}
        front = {key: value for key, value in text.front.items() if key in editor.kind.by_key}
        extra = {**content.extra, REPORT: {**_report(content), "sections": rows}}
        changed = replace(content, front=front, sections=text.sections, extra=extra)
        if not _can_cite(changed, editor.kind):
            return changed
        noted = replace(changed, extra={**extra, WISH: cite})
        return _cited(noted) if cite else noted

    editor.saved(change)
    further = "contribute.resume" if request.form.get("tun") == "weiter" else "contribute.sort_document"
    return redirect(url_for(further, draft_id=draft_id), 303)


def targets(editor: DraftEditor) -> dict[str, str]:
    """Return the labels of all fields that take a section of a report, by their paths."""
    lang, kind = current_language(), editor.kind
    sections = {SECTION.format(section.id): section.label(lang) for section in kind.sections}
    before, after = (
        {key: kind.by_key[key].label(lang) for key in keys if key in kind.by_key} for keys in (TEXTS, (*LISTS, CONTACT))
    )
    return {**before, **sections, **after}


def unplaced(editor: DraftEditor) -> int:
    """Return how many sections of a report have not been put anywhere yet."""
    return sum(1 for row in _sections(editor.draft.content) if not row.get(TAKEN))


def _report(content: DraftContent) -> dict[str, Any]:
    return cast("dict[str, Any]", content.extra.get(REPORT) or {})


def _sections(content: DraftContent) -> list[dict[str, Any]]:
    return list(_report(content).get("sections", ()))


def _report_title(content: DraftContent) -> str:
    return _report(content).get("title") or _("Report")


def _left_out(content: DraftContent) -> list[str]:
    words = {
        LeftOut.PICTURES: _("Pictures: please add those you need in the step “What you did”."),
        LeftOut.COMMENTS: _("Comments at the margin."),
        LeftOut.MARGINS: _("Heads, feet and numbers of pages."),
        LeftOut.DELETIONS: _("Passages that were marked as deleted."),
    }
    return [text for what, text in words.items() if str(what) in _report(content).get("left_out", ())]


def _can_cite(content: DraftContent, kind: KindSchema) -> bool:
    is_listed = content.extra.get(CITED) in source_keys(content.front)
    return BASIS not in content.extra and not is_listed and SOURCES in kind.by_key and by_municipality(content.front)


def _cited(content: DraftContent) -> DraftContent:
    listed = content.front.get(SOURCES)
    before = [row for row in listed if row != {}] if isinstance(listed, LIST) else []
    # Without a publisher it is the author's own; its key comes from its title then, which tells more.
    front = with_source_keys({**content.front, SOURCES: [*before, {"title": _report_title(content)}]})
    key = str(cast("list[Mapping[str, JsonValue]]", front[SOURCES])[-1]["key"])
    return replace(content, front=front, extra={**with_basis(content.extra, key), CITED: key})


@blueprint.get("/publiccode")
@requires(Action.PROPOSE)
def choose_publiccode() -> str:
    """Ask for the file."""
    return render_template("contributing/publiccode.html", problem="", address="")


@blueprint.post("/publiccode")
@requires(Action.PROPOSE)
def read_publiccode() -> BaseResponse:
    """Read the file, or fetch it from its address, and begin a draft with what it says."""
    file, address = request.files.get("publiccode"), request.form.get("adresse", "").strip()

    def refused(problem: str) -> BaseResponse:
        page = render_template("contributing/publiccode.html", problem=problem, address=address)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)

    try:
        raw = content_of(file) if file is not None and file.filename else _fetched(address) if address else b""
        if not raw:
            return refused(_("Please choose a file first, or enter its address."))
        if len(raw) > MAX_FILE_BYTES:
            return refused(_("The file is larger than a publiccode.yml can be."))
        found = read(raw)
    except FrontMatterError as error:
        return refused(_("This is no publiccode.yml that can be read (line %(line)s).", line=error.line))
    except (FetchFailed, IssuerInvalid):
        return refused(_("Nothing could be fetched from this address. Please save the file and choose it here."))
    taken: list[JsonValue] = [[key, field] for key, field in found.taken]
    left: list[JsonValue] = [[key, str(reason)] for key, reason in found.left]
    extra: dict[str, JsonValue] = {PUBLICCODE: {"taken": taken, "left": left}}
    content = DraftContent(front=found.front, sections=found.sections, extra=extra)
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
    limits = Limits(wire=MAX_FILE_BYTES, inflated=MAX_FILE_BYTES, seconds=FETCH_SECONDS)
    node = services()
    # The request holds a thread until the other server answers; readers need the remaining threads.
    with node.heavy_threads.held(client_address(), round(FETCH_SECONDS)):
        return node.fetcher.fetch(Wanted(peer=host, url=url, limits=limits)).body


@blueprint.get("/<draft_id>/publiccode")
@requires(Action.PROPOSE)
def taken_from_publiccode(draft_id: str) -> BaseResponse | str:
    """List what was taken from the file, and what was not and why."""
    editor, lang = opened(draft_id), current_language()
    if PUBLICCODE not in editor.draft.content.extra:
        return redirect(url_for("contribute.resume", draft_id=draft_id), 303)
    reasons = {
        NotTaken.PERSON: _("Names a person; enter an office yourself."),
        NotTaken.OTHERS: _("Is for those it names to say; enter it with a source of its own."),
        NotTaken.UNFIT: _("Does not fit the field."),
    }
    kept = cast("dict[str, list[tuple[str, str]]]", editor.draft.content.extra[PUBLICCODE])

    def label(path: str) -> str:
        spec = editor.kind.section(path.removeprefix(BODY)) if path.startswith(BODY) else editor.kind.field(path)
        return spec.label(lang) if spec else path

    return render_template(
        "contributing/publiccode_taken.html",
        taken=[(key, label(path)) for key, path in kept["taken"]],
        left=[(key, reasons.get(NotTaken(reason), _("Records have no field for it."))) for key, reason in kept["left"]],
        onward=url_for("contribute.resume", draft_id=draft_id),
    )
