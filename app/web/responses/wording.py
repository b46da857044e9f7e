"""Who plans what a record is about, and on which site's word. Search pages say it too, so this module loads little."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.review.responses.response import Response
from app.web.shell.links import node_name
from app.web.shell.wording import _, ngettext

NAMED = 3
"""Sites named with their share of the count."""


def quarter_words(quarter: str) -> str:
    """Return a quarter such as "2027-Q2" in words."""
    year, _mark, number = quarter.partition("-Q")
    return _("quarter %(number)s of %(year)s", number=number, year=year)


def planned_words(plans: Sequence[Response]) -> str:
    """Return how many municipalities plan it, and which said so last; "" without any."""
    if not plans:
        return ""
    latest = {"place": plans[0].place.name, "quarter": quarter_words(plans[0].quarter)}
    return ngettext(
        "%(num)s municipality plans it: %(place)s, %(quarter)s",
        "%(num)s municipalities plan it, most recently %(place)s, %(quarter)s",
        len(plans),
        **latest,
    )


def planned_where(plans: Sequence[Response]) -> str:
    """Return the same with the sites that say so: anybody may run one and name any municipality."""
    return with_sites(planned_words(plans), Counter(one.origin for one in plans if one.origin).most_common())


def with_sites(said: str, elsewhere: Sequence[tuple[str, int]]) -> str:
    """Return counts in words with how many of them other sites claim; `elsewhere` has the largest first."""
    shares = "; ".join(_shares(elsewhere))
    return _("%(said)s (of these %(shares)s)", said=said, shares=shares) if said and shares else said


def _shares(elsewhere: Sequence[tuple[str, int]]) -> Iterator[str]:
    for origin, number in elsewhere[:NAMED]:
        yield _("%(count)s according to %(site)s", count=number, site=node_name(origin))
    if rest := elsewhere[NAMED:]:
        yield ngettext(
            "%(count)s according to %(num)s other site",
            "%(count)s according to %(num)s other sites",
            len(rest),
            count=sum(number for _origin, number in rest),
        )
