# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The categories of things that go wrong, each mapped to one answer at the edges.

    DomainError
    ├── NotFound      nothing is there under this name                (web 404, shell 4)
    ├── Invalid       the input breaks a rule the sender can mend     (web 422, shell 1)
    ├── Forbidden     this actor may not do this                      (web 403, shell 1)
    ├── Conflict      somebody else was faster, or the name is taken  (web 409, shell 1)
    └── Unavailable   something this node relies on does not answer   (web 503, shell 3)

Each package derives its own errors from these. An error carries fields, never a
sentence for people: the edges word it in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import dataclass_transform


@dataclass_transform(eq_default=False)
class DomainError(Exception):
    """Base of every error that a caller of this program is expected to handle.

    What a subclass annotates are its fields, as those of a dataclass, and it is made with them.
    """

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
