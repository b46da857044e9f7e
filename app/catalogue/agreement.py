"""What a derived store holds, compared with what it should hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Disagreement(StrEnum):
    """How a derived store can differ from what it is made of."""

    BEHIND = "behind"
    MISSING = "missing"
    SURPLUS = "surplus"
    OUTDATED = "outdated"
    MISSING_ROW = "missing_row"
    EXTRA_ROW = "extra_row"
    WRONG_DIGEST = "wrong_digest"
    WRONG_ROW = "wrong_row"
    MISSING_TEXT = "missing_text"
    EXTRA_TEXT = "extra_text"
    WRONG_TEXT = "wrong_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One disagreement about `subject`: a record, a version or a file; "" when the whole store is behind.

    `code` is stable for programs. `expected` and `found` are what the source and the store say, each "" for nothing.
    """

    code: Disagreement
    subject: str = ""
    expected: str = ""
    found: str = ""


def compare(expected: Iterable[tuple[str, str]], found: Iterable[tuple[str, str]]) -> Iterator[Difference]:
    """Yield what differs between two sides, each of keys with what is held under them, in any order."""
    here, there = dict(expected), dict(found)
    for key in sorted(here.keys() | there.keys()):
        wanted, held = here.get(key, ""), there.get(key, "")
        if wanted != held:
            code = Disagreement.MISSING if not held else Disagreement.OUTDATED if wanted else Disagreement.SURPLUS
            yield Difference(code=code, subject=key, expected=wanted, found=held)
