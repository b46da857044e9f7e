"""Permanent addresses: of a record, of each of its versions, of its history and its changes.

`/r/<id>` names the record and redirects (303) to its readable address, which shows the newest version. `/r/<id>/v/<n>`
always shows exactly that version.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import CatalogueEntry, State
from app.records.difference import compare
from app.review.corrections import answers_in
from app.web.records import citation as citation_forms
from app.web.records.difference import in_words, value_text
from app.web.records.page import cite_as, render_record
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.answers import send_file
from app.web.shell.paging import page_number
from app.web.shell.routing import page_address, record_address
from app.web.shell.wording import _

blueprint = Blueprint("permanent", __name__, url_prefix="/r/<record_id:record_id>")


@blueprint.get("")
def record(record_id: str) -> BaseResponse:
    """Redirect to the page of a record."""
    entry = services().catalogue.head(record_id)
    return cite_as(redirect(record_address(entry.kind, entry.slug), 303), entry)


@blueprint.get("/v/<int(min=1, max=999999):ver>")
def version(record_id: str, ver: int) -> Response:
    """Show exactly this version."""
    catalogue = services().catalogue
    entry = catalogue.get(record_id, ver)
    return cite_as(Response(render_record(entry, catalogue.head(record_id))), entry, ver)


@blueprint.get("/v/<int(min=1, max=999999):ver>/dateien/<file_name:name>")
def file(record_id: str, ver: int, name: str) -> Response:
    """Send a file as it was in this version."""
    return send_file(services().catalogue.get(record_id, ver), name)


@blueprint.get(f"/v/<int(min=1, max=999999):ver>/zitat.<any({citation_forms.ENDINGS}):ending>")
def citation(record_id: str, ver: int, ending: str) -> Response:
    """Send the citation of this version, for a reference manager."""
    return citation_forms.send(services().catalogue.get(record_id, ver), ending)


@blueprint.get("/verlauf")
def history(record_id: str) -> str:
    """List all versions of a record, newest first, with a choice of two to compare."""
    catalogue = services().catalogue
    head = catalogue.head(record_id)
    versions, record = _published(record_id), catalogue.record(head)
    return render_template(
        "records/history.html",
        record=record,
        href=record_address(head.kind, head.slug),
        head=head,
        versions=versions[::-1],
        confirming={entry.ver for entry in versions if catalogue.last_edit(entry) != entry},
        answers=_answers(versions),
        options=_options(versions),
    )


def _answers(versions: list[CatalogueEntry]) -> dict[int, list[tuple[Mapping[str, str], str]]]:
    """Return the answers to corrections by the version that came with them, each with the site that corrected."""
    held = [answers_in(services().catalogue.record(entry)) for entry in versions]
    return {
        entry.ver: [
            (row, name.partition("://")[2].rpartition("/r/")[0]) for name, row in now.items() if name not in before
        ]
        for entry, now, before in zip(versions, held, [{}, *held], strict=False)
    }


@blueprint.get("/vergleich")
def difference(record_id: str) -> str:
    """Show what changed between two versions."""
    return difference_page(services().catalogue.head(record_id), _published(record_id))


def difference_page(head: CatalogueEntry, versions: list[CatalogueEntry]) -> str:
    """Return the page with the changes between the two versions given in the URL."""
    old, new = _chosen(versions)
    catalogue = services().catalogue
    before, after = catalogue.record(old), catalogue.record(new)
    found = compare(before, after, services().schemas.kind(after.kind), value_text(head.origin))
    return render_template(
        "records/difference.html",
        record=after,
        href=page_address(head),
        head=head,
        old=old,
        new=new,
        options=_options(versions),
        difference=found,
        summary=in_words(found),
    )


def _published(record_id: str) -> list[CatalogueEntry]:
    return [entry for entry in services().catalogue.versions(record_id) if entry.state is State.PUBLISHED]


def _options(versions: list[CatalogueEntry]) -> list[tuple[int, str]]:
    return [
        (entry.ver, _("Version %(number)s of %(date)s", number=entry.ver, date=formats.moment(entry.at)))
        for entry in reversed(versions)
    ]


def _chosen(versions: list[CatalogueEntry]) -> tuple[CatalogueEntry, CatalogueEntry]:
    """Return the two versions given in the URL, the older first; without a choice the last two.

    Other nodes know a version by its digest only: `seit` compares it with the newest.
    """
    if read := next((one for one in versions if one.digest == request.args.get("seit")), None):
        return read, versions[-1]
    by_number = {entry.ver: entry for entry in versions}
    last = [str(entry.ver) for entry in versions[-2:]] or [""]
    asked = [page_number(request.args.get("von", last[0])), page_number(request.args.get("bis", last[-1]))]
    if any(number not in by_number for number in asked):
        abort(404)
    return by_number[min(asked)], by_number[max(asked)]
