"""„Eingestellt – und warum“: what ended, for which reasons, and what was learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, url_for

from app.survey.ended import End, Reason, end_of, endings, telling
from app.survey.facts import OUTCOME, PHASE, REASON, TOPIC
from app.web.following.offering import follow_list
from app.web.records.results import Bar
from app.web.search.facets import facet_value
from app.web.search.question import find
from app.web.shell.access import services
from app.web.shell.shown import Link
from app.web.shell.wording import _, ngettext
from app.web.survey.cases import MOST, cases
from app.web.survey.links import asked_topic, by_topic, choice_values, found_by

blueprint = Blueprint("ended", __name__)
ENDED = "ended"
"""The phase of a project that is over."""

GROUPS: Mapping[End, tuple[Callable[[], str], Callable[[], str]]] = {
    End.STOPPED: (lambda: _("Stopped"), lambda: _("The project is not carried on.")),
    End.PARTLY: (
        lambda: _("Ended in whole or in part"),
        lambda: _("The records do not call the project stopped, but name why it or a part of it ended."),
    ),
    End.OVER: (
        lambda: _("Run out or completed"),
        lambda: _("The project is over. The records name no reason for that."),
    ),
}
"""What the groups are called and what they have in common."""
SEARCHES = {End.STOPPED: (OUTCOME, "stopped"), End.OVER: (PHASE, ENDED)}
"""What finds all of a group; for the one that names reasons, each reason leads to its cases."""


@blueprint.get("/eingestellt")
def page() -> str:
    """Show what ended, of one field of action if the address names one."""
    topic, facts = asked_topic(), services().surveys.survey().facts
    found = endings(facts, choice_values("stop_reason"), topic)
    return render_template(
        "survey/ended.html",
        found=found,
        follow=follow_list(**{PHASE: ENDED, **({TOPIC: topic} if topic else {})}),
        chosen=facet_value(TOPIC, topic) if topic else "",
        topics=by_topic((each for each in facts if end_of(each)), "ended.page", topic),
        reasons=[
            (
                found_by((REASON, reason.value), (TOPIC, topic), label=facet_value(REASON, reason.value)),
                Bar(text=_cases(reason, found.told), share=reason.share),
            )
            for reason in found.reasons
        ],
        groups=[
            (end, title(), said(), len(found.of(end)), cases((one.facts for one in found.of(end)), telling))
            for end, (title, said) in GROUPS.items()
            if found.of(end)
        ],
        searches={end: found_by(value, (TOPIC, topic)).href for end, value in SEARCHES.items()},
        most=MOST,
    )


def stopped_of(topic: str) -> Link | None:
    """Return the way to what ended of a field of action, with the number stopped; None where nothing was.

    The search counts, so that a list of records waits for nothing that is read from all of them.
    """
    count = find(size=1, thema=topic, ergebnis="stopped").total
    words = ngettext("%(num)s of them stopped – and why", "%(num)s of them stopped – and why", count)
    return Link(label=words, href=f"{url_for('ended.page')}?{TOPIC}={topic}", count=count) if count else None


def _cases(reason: Reason, told: int) -> str:
    return ngettext(
        "%(count)s of %(num)s case, %(share)s percent",
        "%(count)s of %(num)s cases, %(share)s percent",
        told,
        count=reason.count,
        share=reason.share,
    )
