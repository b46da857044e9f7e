"""Reads query parameters strictly: a misspelt one causes an error instead of being ignored."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from app.search.query import SearchQuery, Sort
from app.web.shell.errors import ParameterError, ParametersInvalid

MAX_SIZE = 100
MAX_PAGE = 10_000
MAX_CHANGE = 2**31 - 1
MAX_QUERY = 400


class QueryParameters:
    """The query string of one request; `check` raises all errors at once."""

    def __init__(self, args: MultiDict[str, str], known: Iterable[str]) -> None:
        self._args = args
        self._errors = [
            ParameterError(parameter=name, message="is not known here", accepted=", ".join(sorted(known)))
            for name in args
            if name not in known
        ]

    def number(self, name: str, default: int, highest: int) -> int:
        """Return an integer from 1 to `highest`."""
        given = self._args.get(name)
        if given is None:
            return default
        if given.isascii() and given.isdigit() and len(given) <= 10 and 1 <= int(given) <= highest:
            return int(given)
        self._wrong(name, "is not a whole number in range", f"1 to {highest}")
        return default

    def paging(self, default_size: int) -> tuple[int, int]:
        """Return `page`, which starts at 1, and `size`."""
        return self.number("page", 1, MAX_PAGE), self.number("size", default_size, MAX_SIZE)

    def choice(self, name: str, allowed: Iterable[str], default: str) -> str:
        """Return one of the allowed values."""
        given = self._args.get(name)
        accepted = tuple(allowed)
        if given is None or given in accepted:
            return given or default
        self._wrong(name, "is not an allowed value", ", ".join(accepted))
        return default

    def text(self, name: str, longest: int) -> str:
        """Return a text of at most `longest` characters."""
        given = self._args.get(name, "")
        if len(given) > longest:
            self._wrong(name, "is too long", f"at most {longest} characters")
        return given[:longest].strip()

    def check(self) -> None:
        """Raise ParametersInvalid if there were errors."""
        if self._errors:
            raise ParametersInvalid(self._errors)

    def _wrong(self, name: str, message: str, accepted: str) -> None:
        self._errors.append(ParameterError(parameter=name, message=message, accepted=accepted))


def search_query(args: MultiDict[str, str], facets: Iterable[str]) -> SearchQuery:
    """Return the search query in a query string; raises ParametersInvalid with all invalid parameters."""
    facets = tuple(facets)
    parameters = QueryParameters(args, {"q", "page", "size", "sort", "lang", *facets})
    page, size = parameters.paging(10)
    sort = parameters.choice("sort", [str(value) for value in Sort], str(Sort.RELEVANCE))
    lang = parameters.choice("lang", ["de", "en"], "de")
    chosen = {name: tuple(dict.fromkeys(filter(None, args.getlist(name)))) for name in facets}
    text = parameters.text("q", MAX_QUERY)
    parameters.check()
    filters = {name: values for name, values in chosen.items() if values}
    return SearchQuery(text=text, filters=filters, sort=Sort(sort), page=page, size=size, lang=lang)
