"""What somebody says and decides about a proposal, as it arrives with one press of a button."""

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
    """What somebody says and decides about a proposal in one go.

    `step` is REQUEST_CHANGES, APPROVE, PUBLISH (which approves as well where one person may do both), DECLINE, or None
    for remarks alone. `remarks` are sentences by field ("lessons", "body.problem"), "" for the whole: when changes are
    requested each of them is a request, and the one on the whole is the reason for declining. `round` is the number of
    the text that was read, None for the newest; `confirmed` are the kinds of open points that the person knows of and
    publishes anyway. `marks` say by their ids which earlier remarks are done now (True) or open again.
    """

    step: Step | None = None
    round: int | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)
    confirmed: AbstractSet[Unsettled] = frozenset()
    marks: Mapping[str, bool] = field(default_factory=dict)

    def checked(self) -> Decision:
        """Drop remarks that say nothing. Raises TextMissing where one is needed, and TextTooLong with the field."""
        said = {key[:_MAX_FIELD_NAME]: text.strip() for key, text in self.remarks.items() if text.strip()}
        for key, text in said.items():
            if len(text) > _MAX_CHARACTERS:
                raise TextTooLong(key, actual=len(text), limit=_MAX_CHARACTERS)
        is_bare = self.step is Step.REQUEST_CHANGES or (self.step is None and not self.marks)
        if (is_bare and not said) or (self.step is Step.DECLINE and "" not in said):
            raise TextMissing
        return replace(self, remarks=said)

    def kind_of(self, key: str) -> RemarkKind:
        """Return what the remark on a field is."""
        if self.step is Step.DECLINE and not key:
            return RemarkKind.DECLINE
        return RemarkKind.CHANGE_REQUEST if self.step is Step.REQUEST_CHANGES else RemarkKind.COMMENT
