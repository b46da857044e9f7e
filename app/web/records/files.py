"""The files of a record: their addresses, which of them are stored here, and the list of downloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import url_for

from app.catalogue import CatalogueEntry
from app.documents.kinds import FileGenre, kind_of_name
from app.records.record import Record, StoredFile
from app.web.records.fields import FieldWriter
from app.web.records.writer import LICENCES
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.routing import permanent_address
from app.web.shell.shown import Line
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlaces:
    """Addresses of files: below `url`, or for those in `absent` below `home`, the record's own node.

    Pictures in `unshown` are offered as downloads only: they are absent, or their data is no picture.
    """

    url: str
    home: str = ""
    absent: frozenset[str] = frozenset()
    unshown: frozenset[str] = frozenset()

    def address(self, name: str) -> str:
        """Return the URL of a file."""
        return f"{self.home if name in self.absent else self.url}{name}"


def file_places(record: Record, entry: CatalogueEntry, *, is_newest: bool) -> FilePlaces:
    """Return the addresses of the files of a version."""
    if entry.origin:
        return _held(record, entry)
    if is_newest:
        kind = services().schemas.kind(entry.kind)
        return FilePlaces(url=url_for("records.file", kind=kind, slug=entry.slug, name="x").removesuffix("x"))
    return FilePlaces(url=url_for("permanent.file", record_id=entry.id, ver=entry.ver, name="x").removesuffix("x"))


def _held(record: Record, entry: CatalogueEntry) -> FilePlaces:
    names = frozenset((*(file.name for file in record.files), *(medium.file for medium in record.media)))
    found = services().harvest.files.of(entry.origin, entry.id, entry.ver) if record.files else ()
    here = url_for("foreign.file", origin=entry.origin, record_id=entry.id, ver=entry.ver, name="x")
    return FilePlaces(
        url=here.removesuffix("x"),
        home=f"{permanent_address(entry.id, entry.ver, entry.origin)}/dateien/",
        absent=names - {file.name for file in found},
        unshown=names - {file.name for file in found if file.is_picture},
    )


def pictures(record: Record, files: FilePlaces) -> list[dict[str, str]]:
    """Return the pictures of a record that its texts do not contain."""
    return [
        {
            "url": files.address(one.file),
            "alt": one.alt,
            "caption": one.caption or "",
            "notes": " · ".join(filter(None, (one.author, LICENCES.get(one.license, (one.license, ""))[0]))),
            "lang": record.lang,
        }
        for one in record.media
        if _is_shown(one.file, files) and not _is_placed(record, one.file)
    ]


def _is_shown(name: str, files: FilePlaces) -> bool:
    kind = kind_of_name(name)
    return kind is not None and kind.is_picture and name not in files.unshown


def _is_placed(record: Record, name: str) -> bool:
    return any(name in section.markdown for section in record.sections)


def downloads(writer: FieldWriter, files: FilePlaces) -> tuple[Line, ...]:
    """Return the files that the page does not show, each with title, size and licence."""
    record = writer.record
    shown = {one.file for one in record.media if _is_placed(record, one.file) or _is_shown(one.file, files)}
    if not record.origin:
        # These have their own pages; in a foreign record they are ordinary files.
        shown |= {item.file for item in record.translations if item.file}
    return tuple(_line(writer, file, files) for file in record.files if file.name not in shown)


def kind_words(name: str) -> str:
    """Return the type of a file in words: "Text document (ODT)"."""
    kind, ending = kind_of_name(name), name.rpartition(".")[2].upper()
    if kind is None:
        return ending
    sorts = {
        FileGenre.PICTURE: _("Picture"),
        FileGenre.DOCUMENT: _("Document"),
        FileGenre.SHEET: _("Table"),
        FileGenre.SLIDES: _("Slides"),
        FileGenre.TEXT: _("Text"),
    }
    return f"{sorts[kind.genre]} ({ending})"


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
