"""The memo's page: everything that its template prints, with what is still open and what changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from flask import request, url_for

from app.kickoff.memo.check import Missing, OpenPoint, conflicts, open_points
from app.kickoff.memo.memo import Asked, Decision, Duty, DutyState, Find, GoalState, PinnedRecord, ReuseMemo, SeenHit
from app.kickoff.memo.pinning import Change, RecordChange, origin_of
from app.kickoff.memo.wording import Words
from app.web.kickoff.selection import (
    OF_A_LIST,
    Selection,
    kickoff_address,
    kickoff_parameters,
    search_address,
    selection_id,
)
from app.web.memo.form import (
    TEXTS,
    MemoNotice,
    ShownProblem,
    carried,
    duty_field,
    find_field,
    goal_field,
    inquiry_field,
)
from app.web.shell.access import services
from app.web.shell.formats import moment
from app.web.shell.language import current_language
from app.web.shell.links import node_name
from app.web.shell.routing import difference_address, version_address
from app.web.shell.shown import Link, Note
from app.web.shell.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUnder:
    """The link under which a memo is kept: its address as it can be passed on, and the times (UTC)."""

    token: str
    address: str
    saved_at: datetime
    expires_at: datetime

    @property
    def state(self) -> str:
        """What tells one saved state from the next."""
        return self.saved_at.isoformat()


def _open_points(memo: ReuseMemo) -> Iterator[Link]:
    """Yield what is still open, in the order of the document."""
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
    Missing.DUTY: lambda params: _("Answer: %(duty)s", duty=Words(current_language())(f"duty.{params['duty']}")),
}


def _contradictions(memo: ReuseMemo, words: Words) -> Iterator[Link]:
    """Yield what contradicts itself, with the field that can be changed."""
    for one in conflicts(memo):
        said = words(f"conflict.{one.code}", title=one.title)
        if one.find is None:
            duty = one.duty or Duty.CHECKED
            yield Link(label=said, href=f"#{duty_field(duty)}-{memo.answer(duty).state}")
        else:
            find = memo.finds[one.find]
            yield Link(label=_naming(said, find.record), href=f"#{find_field(one.find)}-{find.decision}")


def record_change(change: RecordChange) -> str:
    """Return what became of a record since the memo was written."""
    at = moment(change.at) if change.at else ""
    match change.change:
        case Change.NEWER:
            return _(
                "You read version %(read)s. Since %(at)s there is version %(newest)s.",
                read=change.record.ver,
                at=at,
                newest=change.ver,
            )
        case Change.WITHDRAWN:
            return _("The record was withdrawn on %(at)s. The page says why.", at=at)
        case Change.ALTERED:
            return _(
                "Under version %(read)s another text stands today than the one in the memo. "
                "Either the memo or the record was changed afterwards.",
                read=change.record.ver,
            )
        case Change.UNKNOWN:
            return _("This site does not have the record in that version, so it cannot say whether it changed.")


def record_change_link(change: RecordChange) -> Link | None:
    """Return where to see more about it."""
    record = change.record
    origin = origin_of(record.home, services().settings.issuer)
    if change.change is Change.WITHDRAWN:
        return Link(label=_("To the withdrawn record"), href=version_address(record.id, record.ver, origin))
    if change.change is Change.NEWER:
        difference = difference_address(record.id, record.ver, change.ver or 0, origin)
        return Link(label=_("See what changed"), href=difference)
    return None


Options = list[tuple[str, str]]


class MemoPage:
    """A memo ready to be shown and edited; raises MemoInvalid where it is too large to travel."""

    def __init__(
        self,
        memo: ReuseMemo,
        kept: KeptUnder | None,
        problems: tuple[ShownProblem, ...],
        notices: tuple[MemoNotice, ...],
    ) -> None:
        self.memo = memo
        self.kept = kept
        self.problems = problems
        self.notices = notices
        self.words = Words(current_language())
        self.carried = carried(memo, services().memos)
        # The page lists the hits itself, with a button for each.
        searches = tuple(replace(done, hits=()) for done in memo.searches)
        self.parts = services().memos.exports.parts(replace(memo, searches=searches), current_language())
        self.points = tuple(_open_points(memo))
        self.conflicts = tuple(_contradictions(memo, self.words))
        # Each with the number of its find.
        numbers = {find.record.key: number for number, find in enumerate(memo.finds)}
        self.changes = [(change, numbers[change.record.key]) for change in services().memos.changes_since(memo)]
        judged = {find.record.address for find in memo.finds}
        hits = (hit for done in memo.searches for hit in done.hits)
        self.seen = tuple({hit.address: hit for hit in hits if hit.address not in judged}.values())
        self.at_fields = {problem.field: problem.text for problem in problems if problem.field}

    @property
    def action(self) -> str:
        """Where the form leads."""
        kept = self.kept
        return url_for("memo.edit_kept", token=kept.token) if kept else kickoff_address(url_for("memo.edit"))

    @property
    def draft(self) -> str:
        """Under which name the browser keeps what was typed: the question and situation, or the saved state."""
        if self.kept:
            return f"{self.kept.token} {self.kept.state}"
        asked = kickoff_parameters(selection=Selection())
        return urlencode([(name, value) for name, value in asked if name not in OF_A_LIST])

    @property
    def find_names(self) -> list[str]:
        """What names the record of each find in the whole network."""
        return [" ".join(find.record.key) for find in self.memo.finds]

    @property
    def search(self) -> str:
        """The search page with the finds put aside."""
        return search_address(kickoff_parameters(selection=selection_of(self.memo)))

    @property
    def changed(self) -> str:
        """How many finds are not any more what was read, as the message about it says too."""
        moved = sum(change.change is not Change.UNKNOWN for change, _number in self.changes)
        if not moved:
            return ngettext(
                "One record is not any more what you read",
                "%(num)s records are not any more what you read",
                len(self.changes),
            )
        if len(self.memo.finds) == 1:
            return _("The one find of your memo has changed")
        return ngettext(
            "One of %(finds)s finds of your memo has changed",
            "%(num)s of %(finds)s finds of your memo have changed",
            moved,
            finds=len(self.memo.finds),
        )

    @property
    def tells_by_mail(self) -> bool:
        """Tell whether whoever keeps the memo can be written to when finds change."""
        return bool(self.memo.finds) and services().review.confirmations.is_offered

    def site_of(self, hit: SeenHit) -> str:
        """Return the site whose words the title of a hit are; "" for this one."""
        return node_name(origin_of(hit.home, services().settings.issuer))

    @property
    def lists_first_page(self) -> bool:
        """Tell whether a search found more than is listed."""
        return any(done.found > len(done.hits) for done in self.memo.searches)

    def decisions(self) -> Options:
        """What can be decided about a find."""
        order = (Decision.TAKEN, Decision.REJECTED, Decision.NOTED)
        return [(decision.value, self.words(f"decision.{decision}")) for decision in order]

    def duty_states(self) -> Options:
        """How a duty can be answered."""
        return [(state.value, self.words(f"duty.{state}")) for state in DutyState]

    def goal_states(self) -> Options:
        """How a question about goals can be answered."""
        return [(state.value, self.words(f"goal.{state}")) for state in GoalState]

    def duties(self) -> list[tuple[str, str, str, str]]:
        """Field, statement, answer and explanation of each duty."""
        answers = [self.memo.answer(duty) for duty in Duty]
        return [(duty_field(one.duty), self.words(f"duty.{one.duty}"), one.state.value, one.text) for one in answers]

    def inquiries(self) -> list[tuple[str, str, str, str]]:
        """Field, name, day and result of each further place to ask."""
        found = [self.memo.inquiry(asked) for asked in Asked]
        return [(inquiry_field(one.asked), self.words(f"asked.{one.asked}"), one.on, one.result) for one in found]

    def finds(self) -> list[tuple[str, Find]]:
        """Field and find."""
        return [(find_field(number), find) for number, find in enumerate(self.memo.finds)]

    def goals(self) -> list[tuple[str, str, str, str]]:
        """Field, question, answer and note of the check of goals."""
        numbered = enumerate(self.memo.goals)
        return [(goal_field(number), one.question, one.answer.value, one.note) for number, one in numbered]


def selection_of(memo: ReuseMemo) -> Selection:
    """Return the finds as the search page knows them."""
    issuer = services().settings.issuer
    names = [(find, selection_id(find.record.id, origin_of(find.record.home, issuer))) for find in memo.finds]
    return Selection(
        taken=tuple(name for find, name in names if find.decision is not Decision.REJECTED),
        rejected=tuple(name for find, name in names if find.decision is Decision.REJECTED),
    )


def here(address: str) -> str:
    """Return an address of this site without its host, in the language of the page; others as they are."""
    issuer = services().settings.issuer
    return request.root_path + address.removeprefix(issuer) if address.startswith(f"{issuer}/r/") else address
