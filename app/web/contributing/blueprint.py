"""One blueprint for all pages below `/beitragen`."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from app.documents.limits import FILE_LIMIT
from app.records.checks.wording import describe_field
from app.records.schema import KindSchema
from app.review.errors import DraftNotFound, DraftTooLarge
from app.web.contributing.form.steps import BODY, TYPED, widget
from app.web.contributing.step_input import SEEN
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.csrf import sent_fields
from app.web.shell.language import current_language
from app.web.shell.wording import _, error_words

blueprint = Blueprint("contribute", __name__, url_prefix="/beitragen")
blueprint.before_request(page_cache.keep_private)

WITH_FILES = frozenset({"contribute.save_step", "contribute.read_document_file"})
"""Where files are sent; everywhere else the site's usual limit holds."""
FORM_BYTES = 512 * 1024
MAX_FORM_PARTS = 6_000
MAX_TEXT_BYTES = 4 * 1024 * 1024
"""Bytes of a form's texts: far more than a draft takes, so that a text that is too long can be given back."""


# Runs before the site looks at the form, which is when the limit counts.
@blueprint.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    request.max_form_parts = MAX_FORM_PARTS
    if endpoint in WITH_FILES:
        request.max_content_length = FILE_LIMIT + FORM_BYTES
        request.max_form_memory_size = MAX_TEXT_BYTES


@blueprint.errorhandler(DraftTooLarge)
def _too_large(error: DraftTooLarge) -> Response:
    page = render_template("contributing/too_large.html", reason=error_words(error), typed=_typed())
    return make_response(page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@blueprint.errorhandler(DraftNotFound)
def _gone(_error: DraftNotFound) -> Response:
    """Give back what the reader sent, and say nothing about the draft, which may be another person's."""
    return make_response(render_template("contributing/gone.html", typed=_typed()), HTTPStatus.NOT_FOUND)


def _typed() -> list[tuple[str, str]]:
    """Return what was typed into the form that was sent, by the labels of its fields, to be copied."""
    sent = [entry for entry in sent_fields() if entry.value.strip() and entry.name != SEEN]
    # A draft that is gone no longer says of which kind it is, but its fields do.
    kind = max(services().schemas.kinds, key=lambda kind: sum(_is_typed(kind, entry.name) for entry in sent))
    known = [(entry, _is_typed(kind, entry.name)) for entry in sent]
    return [
        (
            describe_field(entry.name, kind, current_language()).partition(" (")[0] if is_typed else _("Text"),
            entry.value,
        )
        for entry, is_typed in known
        if is_typed or entry.long
    ]


def _is_typed(kind: KindSchema, name: str) -> bool:
    if name.startswith(BODY):
        return kind.section(name.removeprefix(BODY)) is not None
    spec = kind.field(name)
    return spec is not None and widget(spec) in TYPED
