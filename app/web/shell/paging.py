"""Page links of a long list."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, redirect

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The pages of a list: number (None for a gap), address, and whether it is shown; and the pages beside that one."""

    pages: list[tuple[int | None, str, bool]]
    previous: str = ""
    next: str = ""


def pager(page: int, total: int, size: int, href: Callable[[int], str]) -> Pager:
    """Return the page links of a list of `total` entries; `href` returns the address of a page.

    An empty list has one page. If `page` is beyond the last one, aborts the request with a redirect to that.
    """
    last = max(1, -(-total // size))
    if page > last:
        abort(redirect(href(last)))
    shown = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    pages: list[tuple[int | None, str, bool]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            pages.append((None, "", False))
        pages.append((number, href(number), number == page))
    previous, following = href(page - 1) if page > 1 else "", href(page + 1) if page < last else ""
    return Pager(pages=pages, previous=previous, next=following)


def page_number(text: str | None) -> int:
    """Return the page number in an address; 1 if it is invalid."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
