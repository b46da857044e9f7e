"""Why a file is refused or cannot be made. No error contains any text of the file."""

from enum import StrEnum
from typing import ClassVar

from app.shared.errors import Invalid, Unavailable
from app.shared.wording import N_, Translator

_UNUSUAL = N_("This file holds more than a report usually does and was not opened. Please save it anew as ODT or PDF.")


class DocumentRefused(Invalid):
    """The file is refused. `message` is for an imported report; attachments word the `code` themselves."""

    code: ClassVar[str] = "attachment_type"

    message = N_("Only reports in ODT, DOCX and PDF can be read. This file is something else.")

    @property
    def params(self) -> dict[str, str]:
        """Return the parameters of the wording."""
        return {}

    def said(self, say: Translator) -> str:
        return say.gettext(self.message, **self.params)


class DocumentTypeUnknown(DocumentRefused):
    """The content has none of the accepted types, whatever the file's name."""


class DrawingRefused(DocumentRefused):
    """The file is an SVG drawing or a web page, which can carry scripts."""

    code = "attachment_svg"


class OldOfficeFile(DocumentRefused):
    """The file is from an office program older than 2007, or a newer encrypted one; the two look alike."""

    code = "attachment_old_office"


class DocumentDamaged(DocumentRefused):
    """The file is truncated, violates its format, or cannot be read for the reason of a subclass."""

    code = "attachment_damaged"

    message = N_("The file is damaged. Please save it anew.")


class DocumentEncrypted(DocumentDamaged):
    """The document is password-protected."""

    message = N_("The file is locked with a password. Please save it without one.")


class DocumentTooSlow(DocumentDamaged):
    """Reading took longer than `limits.SECONDS`."""

    message = _UNUSUAL


class DocumentWithoutText(DocumentRefused):
    """The document has no text, such as a scan without text recognition."""

    message = N_("No text was found in the file. It probably consists of scanned pages; please use the original.")


class Holding(StrEnum):
    """Contents that a document must not have."""

    MACROS = "macros"
    OBJECT = "object"
    """An embedded file of another program."""
    LINK = "link"
    """Something fetched from another file or address when the document is opened."""
    DRAWING = "drawing"
    """A vector graphic (EMF, WMF, SVG), which cannot be re-encoded."""
    MEDIA = "media"
    HARMFUL = "harmful"
    """Contents that no office program writes: paths outside the package, duplicate part names, entity declarations."""


class DocumentHolds(DocumentRefused):
    """The document contains `what`."""

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
    """`what` is `size`, but only `limit` is allowed; see `app.documents.limits`.

    `what` is "bytes", "pixels", "pictures", "unpacked", "parts" or "elements", for an imported report also "pages",
    "pieces", "text" or "table".
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
        """Return the limit, in MB for bytes and in millions for pixels and elements."""
        unit = 1024 * 1024 if self.what in _BYTES else 1_000_000 if self.what in _MILLIONS else 1
        return {"limit": str(self.limit // unit)}

    def said(self, say: Translator) -> str:
        # Only a hostile file exceeds the other limits, so those are not explained.
        return say.gettext(_SIZES.get(self.what, _UNUSUAL), **self.params)


class ExportUnavailable(Unavailable):
    """Operating system libraries for `format` are missing; `packages` are their names in Debian."""

    format: str
    packages: tuple[str, ...]

    headline = N_("This file cannot be made")

    def said(self, say: Translator) -> str:
        return say.gettext(
            "This server lacks libraries for it. Please choose another format. For the operator: "
            "apt-get install %(packages)s",
            packages=" ".join(self.packages),
        )
