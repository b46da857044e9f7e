"""The page of hits that a reader sees, each with its reasons, its best lessons and what it matched by."""

from collections.abc import Iterable, Mapping

from app.search.answering.heads import Places
from app.search.answering.matching import GroupMatch
from app.search.answering.ranking import Found
from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.plan import Alternative, MatchVia, QueryPlan
from app.search.query import Reason, ReasonCode, SearchHit, SearchQuery, Sort
from app.search.terms import PART_WEIGHT, WEIGHTS, Zone

MAX_PER_PAGE = 100
MAX_HITS = 10_000
"""Nobody pages further; a robot that does gets empty pages."""


def range_of(query: SearchQuery) -> slice:
    """Return the slice of all ordered hits that the page of a query shows."""
    size = min(max(1, query.size), MAX_PER_PAGE)
    start = (max(1, query.page) - 1) * size
    return slice(start, start + size) if start < MAX_HITS else slice(0, 0)


def hits_of(snapshot: Snapshot, query: SearchQuery, found: Found, shown: slice) -> tuple[SearchHit, ...]:
    """Return the hits of a page."""
    ordered, scores = found.ordered(snapshot, Sort(query.sort), shown.stop)
    return tuple(_hit(snapshot, one, found, scores.get(one, 0.0), query.lang) for one in ordered[shown])


def named(snapshot: Snapshot, query: SearchQuery, found: Found) -> tuple[str, ...]:
    """Return the uids of the hits, as many as the query wants named."""
    documents = documents_of(found.bits)[: query.named] if query.named else ()
    return tuple(snapshot.uids[document] for document in documents)


def _hit(snapshot: Snapshot, document: int, found: Found, points: float, lang: str) -> SearchHit:
    head, places = snapshot.head(document), snapshot.where(document)
    groups = found.matches.groups
    having = [one for one in groups if one.has(document)]
    return head.hit(
        points,
        # A hit that matched no word lacks all of them; listing each as missing tells the reader nothing.
        reasons=reasons(document, groups, places, lang) if having else (),
        lessons=best_lessons(document, having, places.lessons),
        terms=frozenset(
            term for match in having for one in match.group.alternatives for term in one.terms if one.boost > 0
        ),
        facets=head.facets,
        matched_by=found.matched_by(snapshot, document),
        far=not found.close >> document & 1,
    )


def expanded(snapshot: Snapshot, plan: QueryPlan, lang: str) -> tuple[str, ...]:
    """Return the labels in the reader's language that added hits."""
    added = (
        one.label
        for group in plan.groups
        for one in group.alternatives
        if one.label and one.lang == lang and all(snapshot.postings(term).bits for term in one.terms)
    )
    return tuple(dict.fromkeys(added))


CODES = {
    "title": ReasonCode.WORD_IN_TITLE,
    "topics": ReasonCode.WORD_IN_TOPIC,
    "lesson": ReasonCode.WORD_IN_LESSON,
    "keywords": ReasonCode.WORD_IN_KEYWORD,
    "questions": ReasonCode.WORD_IN_QUESTION,
    "summary": ReasonCode.WORD_IN_SUMMARY,
    "places": ReasonCode.WORD_IN_PLACE,
    "text": ReasonCode.WORD_IN_TEXT,
}
MAX_LESSONS = 2
LESSON = "lesson:"
"""Prefix of a lesson's id in the name of its zone."""
_OTHER_WAYS = {
    MatchVia.DERIVED: ReasonCode.RELATED,
    MatchVia.PARTS: ReasonCode.COMPOUND_PART,
    MatchVia.SYNONYM: ReasonCode.SYNONYM,
    MatchVia.RELATED: ReasonCode.RELATED,
    MatchVia.TYPO: ReasonCode.TYPO,
}
_LISTS = ("keywords", "questions")
"""Zones of several texts: a word in one of the texts is unrelated to words of another."""


def reasons(document: int, groups: Iterable[GroupMatch], places: Places, lang: str) -> tuple[Reason, ...]:
    """Return one reason for each word of the query, in its order; labels are in `lang`."""
    told = (found for found in groups if found.has(document) or not found.group.is_optional)
    return tuple(_reason(found, document, places, lang) if found.has(document) else _missing(found) for found in told)


def best_lessons(document: int, groups: Iterable[GroupMatch], lessons: Mapping[str, Zone]) -> tuple[str, ...]:
    """Return the ids of the lessons that match most of the query, best first."""
    held = [(found.rarity, found.held(document)) for found in groups]
    scored = [(sum(rarity * _worth(having, zone) for rarity, having in held), key) for key, zone in lessons.items()]
    ranked = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    return tuple(key for _, key in ranked[:MAX_LESSONS])


def _worth(having: Iterable[Alternative], zone: Zone) -> float:
    return max((one.boost * _strength(one, zone) for one in having), default=0.0)


def _strength(alternative: Alternative, zone: Zone) -> float:
    if zone.words.issuperset(alternative.terms):
        return 1.0
    inside = all(term in zone.words or term in zone.parts for term in alternative.terms)
    return PART_WEIGHT if inside else 0.0


def _missing(found: GroupMatch) -> Reason:
    return Reason(code=ReasonCode.WORD_MISSING, params={"word": found.group.text})


def _reason(found: GroupMatch, document: int, places: Places, lang: str) -> Reason:
    # A document has only a few alternatives of a word, and only those can occur in its zones.
    zones, having = _zones(places), found.held(document)
    ranked = [
        (WEIGHTS[_kind(name)] * alternative.boost * strength, -position, alternative, name)
        for alternative in having
        for position, (name, zone) in enumerate(zones.items())
        if (strength := _strength(alternative, zone)) and not (_is_phrase(alternative) and name in _LISTS)
    ]
    if not ranked:
        return _in_text(found, having, lang)
    _, _, alternative, name = max(ranked, key=lambda one: one[:2])
    params = {"word": found.group.text, "zone": name.partition(":")[0]}
    if name.startswith(LESSON):
        params["lesson"] = name.removeprefix(LESSON)
    if name == "topics":
        return Reason(code=ReasonCode.WORD_IN_TOPIC, params={**params, **_called(alternative, lang)})
    if alternative.via in _OTHER_WAYS:
        return Reason(code=_OTHER_WAYS[alternative.via], params={**params, **_called(alternative, lang)})
    if not zones[name].words.issuperset(alternative.terms):
        return Reason(code=ReasonCode.COMPOUND_PART, params=params)
    return Reason(code=CODES[params["zone"]], params=params)


def _in_text(found: GroupMatch, having: Iterable[Alternative], lang: str) -> Reason:
    """Return a reason for running text, whose word positions are not stored: a phrase cannot be confirmed there."""
    best = max((one for one in having if not _is_phrase(one)), key=lambda one: one.boost, default=None)
    if best is None:
        return _missing(found)
    code = _OTHER_WAYS.get(best.via, ReasonCode.WORD_IN_TEXT)
    return Reason(code=code, params={"word": found.group.text, **_called(best, lang)})


def _is_phrase(alternative: Alternative) -> bool:
    """Return whether an alternative matches only by several words together, none of which was typed."""
    return len(alternative.terms) > 1 and alternative.via in {MatchVia.SYNONYM, MatchVia.RELATED}


def _called(alternative: Alternative, lang: str) -> dict[str, str]:
    """Return the label that matched instead, with its language if that is not the reader's."""
    if not alternative.label:
        return {}
    is_foreign = alternative.lang not in {"", lang}
    return {"label": alternative.label, **({"lang": alternative.lang} if is_foreign else {})}


def _zones(places: Places) -> dict[str, Zone]:
    """Return the zones in order of their importance to a reader."""
    found = {"title": places.zones["title"]}
    found |= {f"{LESSON}{key}": zone for key, zone in places.lessons.items()}
    others = ("topics", "keywords", "questions", "summary", "places")
    # An index of an earlier release has no questions and answers until it is rebuilt.
    return found | {name: places.zones[name] for name in others if name in places.zones}


def _kind(zone: str) -> str:
    return "lessons" if zone.startswith(LESSON) else zone
