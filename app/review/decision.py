"""A decision on a proposal with its remarks, as one form submits it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from app.review.errors import TextMissing, TextTooLong
from app.review.models import RemarkKind
from app.review.workflow import Step, Unsettled

_MAX_CHARACTERS = 4000
_MAX_FIELD_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision on a proposal, and the remarks submitted with it.

    `step` is REQUEST_CHANGES, APPROVE, PUBLISH (which approves as well where one person may do both), DECLINE, or None
    for remarks alone. `remarks` maps fields ("lessons", "body.problem", or "" for the whole) to texts: to request
    changes, each is a request; to decline, the one on the whole is the reason. `round` is the number of the revision
    that was read, None for the newest; `confirmed` are the kinds of open points in spite of which the person publishes.
    `marks` maps the ids of earlier remarks to True (done now) or False (open again).
    """

    step: Step | None = None
    round: int | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)
    confirmed: AbstractSet[Unsettled] = frozenset()
    marks: Mapping[str, bool] = field(default_factory=dict)

    def checked(self) -> Decision:
        """Return it without empty remarks; raises TextMissing if one is required, and TextTooLong with the field."""
        said = {key[:_MAX_FIELD_NAME]: text.strip() for key, text in self.remarks.items() if text.strip()}
        for key, text in said.items():
            if len(text) > _MAX_CHARACTERS:
                raise TextTooLong(key, actual=len(text), limit=_MAX_CHARACTERS)
        is_bare = self.step is Step.REQUEST_CHANGES or (self.step is None and not self.marks)
        if (is_bare and not said) or (self.step is Step.DECLINE and "" not in said):
            raise TextMissing
        return replace(self, remarks=said)

    def kind_of(self, key: str) -> RemarkKind:
        """Return the kind of the remark on a field."""
        if self.step is Step.DECLINE and not key:
            return RemarkKind.DECLINE
        return RemarkKind.CHANGE_REQUEST if self.step is Step.REQUEST_CHANGES else RemarkKind.COMMENT
