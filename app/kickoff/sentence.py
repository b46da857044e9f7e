"""Finds the asker's place and limits in a whole sentence; they are suggested, never applied without asking."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.names import DISTRICT, FORMS_OF_ADDRESS, bare_name, folded, proper_name
from app.kickoff.places.table import PlaceEntry

IsWord = Callable[[str], bool]
"""Returns whether a dictionary has a word in its base form, in lower case."""

_BEFORE = r"(?:\b(?:wir|ich|we|und|and)\s+)*(?:\b(?:haben?|have)\s+)?(?:\b(?:nur|noch|in|binnen|only|just)\s+)*"
_MONTHS = re.compile(rf"{_BEFORE}\b(\d{{1,3}})[\s-]*(?:monate?n?|months?)\b(?:\s+zeit\b)?", re.IGNORECASE)
_OPEN_SOURCE = re.compile(
    r"(?:\b(?:nur|ausschließlich|only)\s+)?(?:\bopen[\s-]?source\b(?:[\s-]+only\b)?|\bquelloffen\w*)", re.IGNORECASE
)
_FILING = re.compile(
    r"(?:\b(?:ich|wir|und)\s+)*(?:\b(?:brauchen?|benötigen?|will|wollen|möchten?)\s+)?"
    r"(?:\b(?:dafür|dazu|auch|noch|eine?n?|den)\s+)*\b(?:nachnutzungs-?|akten)?vermerk\b(?:\s+(?:für|zu|in)\s+(?:die|den|der)\s+akten?\b)?"
    r"|\bfür\s+die\s+akten?\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:.!?]\s+|\s+[-–—]+\s+")
_WORD = re.compile(r"[\w.\-/()]*\w")
_MAX_NAME_WORDS, _MAX_MONTHS = 4, 240
"""Words of the longest place name, and months of the longest time."""
_WE = frozenset(("wir", "we"))
_ARE = frozenset(("sind", "kommen", "are", "come"))
_ARTICLES = frozenset(("der", "die", "das", "dem", "den", "the", "unser", "unsere", "unseren"))
_BETWEEN = _ARTICLES | {"aus", "in", "im", "from"}
_NOTHING = _WE | _ARE | _BETWEEN | {"und", "and", "haben", "habe", "have", "ich", "nur", "noch", "für", "bei", "uns"}
"""Words that mean nothing alone after a place or limit was removed."""
_CITIES = frozenset({DISTRICT, "independent_city", "city_state"})
_ENDINGS = ("", "n", "e", "s", "en", "er")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The only place and time in a sentence, whether it asks for open source, and the `rest` to search for."""

    place: PlaceEntry | None = None
    months: int | None = None
    open_source: bool = False
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """A place and its position in the text, with the words before it that mark it."""

    place: PlaceEntry
    start: int
    end: int


def said(text: str, places: PlaceDirectory, is_word: IsWord = lambda _word: False) -> Said:
    """Read a sentence; several places or times are ambiguous and therefore ignored.

    A name counts if the text marks it as the asker's ("wir sind …", "bei uns in …", "für den …"), or if it stands alone
    between two commas; then it must be no word that `is_word` knows in any form.
    """
    found = list(_places(text, places, is_word))
    named = {(one.place.name, one.place.state, one.place.kind): one.place for one in found}
    months = {int(number) for number in _MONTHS.findall(text) if 0 < int(number) <= _MAX_MONTHS}
    place = next(iter(named.values())) if len(named) == 1 else None
    spans = [(one.start, one.end) for one in found] if place else []
    spans += [one.span() for one in _MONTHS.finditer(text)] if len(months) == 1 else []
    # A word such as "Open-Source-Strategie" is a subject, not a limit.
    limits = [one.span() for one in _OPEN_SOURCE.finditer(text) if text[one.end() : one.end() + 1] != "-"]
    spans += limits
    return Said(
        place=place,
        months=months.pop() if len(months) == 1 else None,
        open_source=bool(limits),
        rest=_without(text, [*spans, *(one.span() for one in _FILING.finditer(text))]),
    )


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text without some parts, and without clauses that then contain only filler words."""
    left = "".join("\0" if any(start <= at < end for start, end in spans) else one for at, one in enumerate(text))
    clauses = (clause for clause in _CLAUSE.split(left) if not _is_empty(clause))
    return ", ".join(" ".join(re.sub("\0+", " ", clause).split()) for clause in clauses)


def _is_empty(clause: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(clause.replace("\0", " "))]
    return not words or ("\0" in clause and all(word in _NOTHING for word in words))


def _places(text: str, places: PlaceDirectory, is_word: IsWord) -> Iterator[_Found]:
    """Yield places marked as the asker's: other places are where something was done, and many names are words."""
    words = list(_WORD.finditer(text))
    bounds = {0, len(text), *(at for clause in _CLAUSE.finditer(text) for at in clause.span())}
    for number, first in enumerate(words):
        lead = _lead([one[0].casefold() for one in words[:number]])
        begins = len(bounds) > 2 and first.start() in bounds
        if not lead.words and not begins:
            continue
        place, length = _at([one[0] for one in words[number : number + _MAX_NAME_WORDS]], places)
        last = words[number + length - 1]
        if place is None or (not lead.words and last.end() not in bounds):
            continue
        if lead.is_sure or not _is_common(place, last[0], is_word):
            yield _Found(place, words[number - lead.words].start(), last.end())


@dataclass(frozen=True, slots=True)
class _Lead:
    """The number of words that introduce a place; `is_sure`: a place follows even if its name is a word too."""

    words: int = 0
    is_sure: bool = False


def _lead(before: Sequence[str]) -> _Lead:
    """Return the words before a place that mark it as the asker's: "wir sind der …", "wir in …", "bei uns im …"."""
    between = 0
    while between < len(before) and before[-1 - between] in _BETWEEN:
        between += 1
    *_first, second, last = ("", "", *before[: len(before) - between])
    if last in _ARE:
        return _Lead(between + (2 if second in _WE else 1), is_sure=True)
    if last in _WE and between:
        return _Lead(between, is_sure=True)
    if (second, last) == ("bei", "uns") and between:
        return _Lead(between + 2, is_sure=True)
    return _Lead(between + 1) if last == "für" and set(before[len(before) - between :]) & _ARTICLES else _Lead()


def _is_common(place: PlaceEntry, name: str, is_word: IsWord) -> bool:
    """Return whether a name is also a common word, such as Lehre or Waren; never for large cities and districts."""
    word = name.casefold()
    stems = {word.removesuffix(ending) for ending in _ENDINGS}
    return place.kind not in _CITIES and any(is_word(stem) for stem in stems)


def _at(words: Sequence[str], places: PlaceDirectory) -> tuple[PlaceEntry | None, int]:
    """Return the place named at the beginning by as many words as possible, and the number of words."""
    if not words[0][:1].isupper():
        return None, 1
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length])
        place = places.meant(name)
        if place is not None and not place.is_part and _is_called(place, name):
            return place, length
    return None, 1


def _is_called(place: PlaceEntry, name: str) -> bool:
    """Return whether this is the whole name of a place, not only its beginning."""
    wanted = folded(name)
    first, _, rest = wanted.partition(" ")
    proper = proper_name(place.name)
    names = {folded(place.name), folded(proper), bare_name(proper)}
    return wanted in names or (first in FORMS_OF_ADDRESS and rest in names)
