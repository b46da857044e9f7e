"""How to follow changes of a page: its feed, and the page that offers feed and e-mail."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for

from app.following.followed_search import FollowedSearch, name_of
from app.kickoff.memo.wording import MemoLabels
from app.kickoff.situation import Situation
from app.records.record import Record
from app.web.search.question import SearchQuestion
from app.web.shell.access import services
from app.web.shell.language import current_language, mount_point
from app.web.shell.links import SiteLinks
from app.web.shell.routing import known_address
from app.web.shell.wording import _

RECORD = "eintrag"
"""The parameter that names a record by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The title and address of a feed, and the page that offers it and e-mail."""

    title: str
    feed: str
    page: str


def follow_site() -> Following:
    """Return how to follow all records of this node."""
    return Following(
        title=feed_title(_("new and changed entries")),
        feed=f"{mount_point()}/feed.atom",
        page=known_address("subscribing.offer"),
    )


def follow_search(search: FollowedSearch) -> Following:
    """Return how to follow a search."""
    query = f"?{search.written}" if search.written else ""
    return Following(
        title=search_name(search),
        feed=known_address("feeds.search") + query,
        page=known_address("subscribing.offer") + query,
    )


def follow_list(**filters: str) -> Following:
    """Return how to follow all records with these facet values."""
    return follow_search(FollowedSearch(filters={key: (value,) for key, value in filters.items()}))


def follow_record(record: Record) -> Following | None:
    """Return how to follow a record; None for another node's, whose home has the feed."""
    if record.origin:
        return None
    return Following(
        title=record.title,
        feed=url_for("feeds.record", kind=services().schemas.kind(record.kind), slug=record.slug),
        page=f"{known_address('subscribing.offer')}?{urlencode({RECORD: record.id})}",
    )


def as_followed(question: SearchQuestion, situation: Situation) -> FollowedSearch:
    """Return the part of a question that can be followed."""
    return FollowedSearch(text=question.text, filters=question.filters, situation=situation, proven=question.proven)


def search_name(search: FollowedSearch) -> str:
    """Return the name of a search on this site."""
    node = services()
    labels = MemoLabels(node.schemas, node.vocabularies)
    return name_of(search, labels, SiteLinks().title, current_language())


def feed_title(name: str) -> str:
    """Return the title of a feed, which names this site for feed readers."""
    return _("%(site)s: %(name)s", site=services().settings.name, name=name)
