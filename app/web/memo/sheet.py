"""The page of a selection and its memo, with what is still open and what has changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import render_template, request, url_for

from app.kickoff.comparison import MAX_COLUMNS
from app.kickoff.memo.check import Missing, OpenPoint, conflicts, open_points
from app.kickoff.memo.memo import Decision, Duty, DutyState, Find, GoalState, ReuseMemo
from app.kickoff.memo.pinning import Change, RecordChange, held_copy, origin_of
from app.kickoff.memo.service import KeptMemo
from app.kickoff.memo.wording import Words
from app.web.compare.table import ComparisonTable
from app.web.kickoff.chosen import onward
from app.web.kickoff.selection import (
    OF_A_LIST,
    Selection,
    kickoff_address,
    kickoff_parameters,
    record_named,
    search_address,
    selection_id,
)
from app.web.kickoff.situation import read_kickoff, situation_in_words
from app.web.memo.draft import situation_of
from app.web.memo.form import DUTY, FIND, GOAL, INQUIRY, TEXTS, MemoNotice, ShownProblem, carried
from app.web.responses.wording import planned_where
from app.web.reuse.panel import AskedPlace
from app.web.shell.access import services
from app.web.shell.formats import moment
from app.web.shell.language import current_language
from app.web.shell.links import node_name
from app.web.shell.routing import difference_address, version_address
from app.web.shell.shown import Link, Note
from app.web.shell.wording import _, ngettext


def _open_points(memo: ReuseMemo) -> Iterator[Link]:
    """Yield what is still open, in the order of the document."""
    without_reason = iter(
        (f"{FIND.format(number)}_text", find.record)
        for number, find in enumerate(memo.finds)
        if find.decision is not Decision.NOTED and not find.reason
    )
    for point in open_points(memo):
        label = _POINTS[point.code](point.params)
        if point.code is Missing.REASON:
            field, record = next(without_reason)
            yield Link(label=Note(label, (record.title,), record.lang), href=f"#{field}")
        else:
            yield Link(label=label, href=f"#{_point_field(memo, point)}")


def _point_field(memo: ReuseMemo, point: OpenPoint) -> str:
    if point.code is Missing.SEARCH:
        return "suche"
    if point.code is Missing.UNDECIDED:
        first = next(number for number, find in enumerate(memo.finds) if find.decision is Decision.NOTED)
        return f"{FIND.format(first)}-{Decision.NOTED}"
    if point.code is Missing.INQUIRIES:
        return INQUIRY.format(next(one.asked for one in memo.inquired if not one.answered))
    if point.code is Missing.DUTIES:
        return "pflichten"
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
    Missing.DUTIES: lambda params: ngettext("Answer %(num)s duty", "Answer %(num)s duties", int(params["count"])),
}


def _contradictions(memo: ReuseMemo, words: Words) -> Iterator[Link]:
    """Yield contradictions, each with a link to a field to change."""
    for one in conflicts(memo):
        said = words(f"conflict.{one.code}", title=one.title)
        if one.find is None:
            duty = one.duty or Duty.CHECKED
            yield Link(label=said, href=f"#{DUTY.format(duty)}-{memo.answer(duty).state}")
        else:
            find = memo.finds[one.find]
            label = Note(said, (find.record.title,), find.record.lang)
            yield Link(label=label, href=f"#{FIND.format(one.find)}-{find.decision}")


def record_change(change: RecordChange) -> str:
    """Return what has become of a record since the memo was written."""
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
    """Return a link to the newer version or the reason for withdrawal, if any."""
    record = change.record
    origin = origin_of(record.home, services().settings.issuer)
    if change.change is Change.WITHDRAWN:
        return Link(label=_("To the withdrawn record"), href=version_address(record.id, record.ver, origin))
    if change.change is Change.NEWER:
        if origin:
            return Link(label=_("To the current version"), href=version_address(record.id, change.ver or 0, origin))
        return Link(label=_("See what changed"), href=difference_address(record.id, record.ver, change.ver or 0))
    return None


def sheet(
    memo: ReuseMemo, token: str, kept: KeptMemo | None, problems: Sequence[ShownProblem], notices: Sequence[MemoNotice]
) -> str:
    """Return the page for editing a memo; raises MemoInvalid if it is too large for the form.

    `token` is that of the link under which it is saved (`kept`), "" for an unsaved memo.
    """
    node, words = services(), Words(current_language())
    # The page lists the hits itself, with a button for each.
    searches = tuple(replace(done, hits=()) for done in memo.searches)
    numbers = {find.record.key: number for number, find in enumerate(memo.finds)}
    changes = [(change, numbers[change.record.key]) for change in node.memos.changes_since(memo)]
    judged = {find.record.address for find in memo.finds}
    hits = (hit for done in memo.searches for hit in done.hits)
    others = [pair for pair in kickoff_parameters(selection=Selection()) if pair[0] not in OF_A_LIST]
    situation = situation_of(memo.situation) if kept else read_kickoff(request.args).situation
    selected = _selection(memo)
    named = [record_named(_name(find)) for find in memo.finds]
    placed = [(number, one) for number, one in enumerate(named) if one is not None][:MAX_COLUMNS]
    columns = [one for _number, one in placed]
    table = ComparisonTable(columns)
    shared = node.settings.issuer + _in_language(kickoff_address("/auswahl", [*others, *selected.parameters()]))
    action = url_for("memo.edit_kept", token=token) if kept else kickoff_address(url_for("chosen.edit"))
    subject = _("Selection from %(site)s", site=node.settings.name)

    def without(find: Find) -> str:
        """Return the address for the button that removes a find, without that find."""
        left = kickoff_address(url_for("chosen.edit"), [*others, *selected.without(_name(find)).parameters()])
        return f"{action if kept else left}#vergleich"

    order = (Decision.TAKEN, Decision.ADAPTED, Decision.REJECTED, Decision.NOTED)
    return render_template(
        "memo/page.html",
        memo=memo,
        token=token,
        kept=kept,
        address=node.settings.issuer + _in_language(f"/vermerk/{token}") if kept else "",
        problems=problems,
        wrong={field: text for text, field in problems if field},
        notices=notices,
        words=words,
        here=here,
        as_read=lambda record: here(held_copy(record, node.settings.issuer) or record.address),
        days=node.settings.memo_days,
        fresh=request.method == "GET",
        carried=carried(memo, node.memos),
        parts=node.memos.exports.parts(replace(memo, searches=searches), current_language()),
        points=list(_open_points(memo)),
        conflicts=list(_contradictions(memo, words)),
        changes=changes,
        changed=_changed([change for change, _number in changes], len(memo.finds)) if changes else "",
        seen=list({hit.address: hit for hit in hits if hit.address not in judged}.values()),
        site_of=lambda home: node_name(origin_of(home, node.settings.issuer)),
        lists_first_page=any(done.found > len(done.hits) for done in memo.searches),
        action=action,
        shared=shared,
        mail="mailto:?" + urlencode({"subject": subject, "body": shared}).replace("+", "%20"),
        asked=None if kept else AskedPlace(f"{request.root_path}{request.path}"),
        line=situation_in_words(situation),
        columns=columns,
        rows=table.first(situation, memo.question) if columns else (),
        topics=table.topics(),
        placed=[number for number, _record in placed],
        csv=kickoff_address(url_for("compare.spreadsheet"), [*others, *selected.parameters()]),
        # The name under which the browser keeps what was typed.
        draft=f"{token} {kept.saved_at.isoformat()}" if kept else urlencode(others),
        find_names=[" ".join(find.record.key) for find in memo.finds],
        search=search_address(kickoff_parameters(selection=selected)),
        tells_by_mail=bool(memo.finds) and node.review.confirmations.is_offered,
        decisions=[(decision.value, words(f"decision.{decision}")) for decision in order],
        duty_states=[(state.value, words(f"duty.{state}")) for state in DutyState],
        goal_states=[(state.value, words(f"goal.{state}")) for state in GoalState],
        duties=[(DUTY.format(one.duty), words(f"duty.{one.duty}"), one.state.value, one.text) for one in memo.answers],
        inquiries=[
            (INQUIRY.format(one.asked), words(f"asked.{one.asked}"), one.on, one.result) for one in memo.inquired
        ],
        finds=[(FIND.format(number), find, without(find)) for number, find in enumerate(memo.finds)],
        planned=[
            planned_where(node.review.responses.plans(f"{one.record.home}/r/{one.record.id}")) for one in memo.finds
        ],
        goals=[(GOAL.format(number), goal) for number, goal in enumerate(memo.goals)],
    )


def _in_language(path: str) -> str:
    return path if current_language() == "de" else f"/{current_language()}{path}"


def _changed(changes: Sequence[RecordChange], finds: int) -> str:
    """Return how many finds have changed since they were read, in the words of the e-mail about it."""
    moved = sum(change.change is not Change.UNKNOWN for change in changes)
    if not moved:
        return ngettext(
            "One record is not any more what you read", "%(num)s records are not any more what you read", len(changes)
        )
    if finds == 1:
        return _("The one find of your memo has changed")
    return ngettext(
        "One of %(finds)s finds of your memo has changed",
        "%(num)s of %(finds)s finds of your memo have changed",
        moved,
        finds=finds,
    )


def _selection(memo: ReuseMemo) -> Selection:
    """Return the finds as the selection that links to other pages keep."""
    return Selection(
        taken=tuple(_name(find) for find in memo.finds if find.decision is not Decision.REJECTED),
        rejected=tuple(_name(find) for find in memo.finds if find.decision is Decision.REJECTED),
    )


def _name(find: Find) -> str:
    return selection_id(find.record.id, origin_of(find.record.home, services().settings.issuer))


def here(address: str) -> str:
    """Return an address of this site without its host, in the language of the page; others unchanged."""
    issuer = services().settings.issuer
    return onward(request.root_path + address.removeprefix(issuer)) if address.startswith(f"{issuer}/r/") else address
