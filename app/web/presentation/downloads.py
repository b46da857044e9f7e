# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files of a record that readers can save, with what they are and how large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from app.content.attachments.kinds import Sort, kind_of_name
from app.content.record import Record, StoredFile
from app.web import formats
from app.web.presentation.fields import FieldWriter
from app.web.presentation.file_places import FilePlaces
from app.web.presentation.shown import Line
from app.web.presentation.special import LICENCES
from app.web.wording import _


def downloads(writer: FieldWriter, files: FilePlaces) -> tuple[Line, ...]:
    """Return the files that the text does not show itself, each with its title, size and licence."""
    record = writer.record
    shown = set(_elsewhere(record))
    return tuple(_line(writer, file, files) for file in record.files if file.name not in shown)


def kind_words(name: str) -> str:
    """Return what a file is: "Text document (ODT)"."""
    kind, ending = kind_of_name(name), name.rpartition(".")[2].upper()
    if kind is None:
        return ending
    sorts = {
        Sort.PICTURE: _("Picture"),
        Sort.DOCUMENT: _("Document"),
        Sort.SHEET: _("Table"),
        Sort.SLIDES: _("Slides"),
        Sort.TEXT: _("Text"),
    }
    return f"{sorts[kind.sort]} ({ending})"


def _elsewhere(record: Record) -> Iterator[str]:
    if not record.origin:
        # Pages of their own; of another node's record they are files like others.
        yield from (item.file for item in record.translations)
    yield from (item.file for item in record.media if any(item.file in section.markdown for section in record.sections))


def _line(writer: FieldWriter, file: StoredFile, files: FilePlaces) -> Line:
    entry = _entry(writer.record, file.name)
    licence = str(entry.get("license", writer.record.license))
    notes = (f"{kind_words(file.name)}, {formats.byte_size(file.size)}", LICENCES.get(licence, (licence, ""))[0])
    absent = file.name in files.absent
    title = entry.get("title") or entry.get("caption") or entry.get("alt") or file.name
    return Line(
        text=str(title),
        href=files.address(file.name),
        external=absent,
        lang=writer.record.lang,
        notes=(", ".join(notes), *([_("not here yet; the link leads to the original")] if absent else [])),
    )


def _entry(record: Record, name: str) -> Mapping[str, Any]:
    for key in ("templates", "media", "translations"):
        listed = cast("Sequence[Mapping[str, Any]]", record.data.get(key) or ())
        found = next((entry for entry in listed if entry.get("file") == name), None)
        if found is not None:
            return found
    return {}
