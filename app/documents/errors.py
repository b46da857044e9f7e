"""Why a file is refused or cannot be made. No error carries a word of the file."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from app.shared.errors import Invalid, Unavailable
from app.shared.wording import N_, Translator

_UNUSUAL = N_("This file holds more than a report usually does and was not opened. Please save it anew as ODT or PDF.")


class DocumentRefused(Invalid):
    """The file is refused; each subclass says why.

    `message` says so of a report that is read; of a file beside a record, `app.records.checks.messages` does by `code`.
    """

    code: ClassVar[str] = "attachment_type"

    message = N_("Only reports in ODT, DOCX and PDF can be read. This file is something else.")

    @property
    def params(self) -> dict[str, str]:
        """Return what the wording names."""
        return {}

    def said(self, say: Translator) -> str:
        return say.gettext(self.message, **self.params)


class DocumentTypeUnknown(DocumentRefused):
    """The content is none of the types that are taken, whatever the file is called."""


class DrawingRefused(DocumentRefused):
    """The file is an SVG drawing or a web page, which can carry scripts."""

    code = "attachment_svg"


class OldOfficeFile(DocumentRefused):
    """The file comes from an office program of before 2007, or is an encrypted newer one; both look alike."""

    code = "attachment_old_office"


class DocumentDamaged(DocumentRefused):
    """The file is broken off, does not follow its format, or cannot be read for the reason of a subclass."""

    code = "attachment_damaged"

    message = N_("The file is damaged. Please save it anew.")


class DocumentEncrypted(DocumentDamaged):
    """The document is protected by a password."""

    message = N_("The file is locked with a password. Please save it without one.")


class DocumentTooSlow(DocumentDamaged):
    """Reading took longer than `limits.SECONDS`."""

    message = _UNUSUAL


class DocumentWithoutText(DocumentRefused):
    """The document holds no text, such as a scan without recognised letters."""

    message = N_("No text was found in the file. It probably consists of scanned pages; please use the original.")


class Holding(StrEnum):
    """What a document may not hold."""

    MACROS = "macros"
    OBJECT = "object"
    """A file of another program inside."""
    LINK = "link"
    """Something that is fetched from another file or address when the document is opened."""
    DRAWING = "drawing"
    """A picture of lines (EMF, WMF, SVG), which cannot be drawn anew."""
    MEDIA = "media"
    HARMFUL = "harmful"
    """What no office program writes: paths that lead elsewhere, two parts of one name, declarations of entities."""


class DocumentHolds(DocumentRefused):
    """The document holds `what`."""

    what: Holding

    message = _UNUSUAL

    @property
    def code(self) -> str:  # type: ignore[override]  # each thing it may hold has a wording of its own
        """Return the code for `what`."""
        return f"attachment_{self.what.value}"


_BYTES, _MILLIONS = ("bytes", "unpacked"), ("pixels", "pictures", "elements")
_SIZES = {
    "bytes": N_("The file is larger than %(limit)s MB. Please save it without pictures."),
    "pages": N_("The report has more than %(limit)s pages. Please save the part you need."),
    "text": N_("The report is too long. Please save the part you need, at most about sixty pages."),
}


class DocumentTooLarge(DocumentRefused):
    """`what` is `size`, and `limit` is allowed; see `app.documents.limits`.

    It is "bytes", "pixels", "pictures", "unpacked", "parts" or "elements" of a file beside a record, and of a report
    also "pages", "pieces", "text" or "table".
    """

    what: str
    size: int
    limit: int

    @property
    def code(self) -> str:  # type: ignore[override]  # each size has a wording of its own
        """Return the code for `what`."""
        return f"attachment_too_large_{self.what}"

    @property
    def params(self) -> dict[str, str]:
        """Return the limit, in MB where it counts bytes and in millions where it counts points or elements."""
        unit = 1024 * 1024 if self.what in _BYTES else 1_000_000 if self.what in _MILLIONS else 1
        return {"limit": str(self.limit // unit)}

    def said(self, say: Translator) -> str:
        # What only a hostile file holds too much of is not explained.
        return say.gettext(_SIZES.get(self.what, _UNUSUAL), **self.params)


class ExportUnavailable(Unavailable):
    """Libraries of the operating system are missing for `format`; `packages` are their names in Debian."""

    format: str
    packages: tuple[str, ...]

    headline = N_("This file cannot be made")

    def said(self, say: Translator) -> str:
        return say.gettext(
            "This server lacks libraries for it. Please choose another format. For the operator: "
            "apt-get install %(packages)s",
            packages=" ".join(self.packages),
        )
