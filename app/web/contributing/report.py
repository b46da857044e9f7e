"""Begin with a report that exists already: its author sorts the sections into the fields of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app.documents.errors import DocumentRefused
from app.documents.reading import ImportedDocument, ImportedSection, LeftOut
from app.identity import Action
from app.records.json_value import LIST, JsonValue
from app.records.markdown import Context, render_markdown
from app.records.schema import KindSchema
from app.records.structure import source_keys
from app.review.drafts.report import CONTACT, LISTS, TEXTS, placed, record_title, suggested
from app.review.models import DraftContent
from app.review.text.record_text import RecordText
from app.shared.confinement import Busy
from app.web.contributing.attachments import busy_words, content_of
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, opened
from app.web.contributing.form.controls import BASIS, with_basis
from app.web.contributing.form.reader import with_source_keys
from app.web.contributing.form.steps import SECTION, SOURCES, by_municipality
from app.web.contributing.start import KINDS
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.wording import _, error_words

CITE = "als_quelle"
"""Name of the box that names the report as a source."""
WISH = "cite_report"
"""Key in the draft beside the record: False where the author does not want the report to be a source."""
CITED = "cited_report"
"""Key in the draft beside the record: the key of the source that the report is."""
FILE = "unterlage"
DOCUMENT = "document"
"""Key in the draft beside the record, under which the sections of the report are kept."""
TAKEN = "taken"
_Stored = Mapping[str, JsonValue]


def can_cite(content: DraftContent, kind: KindSchema) -> bool:
    """Tell whether the report can become the source of what names none."""
    is_listed = content.extra.get(CITED) in source_keys(content.front)
    open_to_it = BASIS not in content.extra and not is_listed
    return open_to_it and SOURCES in kind.by_key and by_municipality(content.front)


def cited(content: DraftContent, title: str) -> DraftContent:
    """Put the report among the sources of a draft and let everything rest on it that names none."""
    listed = content.front.get(SOURCES)
    before = [row for row in listed if row != {}] if isinstance(listed, LIST) else []
    # Without a publisher it is the author's own; its key comes from its title then, which tells more.
    front = with_source_keys({**content.front, SOURCES: [*before, {"title": title}]})
    rows = front[SOURCES]
    last = rows[-1] if isinstance(rows, LIST) else None
    key = str(last.get("key") or "") if isinstance(last, Mapping) else ""
    return replace(content, front=front, extra={**with_basis(content.extra, key), CITED: key})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """A section of a report: where it was put, or where it probably belongs."""

    number: int
    title: str
    html: Markup
    taken: str
    suggestion: str

    @property
    def name(self) -> str:
        """Return the name of its list to choose from."""
        return f"abschnitt-{self.number}"


@blueprint.get("/unterlage")
@requires(Action.PROPOSE)
def choose_document() -> str:
    """Ask for the report."""
    return _page()


@blueprint.post("/unterlage")
@requires(Action.PROPOSE)
def read_document_file() -> BaseResponse:
    """Read the report and begin a draft with its sections."""
    file, kind = request.files.get(FILE), request.form.get("art", "")
    kind = kind if kind in KINDS else KINDS[0]
    if file is None or not file.filename:
        return make_response(_page(_("Please choose a file first.")), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        found = services().documents.read(signed_in().id, content_of(file), current_language())
    except DocumentRefused as error:
        return make_response(_page(error_words(error)), HTTPStatus.UNPROCESSABLE_ENTITY)
    except Busy:
        return make_response(_page(busy_words()), HTTPStatus.SERVICE_UNAVAILABLE)
    title = record_title(found.title)
    content = DraftContent(front={"title": title} if title else {}, extra={DOCUMENT: _stored(found)})
    draft = services().review.drafts.start_from_document(kind, signed_in(), content)
    return redirect(url_for("contribute.sort_document", draft_id=draft.id), 303)


@blueprint.get("/<draft_id>/unterlage")
@requires(Action.PROPOSE)
def sort_document(draft_id: str) -> BaseResponse | str:
    """Show the sections, each with a list of where it may belong."""
    editor = opened(draft_id)
    sections = report_sections(editor)
    if not sections:
        return redirect(url_for("contribute.resume", draft_id=draft_id), 303)
    return render_template(
        "contributing/report_sections.html",
        editor=editor,
        title=_title(editor.draft.content),
        open_sections=[section for section in sections if not section.taken],
        placed_sections=[section for section in sections if section.taken],
        targets=targets(editor),
        labels=dict(targets(editor)),
        left_out=_left_out(editor),
        cite=CITE if can_cite(editor.draft.content, editor.kind) else "",
        cite_it=editor.draft.content.extra.get(WISH) is not False,
    )


@blueprint.post("/<draft_id>/unterlage")
@requires(Action.PROPOSE)
def place_sections(draft_id: str) -> BaseResponse:
    """Put the chosen sections where their author says, behind what stands there already."""
    editor = opened(draft_id)
    allowed = dict(targets(editor))

    def change(content: DraftContent) -> DraftContent:
        text = RecordText(front=content.front, sections=content.sections)
        rows = _rows(content)
        for number, row in enumerate(rows):
            target = request.form.get(f"abschnitt-{number}", "")
            if target in allowed and not row.get(TAKEN):
                text = placed(text, _section(row), target)
                rows[number] = {**row, TAKEN: target}
        document: JsonValue = {**_document(content), "sections": cast("list[JsonValue]", rows)}
        front = {key: value for key, value in text.front.items() if key in editor.kind.by_key}
        extra = {**content.extra, DOCUMENT: document}
        changed = replace(content, front=front, sections=text.sections, extra=extra)
        if not can_cite(changed, editor.kind):
            return changed
        noted = replace(changed, extra={**extra, WISH: bool(request.form.get(CITE))})
        return cited(noted, _title(content)) if request.form.get(CITE) else noted

    editor.saved(change)
    further = "contribute.resume" if request.form.get("tun") == "weiter" else "contribute.sort_document"
    return redirect(url_for(further, draft_id=draft_id), 303)


def targets(editor: DraftEditor) -> tuple[tuple[str, str], ...]:
    """Return (path, label) of every field that takes a section of a report."""
    lang, kind = current_language(), editor.kind

    def fields(*keys: str) -> list[tuple[str, str]]:
        return [(key, kind.by_key[key].label(lang)) for key in keys if key in kind.by_key]

    sections = [(SECTION.format(section.id), section.label(lang)) for section in kind.sections]
    return (*fields(*TEXTS), *sections, *fields(*LISTS, CONTACT))


def report_sections(editor: DraftEditor) -> tuple[ReportSection, ...]:
    """Return the sections of the report that a draft was begun with."""
    known = [path for path, _label in targets(editor)]
    return tuple(
        ReportSection(
            number=number,
            title=_section(row).title or _("Before the first heading"),
            html=render_markdown(_section(row).text, Context(top_level=4, id_prefix=f"abschnitt-{number}-")),
            taken=str(row.get(TAKEN) or ""),
            suggestion=suggested(_section(row).title, known),
        )
        for number, row in enumerate(_rows(editor.draft.content))
    )


def unplaced(editor: DraftEditor) -> int:
    """Return how many sections of a report have not been put anywhere yet."""
    return sum(1 for row in _rows(editor.draft.content) if not row.get(TAKEN))


def _page(problem: str = "") -> str:
    kinds = [(name, services().schemas.kind(name).label(current_language())) for name in KINDS]
    return render_template("contributing/report.html", problem=problem, kinds=kinds)


def _stored(found: ImportedDocument) -> JsonValue:
    sections: list[JsonValue] = [
        {"title": section.title, "level": section.level, "text": section.text} for section in found.sections
    ]
    return {"title": found.title, "sections": sections, "left_out": [str(what) for what in found.left_out]}


def _document(content: DraftContent) -> _Stored:
    found = content.extra.get(DOCUMENT)
    return found if isinstance(found, Mapping) else {}


def _rows(content: DraftContent) -> list[_Stored]:
    found = _document(content).get("sections")
    return [cast("_Stored", row) for row in found if isinstance(row, Mapping)] if isinstance(found, LIST) else []


def _title(content: DraftContent) -> str:
    return str(_document(content).get("title") or "") or _("Report")


def _section(row: _Stored) -> ImportedSection:
    return ImportedSection(title=str(row.get("title") or ""), level=1, text=str(row.get("text") or ""))


def _left_out(editor: DraftEditor) -> list[str]:
    words = {
        LeftOut.PICTURES: _("Pictures: please add those you need in the step “What you did”."),
        LeftOut.COMMENTS: _("Comments at the margin."),
        LeftOut.DELETIONS: _("Passages that were marked as deleted."),
    }
    found = _document(editor.draft.content).get("left_out")
    return [text for what, text in words.items() if isinstance(found, LIST) and str(what) in found]
