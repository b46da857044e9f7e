"""What a record means against the asker's place, time and money, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from app.kickoff.against import CostAgainst, Named, NamedPlace, TimeAgainst, cost_against, named_place, time_against
from app.kickoff.situation import Situation
from app.records.record import Record
from app.web.records.lines import line_words
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.wording import _, ngettext


def against(record: Record, situation: Situation, question: str) -> Iterator[str]:
    """Yield a sentence for the place, the time and the money that the asker stated, as far as the record tells."""
    node = services()
    here = named_place(record, situation.place, node.places)
    if here:
        yield _here(here)
    if not node.kickoff.offers.is_in_scope(record, question):
        return
    lines = node.five_lines(record)
    time = time_against(lines.duration, situation.months)
    cost = cost_against(lines.cost, situation.budget)
    if time:
        yield time_in_words(time)
    if cost:
        yield cost_in_words(cost)


def _here(found: NamedPlace) -> str:
    if found.how is Named.ITSELF:
        return _("Your place stands in this record.")
    if found.how is Named.DISTRICT:
        return _("Your district stands in this record: %(name)s.", name=found.name)
    return _("A place of your district stands in this record: %(name)s.", name=found.name)


def time_in_words(found: TimeAgainst) -> str:
    """Return how long it took until it was in use beside the time that the asker has."""
    length = line_words().length(found.duration)
    limit = ngettext("%(num)s month", "%(num)s months", found.limit)
    if found.is_over:
        return _("Took %(length)s, longer than you have (%(limit)s).", length=length, limit=limit)
    return _("Took %(length)s; you have %(limit)s.", length=length, limit=limit)


def cost_in_words(found: CostAgainst) -> str:
    """Return what it cost beside the asker's budget."""
    amount, limit = line_words().costs.amount(found.amount), formats.amount(found.limit)
    if found.is_over:
        return _("Cost %(amount)s, more than your budget (%(limit)s).", amount=amount, limit=limit)
    return _("Cost %(amount)s; your budget is %(limit)s.", amount=amount, limit=limit)
