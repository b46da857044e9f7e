"""The categories of things that go wrong, each mapped to one answer at the edges.

    DomainError
    ├── NotFound      nothing is there under this name                (web 404, shell 4)
    ├── Invalid       the input breaks a rule; the sender can fix it  (web 422, shell 1)
    ├── Forbidden     this actor may not do this                      (web 403, shell 1)
    ├── Conflict      somebody else was faster, or the name is taken  (web 409, shell 1)
    └── Unavailable   something this node relies on does not answer   (web 503, shell 3)

Each package derives its own errors from these. An error carries its fields and its sentence; an edge adds
the language and the status or exit code, nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, dataclass_transform

if TYPE_CHECKING:
    from app.shared.wording import Translator


@dataclass_transform(eq_default=False)
class DomainError(Exception):
    """Base of errors that callers handle; annotated attributes become constructor parameters as in a dataclass."""

    headline = ""
    """Title above the message on an error page or in an API error; "" means that neither shows the message."""

    @property
    def message(self) -> str:
        """What happened and what to do; `%(name)s` is a field. Marked with `N_` if readers see it."""
        return f"{re.sub('(?<!^)(?=[A-Z])', ' ', type(self).__name__).capitalize()}: %(args)s"

    def said(self, say: Translator) -> str:
        """Return the message in the language of `say`."""
        named = re.findall(r"%\((\w+)\)", self.message)
        return say.gettext(self.message, **{name: getattr(self, name) for name in named})

    def __str__(self) -> str:
        # Imported here, so that --help does not load the translations.
        from app.shared.wording import translator  # noqa: PLC0415

        return self.said(translator("en"))

    def __init_subclass__(cls) -> None:
        if cls.__annotations__:
            dataclass(eq=False, repr=False)(cls)

    def __post_init__(self) -> None:
        # Include keyword arguments, so that the representation of an error shows all its fields.
        self.args = tuple(vars(self).values())


class NotFound(DomainError):
    """Nothing exists under the given name."""


class Invalid(DomainError):
    """The input breaks a rule; the sender can correct it."""


class Forbidden(DomainError):
    """The actor is not allowed to do this."""


class Conflict(DomainError):
    """The state changed in the meantime, or the name is taken."""


class Unavailable(DomainError):
    """Something that this node relies on does not respond."""
