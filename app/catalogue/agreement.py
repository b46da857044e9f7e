"""Compares the contents of a derived store with what they should be."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Disagreement(StrEnum):
    """The ways in which a derived store can differ from its source."""

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
    """A difference about `subject` ("": the whole store is outdated): `expected` by its source, `found` there."""

    code: Disagreement
    subject: str = ""
    expected: str = ""
    found: str = ""


def compare(expected: Iterable[tuple[str, str]], found: Iterable[tuple[str, str]]) -> Iterator[Difference]:
    """Yield the differences between two sides, each given as pairs of key and value in any order."""
    here, there = dict(expected), dict(found)
    for key in sorted(here.keys() | there.keys()):
        wanted, held = here.get(key, ""), there.get(key, "")
        if wanted != held:
            code = Disagreement.MISSING if not held else Disagreement.OUTDATED if wanted else Disagreement.SURPLUS
            yield Difference(code=code, subject=key, expected=wanted, found=held)
