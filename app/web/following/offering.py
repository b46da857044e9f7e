"""How to follow the changes of a page: the feed for its head, and a link to feed and mail."""

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
    """The feed of what a page shows, what it is called, and the page that offers feed and mail."""

    title: str
    feed: str
    page: str


def follow_site() -> Following:
    """Return how to follow everything that is written on this node."""
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
    """Return how to follow all records that have these values."""
    return follow_search(FollowedSearch(filters={key: (value,) for key, value in filters.items()}))


def follow_record(record: Record) -> Following | None:
    """Return how to follow a record; of another node's it is its home that has the feed."""
    if record.origin:
        return None
    return Following(
        title=record.title,
        feed=url_for("feeds.record", kind=services().schemas.kind(record.kind), slug=record.slug),
        page=f"{known_address('subscribing.offer')}?{urlencode({RECORD: record.id})}",
    )


def as_followed(question: SearchQuestion, situation: Situation) -> FollowedSearch:
    """Return what of a question is followed."""
    return FollowedSearch(text=question.text, filters=question.filters, situation=situation, proven=question.proven)


def search_name(search: FollowedSearch) -> str:
    """Return what a search is called here."""
    node = services()
    labels = MemoLabels(node.schemas, node.vocabularies)
    return name_of(search, labels, SiteLinks().title, current_language())


def feed_title(name: str) -> str:
    """Return what a feed is called among those of other sites."""
    return _("%(site)s: %(name)s", site=services().settings.name, name=name)
