"""Records under their readable addresses: lists by kind, pages, downloads, files."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.documents.blocks import SlidesKind
from app.documents.writing.exports import ExportKind
from app.kickoff.slides import SlideWords
from app.records.paths import INDEX_FILE
from app.records.schema import KindSchema
from app.web.pages.lists import list_page
from app.web.records.drawn import CARD_TYPES, as_png, as_svg, drawn
from app.web.records.files import file_places
from app.web.records.metadata import MEDIA_TYPE, linkset, signposted
from app.web.records.page import SHEETS, VARIANTS, WITH_SLIDES, RecordPage, cite_as, render_record
from app.web.records.slides import drawn_slides
from app.web.records.text import render_text
from app.web.shell.access import services
from app.web.shell.answers import open_data, protected, saved, send_file
from app.web.shell.language import current_language, html_language, mount_point
from app.web.shell.page_cache import wanted
from app.web.shell.routing import record_address

blueprint = Blueprint("records", __name__)


@blueprint.get("/<kind:kind>")
def kind_list(kind: KindSchema) -> str:
    """List the records of one kind, newest first."""
    return list_page(
        "art",
        kind.name,
        lambda page: url_for("records.kind_list", kind=kind, seite=page),
        title=kind.plural_label(current_language()),
        lead=kind.help(current_language()),
        ask=url_for("questions.ask") if kind.name == "question" else "",
        asks_by_mail=services().review.confirmations.is_offered,
    )


@blueprint.get("/<kind:kind>/<slug:slug>")
def record(kind: KindSchema, slug: str) -> Response:
    """Show the newest version of a record."""
    if wanted() == "md":
        answer = markdown(kind, slug)
        del answer.headers["Content-Disposition"]
    else:
        entry = services().catalogue.head_by_slug(kind.name, slug)
        answer = signposted(Response(render_record(entry, entry)), entry, services().catalogue.record(entry))
    answer.vary.add("Accept")
    return answer


@blueprint.get("/<kind:kind>/<slug:slug>/linkset")
def links(kind: KindSchema, slug: str) -> Response:
    """List the addresses of a record's data and files, for programs."""
    entry = services().catalogue.head_by_slug(kind.name, slug)
    return open_data(Response(linkset(entry, services().catalogue.record(entry)), content_type=MEDIA_TYPE))


@blueprint.get("/<kind:kind>/<slug:slug>.md")
def markdown(kind: KindSchema, slug: str) -> Response:
    """Send a record as its Markdown file."""
    catalogue = services().catalogue
    entry = catalogue.head_by_slug(kind.name, slug)
    return cite_as(saved(catalogue.file(entry, INDEX_FILE), ExportKind.MARKDOWN.media_type, f"{slug}.md"), entry)


@blueprint.get(f"/<kind:kind>/<slug:slug>.<any({', '.join(SHEETS)}):ending>")
def sheets(kind: KindSchema, slug: str, ending: str) -> Response:
    """Send a record on two sheets, for printing or editing."""
    entry = services().catalogue.head_by_slug(kind.name, slug)
    form = ExportKind(ending)
    return cite_as(saved(drawn(RecordPage(entry, entry), form), form.media_type, f"{slug}.{ending}"), entry)


@blueprint.get("/<kind:kind>/<slug:slug>/kennzahlen.<any(png, svg):ending>")
def card(kind: KindSchema, slug: str, ending: str) -> Response:
    """Send a picture with a record's main facts."""
    entry = services().catalogue.head_by_slug(kind.name, slug)
    page = RecordPage(entry, entry)
    found = as_png(page) if ending == "png" else as_svg(page)
    return open_data(protected(Response(found), f"image/{CARD_TYPES[ending]}"))


@blueprint.get(f"/<kind:kind>/<slug:slug>/folien.<any({', '.join(SlidesKind)}):ending>")
def slides(kind: KindSchema, slug: str, ending: str) -> Response:
    """Send a record as slides for a council."""
    entry = services().catalogue.head_by_slug(kind.name, slug)
    if entry.kind not in WITH_SLIDES:
        abort(404)
    form, name = SlidesKind(ending), SlideWords(current_language())("file_name")
    found = drawn_slides(RecordPage(entry, entry), form)
    return cite_as(saved(found, form.media_type, f"{slug}-{name}.{ending}"), entry)


@blueprint.get(f"/<kind:kind>/<slug:slug>/<any({', '.join(VARIANTS.values())}):variant>")
def variant(kind: KindSchema, slug: str, variant: str) -> str:
    """Show a record in plain language."""
    entry = services().catalogue.head_by_slug(kind.name, slug)
    found = services().catalogue.record(entry)
    text = next((item for item in found.translations if VARIANTS.get(item.lang) == variant), None)
    if text is None:
        abort(404)
    files = file_places(found, entry, is_newest=True)
    return render_template(
        "records/variant.html",
        record=found,
        text=text,
        kind=kind,
        href=record_address(kind.name, slug),
        html=render_text(found, text.text or "", files, "text-", top_level=2, lang=html_language(text.lang)),
    )


@blueprint.get("/<kind:kind>/<slug:slug>/englisch")
def english(kind: KindSchema, slug: str) -> BaseResponse:
    """Redirect to the record's page in English, which has the translation."""
    services().catalogue.head_by_slug(kind.name, slug)
    return redirect(
        f"{mount_point()}/en{url_for('records.record', kind=kind, slug=slug).removeprefix(request.root_path)}", 301
    )


@blueprint.get("/<kind:kind>/<slug:slug>/dateien/<file_name:name>")
def file(kind: KindSchema, slug: str, name: str) -> Response:
    """Send a file that belongs to a record."""
    return send_file(services().catalogue.head_by_slug(kind.name, slug), name)
