"""The categories of things that go wrong, each mapped to one answer at the edges.

    DomainError
    ├── NotFound      nothing is there under this name                (web 404, shell 4)
    ├── Invalid       the input breaks a rule the sender can mend     (web 422, shell 1)
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
    """Base of every error that a caller of this program is expected to handle.

    What a subclass annotates are its fields, as those of a dataclass, and it is made with them.
    """

    headline = ""
    """Stands over the message where a page or an answer to a program says nothing but this; "" keeps it from both."""

    @property
    def message(self) -> str:
        """What happened and what can be done about it; `%(name)s` stands for a field or property.

        Subclasses give theirs: in `N_` where readers see it, in plain English where only operators do.
        """
        return f"{re.sub('(?<!^)(?=[A-Z])', ' ', type(self).__name__).capitalize()}: %(args)s"

    def said(self, say: Translator) -> str:
        """Return the message in the language of `say`."""
        named = re.findall(r"%\((\w+)\)", self.message)
        return say.gettext(self.message, **{name: getattr(self, name) for name in named})

    def __str__(self) -> str:
        # Whoever asks a command for help waits for no catalogue of words.
        from app.shared.wording import translator  # noqa: PLC0415

        return self.said(translator("en"))

    def __init_subclass__(cls) -> None:
        if cls.__annotations__:
            dataclass(eq=False, repr=False)(cls)

    def __post_init__(self) -> None:
        # Those given by name as well, so that whatever names an error names all of it.
        self.args = tuple(vars(self).values())


class NotFound(DomainError):
    """Nothing is there under the given name."""


class Invalid(DomainError):
    """The input breaks a rule; the sender can mend it."""


class Forbidden(DomainError):
    """The actor may not do this."""


class Conflict(DomainError):
    """The state changed in between, or the name is taken."""


class Unavailable(DomainError):
    """Something that this node relies on does not answer."""
