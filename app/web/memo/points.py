"""What a memo still lacks and what in it contradicts itself, each as a link to the field that mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from app.kickoff.memo.check import FoundContradiction, Missing, OpenPoint, conflicts, open_points
from app.kickoff.memo.memo import Asked, Decision, Duty, PinnedRecord, ReuseMemo
from app.kickoff.memo.wording import Words
from app.web.memo.form import TEXTS, duty_field, find_field, inquiry_field
from app.web.shell.language import current_language
from app.web.shell.shown import Link, Note
from app.web.shell.wording import _, ngettext


def shown_points(memo: ReuseMemo) -> tuple[Link, ...]:
    """Return the open points in the order of the document."""
    return tuple(_each_point(memo))


def _each_point(memo: ReuseMemo) -> Iterator[Link]:
    without_reason = iter(
        (f"{find_field(number)}_text", find.record)
        for number, find in enumerate(memo.finds)
        if find.decision is not Decision.NOTED and not find.reason
    )
    for point in open_points(memo):
        label = _POINTS[point.code](point.params)
        if point.code is Missing.REASON:
            field, record = next(without_reason)
            yield Link(label=_naming(label, record), href=f"#{field}")
        else:
            yield Link(label=label, href=f"#{_point_field(memo, point)}")


def _naming(words: str, record: PinnedRecord) -> Note:
    """Return words in which the title of a record stands."""
    return Note(words, (record.title,), record.lang)


def _point_field(memo: ReuseMemo, point: OpenPoint) -> str:
    if point.code is Missing.SEARCH:
        return "suche"
    if point.code is Missing.UNDECIDED:
        first = next(number for number, find in enumerate(memo.finds) if find.decision is Decision.NOTED)
        return f"{find_field(first)}-{Decision.NOTED}"
    if point.code is Missing.INQUIRIES:
        return inquiry_field(next(asked for asked in Asked if not memo.inquiry(asked).answered))
    if point.code is Missing.DUTY:
        return duty_field(Duty(point.params["duty"]))
    return TEXTS[point.code.value]


def _duty(params: Mapping[str, str]) -> str:
    return _("Answer: %(duty)s", duty=Words(current_language())(f"duty.{params['duty']}"))


_POINTS: Mapping[Missing, Callable[[Mapping[str, str]], str]] = {
    Missing.CONCLUSION: lambda _params: _("Say what you recommend"),
    Missing.OCCASION: lambda _params: _("Say what gave rise to the memo"),
    Missing.QUESTION: lambda _params: _("Say what you want to know"),
    Missing.SEARCH: lambda _params: _("Search, so that the memo can show it"),
    Missing.INQUIRIES: lambda params: ngettext(
        "Say what came of asking one further place",
        "Say what came of asking %(num)s further places",
        int(params["count"]),
    ),
    Missing.UNDECIDED: lambda params: ngettext(
        "Decide about %(num)s find", "Decide about %(num)s finds", int(params["count"])
    ),
    Missing.REASON: lambda params: _("Give the reason: %(title)s", title=params["title"]),
    Missing.DUTY: _duty,
}


def shown_conflicts(memo: ReuseMemo, words: Words) -> tuple[Link, ...]:
    """Return what contradicts itself, with the field that can be changed."""
    return tuple(
        Link(label=_conflict(memo, one, words), href=f"#{_conflict_field(memo, one)}") for one in conflicts(memo)
    )


def _conflict(memo: ReuseMemo, conflict: FoundContradiction, words: Words) -> str:
    said = words(f"conflict.{conflict.code}", title=conflict.title)
    return said if conflict.find is None else _naming(said, memo.finds[conflict.find].record)


def _conflict_field(memo: ReuseMemo, conflict: FoundContradiction) -> str:
    if conflict.find is None:
        duty = conflict.duty or Duty.CHECKED
        return f"{duty_field(duty)}-{memo.answer(duty).state}"
    return f"{find_field(conflict.find)}-{memo.finds[conflict.find].decision}"
