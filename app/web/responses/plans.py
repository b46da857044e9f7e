"""Who plans what a record is about, in words; search pages say it too, so this module loads little."""

from collections.abc import Sequence

from app.review.responses.response import Response
from app.web.shell.wording import _, ngettext


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
