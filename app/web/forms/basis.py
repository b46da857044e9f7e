# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What claims rest on that name no source: the author's own word, or one source that the author chose for them."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.json_value import JsonValue
from app.review.model.submission import WrittenText
from app.web.forms.building import source_options
from app.web.forms.own_word import OWN_WORD

BASIS = "basis"
"""Key in the draft beside the record."""
FIELD = "grundlage"
"""Name of the list to choose from."""


def chosen_basis(extra: Mapping[str, JsonValue], text: WrittenText) -> str:
    """Return the key of the chosen source, OWN_WORD where none was chosen or it is gone."""
    wanted = extra.get(BASIS)
    return next((option.value for option in source_options(text) if option.value == wanted), OWN_WORD)


def with_basis(extra: Mapping[str, JsonValue], key: str) -> dict[str, JsonValue]:
    """Return what a draft keeps beside the record, with the chosen source."""
    rest = {name: value for name, value in extra.items() if name != BASIS}
    return rest if key in ("", OWN_WORD) else {**rest, BASIS: key}
