"""Detects names that look like another one, for Latin letters (after UTS 39, section 4)."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

_UMLAUT = "\u0308"
_MAX_WORDS = 5
"""Consecutive words that are compared with a known name; few names have more."""
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("i\u0131\u0142|1", "l"),
        **dict.fromkeys("\u00f80", "o"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u2019\u2018\u00b4`", "'"),
        "\u0127": "h",
        "\u0138": "k",
        "\u0167": "t",
        # Two adjacent letters can look like one.
        **dict.fromkeys("d\u0111\u00f0", "cl"),
        "m": "rn",
        "w": "vv",
    }
)
"""Small letters and characters, each with the one that it is easily mistaken for."""


def is_plain_latin(text: str) -> bool:
    """Return whether all letters are those of European languages, in their usual form."""
    return text == unicodedata.normalize("NFKC", text) and all(
        unicodedata.name(one, "").startswith("LATIN ") and (one <= "\u017f" or "\u1e00" <= one <= "\u1eff")
        for one in text
        if one.isalpha()
    )


def skeleton(text: str) -> str:
    """Return a form of a text that is equal for all texts that look alike at a glance, regardless of case."""
    parts = unicodedata.normalize("NFKD", text).replace("\u030b", _UMLAUT)
    # German readers notice the dots of an umlaut, but hardly any other mark.
    bare = parts if parts.isascii() else "".join(c for c in parts if c == _UMLAUT or not unicodedata.combining(c))
    return " ".join(bare.casefold().translate(_ALIKE).split())


class KnownNames:
    """Names that somebody may imitate."""

    def __init__(self, names: Iterable[str]) -> None:
        known: defaultdict[str, set[str]] = defaultdict(set)
        for name in names:
            known[skeleton(name)].add(_said(name))
        self._known = dict(known)

    def imitated_by(self, name: str) -> bool:
        """Return whether some words of a name look like a known one without being it."""
        return any(_said(run) not in self._known.get(skeleton(run), {_said(run)}) for run in _runs(name))


def _runs(name: str) -> Iterator[str]:
    words = name.split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MAX_WORDS, len(words)) + 1):
            # Names are capitalised; of lower-case letters, only an "l" can be mistaken for a capital.
            if not words[start][0].islower() or skeleton(words[start][0]) == "l":
                yield " ".join(words[start:end])


def _said(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
