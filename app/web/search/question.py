"""Reads a search question from a URL, and searches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from app.search.document import PLACE, STATE
from app.search.query import SearchQuery, SearchResult, Sort
from app.web.search.facets import Filters
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.paging import page_number
from app.web.shell.routing import known_address
from app.web.shell.searched import answered

TEXT_LENGTH = 200
VALUES_PER_FACET = 20
SIZE = 10
PROVEN = "belegt"
VIEW, MAP = "ansicht", "karte"
VALUE_LENGTH = 350
"""Letters; the name of another node's record is the longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuestion:
    """A question as given by the URL of the page; every variant of it has its own URL.

    `carried` are the parameters of a kickoff, which every variant keeps. `ranked`: hits have an order of relevance even
    without words, because they are compared with the asker's place. `proven`: within the limit to open source, show
    only hits known to be. `view` is "" for a list, or MAP.
    """

    text: str = ""
    filters: Filters
    sort: str
    page: int = 1
    carried: tuple[tuple[str, str], ...] = ()
    ranked: bool = False
    proven: bool = False
    view: str = ""

    def address(self, **changes: Any) -> str:
        """Return the URL of the same question with these fields changed; of its first page unless one is given."""
        parts = replace(self, **{"page": 1, **changes}).parameters
        return known_address("search.results") + (f"?{urlencode(parts)}" if parts else "")

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Return all parameters of this question's URL."""
        parts = [("q", self.text)] if self.text else []
        parts += self.hidden
        parts += [("sort", self.sort)] if self.sort != self.usual_sort else []
        parts += [(PROVEN, "1")] if self.proven else []
        parts += [("seite", str(self.page))] if self.page > 1 else []
        return [*parts, *self.carried]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return the filters and the view as hidden fields, for forms that change something else."""
        view = [(VIEW, self.view)] if self.view else []
        return [*((key, value) for key, values in self.filters.items() for value in values), *view]

    @property
    def usual_sort(self) -> Sort:
        """Return the default order."""
        return Sort.RELEVANCE if self.text or self.ranked else Sort.NEWEST

    def query(self, size: int = SIZE) -> SearchQuery:
        """Return the search query for one page of hits."""
        lang = current_language()
        return SearchQuery(text=self.text, filters=self.filters, sort=self.sort, page=self.page, size=size, lang=lang)

    @property
    def is_empty(self) -> bool:
        """Return whether the question has neither words nor filters."""
        return not self.text and not self.filters

    @property
    def place(self) -> str:
        """Return the name of the place if the question filters by that alone, else ""."""
        names = self.filters.get(PLACE, ())
        return names[0] if len(names) == 1 and not self.text and not self.filters.keys() - {PLACE, STATE} else ""


def read_question(
    arguments: MultiDict[str, str], carried: Iterable[tuple[str, str]] = (), *, ranked: bool = False
) -> SearchQuestion:
    """Read a question from the parameters of a URL; invalid values are left out."""
    text = " ".join("".join(c if c.isprintable() else " " for c in arguments.get("q", "")[:TEXT_LENGTH]).split())
    sort = arguments.get("sort", "")
    question = SearchQuestion(
        text=text,
        filters=dict(_filters(arguments)),
        sort=sort,
        page=page_number(arguments.get("seite")),
        carried=tuple(carried),
        ranked=ranked,
        proven=arguments.get(PROVEN) == "1",
        view=MAP if arguments.get(VIEW) == MAP else "",
    )
    return question if sort in set(Sort) else replace(question, sort=question.usual_sort)


def _filters(arguments: MultiDict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key in services().search.facet_keys():
        values = dict.fromkeys(
            value[:VALUE_LENGTH] for value in arguments.getlist(key) if value.isprintable() and value
        )
        if values:
            yield key, tuple(values)[:VALUES_PER_FACET]


def find(*, page: int = 1, size: int = 20, sort: Sort = Sort.NEWEST, **filters: str) -> SearchResult:
    """Return the records that match all filters, without search words; raises Unavailable."""
    chosen = {key: (value,) for key, value in filters.items()}
    query = SearchQuery(filters=chosen, sort=sort, page=page, size=size, lang=current_language())
    return answered(lambda: services().search.search(query))


def request_page() -> int:
    """Return the page of a list given in the URL."""
    return page_number(request.args.get("seite"))
