"""One blueprint for all pages below `/beitragen`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from app.documents.limits import FILE_LIMIT
from app.review.errors import DraftTooLarge
from app.web.contributing.step_input import SEEN
from app.web.shell import page_cache
from app.web.shell.csrf import sent_fields
from app.web.shell.wording import error_words

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
    page = render_template("contributing/too_large.html", reason=error_words(error), typed=typed_texts())
    return make_response(page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def typed_texts() -> tuple[tuple[str, str], ...]:
    """Return the long texts of the form that was sent, to be copied."""
    return tuple((entry.name, entry.value) for entry in sent_fields() if entry.long and entry.name != SEEN)
