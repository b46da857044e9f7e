"""„Eingestellt – und warum“: ended projects, their reasons and lessons."""

from collections.abc import Iterator, Mapping, Sequence

from flask import Blueprint, render_template, url_for

from app.records.record import Lesson
from app.search.document import ENDING, Ending
from app.shared.wording import N_
from app.web.following.offering import follow_list
from app.web.records.figures import Bar
from app.web.search.facets import facet_value
from app.web.shell.shown import Link
from app.web.shell.wording import _, ngettext
from app.web.survey.cases import (
    MAX_CASES,
    OUTCOME,
    PHASE,
    REASON,
    TOPIC,
    asked_topic,
    by_topic,
    cases,
    choice_values,
    entries,
    found_by,
    numbers,
    searched,
)

blueprint = Blueprint("ended", __name__)
ENDED = "ended"
"""The phase of a project that is over."""

GROUPS: Mapping[Ending, tuple[str, str]] = {
    Ending.STOPPED: (N_("Stopped"), N_("The project is not carried on.")),
    Ending.PARTLY: (
        N_("Ended in whole or in part"),
        N_("The records do not call the project stopped, but name why it or a part of it ended."),
    ),
    Ending.OVER: (
        N_("Run out or completed"),
        N_("The project is over. The records name no reason for that."),
    ),
}
"""Names and descriptions of the groups."""
SEARCHES = {Ending.STOPPED: (OUTCOME, "stopped"), Ending.OVER: (PHASE, ENDED)}
"""Filters that find a whole group; for stated reasons each reason links to its cases instead."""


@blueprint.get("/eingestellt")
def page() -> str:
    """Show ended projects, of one field of action if the URL has it."""
    topic = asked_topic()
    found = searched({ENDING: tuple(GROUPS), TOPIC: topic}, ENDING, REASON, TOPIC)
    ends, by_topics = numbers(found, ENDING), numbers(found, TOPIC)
    total = searched({ENDING: tuple(GROUPS)}).total if topic else found.total
    return render_template(
        "survey/ended.html",
        total=found.total,
        told=ends.get(Ending.TOLD, 0),
        follow=follow_list(**{PHASE: ENDED, **({TOPIC: topic} if topic else {})}),
        narrowed_to=facet_value(TOPIC, topic) if topic else "",
        topics=tuple(by_topic(by_topics, total, "ended.page", topic)),
        reasons=tuple(_reasons(numbers(found, REASON), ends.get(Ending.TOLD, 0), topic)),
        groups=[
            (end, _(title), _(said), ends[end], cases(entries({ENDING: end, TOPIC: topic}, MAX_CASES), telling))
            for end, (title, said) in GROUPS.items()
            if end in ends
        ],
        searches={end: found_by(value, (TOPIC, topic)).href for end, value in SEARCHES.items()},
        most=MAX_CASES,
    )


def _reasons(named: Mapping[str, int], told: int, topic: str) -> Iterator[tuple[Link, Bar]]:
    """Yield the reasons, the most frequent first, with their share of the cases that name any."""
    for value in sorted(filter(named.get, choice_values("stop_reason")), key=lambda one: -named[one]):
        count, share = named[value], round(100 * named[value] / told)
        words = ngettext(
            "%(count)s of %(num)s case, %(share)s percent",
            "%(count)s of %(num)s cases, %(share)s percent",
            told,
            count=count,
            share=share,
        )
        yield (
            found_by((REASON, value), (TOPIC, topic), label=facet_value(REASON, value)),
            Bar(text=words, share=share),
        )


_WORTH = {"did_not_work": 0, "would_do_differently": 0, "surprise": 1}
"""Successes and mere advice say less about an end."""


def telling(lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Return the one lesson that explains an end best, preferring failures, then strong evidence."""
    return tuple(sorted(lessons, key=lambda one: (_WORTH.get(one.kind, 2), -(one.evidence_level or 0)))[:1])


def stopped_of(topic: str) -> Link | None:
    """Return the link to the ended projects of a field of action with the number stopped; None if there are none."""
    count = searched({TOPIC: topic, OUTCOME: "stopped"}).total
    words = ngettext("%(num)s of them stopped – and why", "%(num)s of them stopped – and why", count)
    return Link(label=words, href=f"{url_for('ended.page')}?{TOPIC}={topic}", count=count) if count else None
