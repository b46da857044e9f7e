"""What can go wrong with a memo. None of these errors carries a word that the asker wrote."""

from __future__ import annotations

from app.records.schema import FieldError
from app.shared.errors import Invalid, NotFound, Unavailable


class MemoInvalid(Invalid):
    """The memo breaks a rule; `problems` names field, code and limits, never the text itself."""

    problems: tuple[FieldError, ...]


class MemoNotFound(NotFound):
    """No memo is kept under this link: it never was, was deleted, or its time is over."""


class MemoStoreFull(Unavailable):
    """As many memos are kept as this node allows; `capacity` is that number."""

    capacity: int
