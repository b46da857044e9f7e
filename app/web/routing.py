# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Parts of addresses: kinds of records as the schemas name them, slugs, identifiers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import url_for
from werkzeug.routing import BaseConverter, Map, ValidationError

from app.web.access import services

if TYPE_CHECKING:
    from flask import Flask

    from app.content.schema import KindSchema, SchemaSet


class SlugConverter(BaseConverter):
    """The readable name of a record."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


class RecordIdConverter(BaseConverter):
    """The identifier of a record."""

    regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class FileNameConverter(BaseConverter):
    """The name of a file that belongs to a record."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]*"


class MemoTokenConverter(BaseConverter):
    """What makes the link of a kept memo impossible to guess."""

    regex = "[A-Za-z0-9_-]{43}"


def is_memo_token(text: str) -> bool:
    """Tell whether a text can stand in the address of a kept memo."""
    return re.fullmatch(MemoTokenConverter.regex, text, re.ASCII) is not None


class DigestConverter(BaseConverter):
    """The digest of a version, without the name of its algorithm."""

    regex = "[0-9a-f]{64}"


def register(app: Flask, schemas: SchemaSet) -> None:
    """Let routes of `app` use `<kind:…>`, `<slug:…>`, `<record_id:…>` and `<file_name:…>`."""
    app.url_map.converters.update(
        kind=_kind_converter(schemas),
        slug=SlugConverter,
        record_id=RecordIdConverter,
        file_name=FileNameConverter,
        digest=DigestConverter,
        memo_token=MemoTokenConverter,
    )


def _kind_converter(schemas: SchemaSet) -> type[BaseConverter]:
    routes = {kind.route: kind for kind in schemas.kinds}

    class KindConverter(BaseConverter):
        """The place of a kind in addresses, such as "fallstudien"."""

        regex = "|".join(sorted(routes))

        def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
            super().__init__(url_map, *args, **kwargs)

        def to_python(self, value: str) -> KindSchema:
            if value not in routes:
                raise ValidationError
            return routes[value]

        def to_url(self, value: KindSchema) -> str:
            return value.route

    return KindConverter


def record_address(kind: str, slug: str) -> str:
    """Return the readable address of a record of the kind named `kind`."""
    return url_for("records.record", kind=services().schemas.kind(kind), slug=slug)


def permanent_address(record_id: str, version: int | None = None) -> str:
    """Return the full permanent address of a record or of one of its versions, without a language."""
    issuer = services().settings.issuer
    return f"{issuer}/r/{record_id}" + (f"/v/{version}" if version else "")
