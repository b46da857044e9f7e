"""What a followed search is called, in the language of its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.following.interest import FollowedSearch
from app.kickoff.memo.wording import MemoLabels, Words
from app.reuse.facets import ANSWERS, BUILDS_ON, REFERS_TO
from app.shared.wording import N_, translator

_NAMED = frozenset({ANSWERS, BUILDS_ON, REFERS_TO})
_ALL = N_("All entries")
_SEARCH = N_("Search: “%(text)s”")
_OPEN = N_("open source only")
_OBTAINABLE = N_("only what we can obtain")

TitleOf = Callable[[str], str]
"""Returns the title of the record with a name such as "solution/portal", the name again where there is none."""


def name_of(search: FollowedSearch, labels: MemoLabels, title_of: TitleOf, lang: str) -> str:
    """Return words and filters of a search in one line."""
    return ", ".join(_parts(search, labels, title_of, lang)) or translator(lang)(_ALL)


def _parts(search: FollowedSearch, labels: MemoLabels, title_of: TitleOf, lang: str) -> Iterator[str]:
    say, words = translator(lang), Words(lang)
    if search.text:
        yield say(_SEARCH, text=search.text)
    filters = {key: list(values) for key, values in search.filters.items()}
    topic = search.situation.topic
    if topic and topic not in filters.get("thema", ()):
        filters.setdefault("thema", []).append(topic)
    for key, values in filters.items():
        shown = (title_of(one) if key in _NAMED else labels.filter_value(key, one, lang) for one in values)
        yield f"{labels.filter_name(key, words)}: {' / '.join(shown)}"
    if search.situation.open_source_only:
        yield say(_OPEN)
    if search.situation.obtainable_only:
        yield say(_OBTAINABLE)
