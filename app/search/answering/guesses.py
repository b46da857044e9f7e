"""Corrections of words that match nothing, and completions of typed text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from app.search.answering.matching import rarity_of
from app.search.answering.snapshot import Snapshot
from app.search.plan import NAMED_PART_BOOST, TYPO_BOOST, Alternative, Group, MatchVia, QueryPlan, QueryPlanner
from app.search.spelling import edit_distance

MAX_HALVES = 4
"""Maximum number of ways to split an unknown word in order to correct one half."""
COMMON = 0.25
"""Share of all records; a more common part says nothing by itself: Verwaltung of Friedhofsverwaltung."""


def correct(snapshot: Snapshot, planner: QueryPlanner, text: str) -> tuple[QueryPlan, str | None]:
    """Plan a query with a correction for each word that no record has; return it with the suggested query text."""
    plan = planner.plan(text)
    groups = []
    words = []
    for group in plan.groups:
        right = _is_known(snapshot, group, whole=True) or planner.is_spelled(group.text)
        meant = None if right else _nearest(snapshot, planner, group)
        words.append(meant.text if meant else group.text)
        groups.append(_with_correction(group, meant) if meant else _with_parts(snapshot, group))
    changed = any(word != group.text for word, group in zip(words, plan.groups, strict=True))
    return QueryPlan(tuple(groups)), " ".join(words) if changed else None


def _is_known(snapshot: Snapshot, group: Group, *, whole: bool = False) -> bool:
    """Return whether any record has the word; as a `whole`, its parts do not count."""
    return any(snapshot.count((one,)) for one in group.alternatives if not (whole and one.via is MatchVia.PARTS))


def _nearest(snapshot: Snapshot, planner: QueryPlanner, typed: Group) -> Group | None:
    """Return the nearest word of the records, or one that names a concept of the vocabulary that some record has."""
    for meant in _meant(snapshot, planner, typed):
        groups = planner.plan(meant).groups if meant else ()
        # Several parts of a compound that stands nowhere co-occur by chance.
        if len(groups) == 1 and snapshot.count(
            one for one in groups[0].alternatives if one.via is not MatchVia.PARTS or len(one.terms) == 1
        ):
            return groups[0]
    return None


def _meant(snapshot: Snapshot, planner: QueryPlanner, typed: Group) -> Iterator[str]:
    """Yield words near to this one, then with one wrong half corrected: Hochwaserwarnsystem, but not Zweiwohnung."""
    word = typed.text
    # If records have its parts, only one letter may be wrong: Straßennamen are no Straßenlampen.
    is_apart = _is_known(snapshot, typed)
    near = _corrections(snapshot, planner, word)
    yield from (one for one in near if not is_apart or edit_distance(word.lower(), one.lower(), 1) == 1)
    for before, after, is_second_right in () if typed.parts else planner.halves(word)[:MAX_HALVES]:
        for right in _corrections(snapshot, planner, before if is_second_right else after):
            found = right + after if is_second_right else before + right.lower()
            yield found.capitalize() if word[0].isupper() else found


def _corrections(snapshot: Snapshot, planner: QueryPlanner, word: str) -> Iterator[str]:
    yield from filter(None, (snapshot.speller.correct(word), planner.correct(word)))


def _with_correction(group: Group, meant: Group) -> Group:
    lower = (replace(one, boost=one.boost * TYPO_BOOST) for one in meant.alternatives)
    # Related words keep their own reason, even if the word was misspelt.
    also = (replace(one, via=MatchVia.TYPO, label=meant.text) if one.via is MatchVia.WORD else one for one in lower)
    return replace(group, alternatives=(*group.alternatives, *also), parts=group.parts or meant.parts)


def _with_parts(snapshot: Snapshot, group: Group) -> Group:
    """Add single parts for a compound that no record has: Landarzt or Mangel for Landarztmangel."""
    if _is_known(snapshot, group):
        return group
    counts = {part: snapshot.postings(part).bits.bit_count() for part in group.parts}
    telling = {part: having for part, having in counts.items() if 0 < having <= COMMON * snapshot.size}
    unique = rarity_of(snapshot, 0)
    boosts = {part: NAMED_PART_BOOST * rarity_of(snapshot, having) / unique for part, having in telling.items()}
    also = (
        Alternative((part,), boost, MatchVia.PARTS, group.parts[part], loose=True) for part, boost in boosts.items()
    )
    return replace(group, alternatives=(*group.alternatives, *also))


SHORTEST_PREFIX = 2
MAX_LABELS = 3
MAX_PLACES = 2
MAX_QUESTIONS = 3


def suggest(snapshot: Snapshot, labels: Iterable[str], prefix: str, limit: int) -> tuple[str, ...]:
    """Return topics and places that start with the typed text, then questions and titles with a word that does."""
    typed = " ".join(prefix.split()).lower()
    if len(typed) < SHORTEST_PREFIX or limit < 1:
        return ()
    found: dict[str, str] = {}
    offers = snapshot.offers
    questions = _having(offers.questions, typed)[:MAX_QUESTIONS]
    topics = sorted((one for one in labels if one.lower().startswith(typed)), key=lambda one: (len(one), one))
    places = sorted(
        (one for one in offers.places if one.lower().startswith(typed)), key=lambda one: (-offers.places[one], one)
    )
    for text in (*topics[:MAX_LABELS], *places[:MAX_PLACES], *questions, *_having(offers.titles, typed)):
        if text.lower() != typed:
            found.setdefault(text.lower(), text)
    return tuple(found.values())[:limit]


def _having(texts: Mapping[str, str], typed: str) -> list[str]:
    return [text for folded, text in texts.items() if folded.startswith(typed) or f" {typed}" in folded]
