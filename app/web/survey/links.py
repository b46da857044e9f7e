"""Links into the search, and from field of action to field of action on one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlencode

from flask import request, url_for

from app.survey.facts import TOPIC, Facts
from app.web.search.facets import facet_value
from app.web.shell.access import services
from app.web.shell.choices import topics
from app.web.shell.shown import Link
from app.web.shell.wording import _


def found_by(*filters: tuple[str, str], label: str = "", count: int = 0) -> Link:
    """Return the link to the search with these filters; one with an empty value is left out."""
    asked = [(key, value) for key, value in filters if value]
    return Link(label=label, href=f"{url_for('search.results')}?{urlencode(asked)}", count=count)


def asked_topic() -> str:
    """Return the field of action that the address asks for; what is none is left out."""
    topic = request.args.get(TOPIC, "")
    return topic if topic in dict(topics()) else ""


def by_topic(found: Iterable[Facts], endpoint: str, chosen: str) -> tuple[Link, ...]:
    """Return the ways to the same page for one field of action each, behind that for all; empty ones are left out."""
    several = tuple(found)
    counted = Counter(topic for facts in several for topic in facts.topics)
    here = url_for(endpoint)
    shown = sorted(
        (facet_value(TOPIC, topic), topic) for topic, _label in topics() if counted[topic] or topic == chosen
    )
    return (
        Link(label=_("All fields of action"), href=here, count=len(several), current=not chosen),
        *(
            Link(label=label, href=f"{here}?{TOPIC}={topic}", count=counted[topic], current=topic == chosen)
            for label, topic in shown
        ),
    )


def choice_values(name: str) -> tuple[str, ...]:
    """Return the values that the schemas know under this name, in their order."""
    return tuple(str(choice.value) for choice in services().schemas.choices(name))
