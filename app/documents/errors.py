"""Why a file is refused or cannot be made. No error carries a word of the file."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from app.shared.errors import Invalid, Unavailable
from app.shared.wording import N_, Translator


class AttachmentRefused(Invalid):
    """The file cannot be attached; each subclass says why, by `code` and `params` for `app.records.checks.wording`."""

    code: ClassVar[str] = "attachment_type"

    @property
    def params(self) -> dict[str, str]:
        """Return what the wording names."""
        return {}


class AttachmentTypeUnknown(AttachmentRefused):
    """The content is none of the allowed types, whatever the file is called."""


class DrawingRefused(AttachmentRefused):
    """The file is an SVG drawing or a web page, which can carry scripts."""

    code = "attachment_svg"


class OldOfficeFile(AttachmentRefused):
    """The file comes from an office program of before 2007, or is an encrypted newer one; both look alike."""

    code = "attachment_old_office"


class AttachmentDamaged(AttachmentRefused):
    """The file is broken off, or protected so that it cannot be read."""

    code = "attachment_damaged"


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


class AttachmentHolds(AttachmentRefused):
    """The document holds `what`."""

    what: Holding

    @property
    def code(self) -> str:  # type: ignore[override]  # each thing it may hold has a wording of its own
        """Return the code for `what`."""
        return f"attachment_{self.what.value}"


class AttachmentTooLarge(AttachmentRefused):
    """`what` ("bytes", "pixels", "pictures", "unpacked", "parts", "elements") is `size`; `limit` is allowed."""

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
        mega = 1_000_000 if self.what in ("pixels", "pictures", "elements") else 1024 * 1024
        return {"limit": str(self.limit if self.what == "parts" else self.limit // mega)}


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
