from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from app.kickoff.memo.memo import (
    Asked,
    CitedSource,
    Decision,
    Duty,
    DutyAnswer,
    DutyState,
    Filter,
    Find,
    GoalAnswer,
    GoalState,
    Inquiry,
    MemoSituation,
    NodeAsked,
    PinnedRecord,
    ReuseMemo,
    SearchDone,
    SearchedState,
    SeenHit,
    Way,
)
from app.reuse.obtaining.answer import Verdict

_HIDDEN = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"
letters = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=_HIDDEN)
line = st.text(letters, max_size=40)
some = st.text(letters, min_size=1, max_size=40)
lines = st.text(st.one_of(letters, st.just("\n")), max_size=80)
code = st.from_regex(r"\A[A-Za-z0-9_-]{0,20}\Z")
moment = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
address = st.sampled_from(["https://erfahrungen.example", "http://127.0.0.1:8000", "https://a.example/netz"])
url = st.one_of(st.just(""), st.from_regex(r"\Ahttps?://[a-z0-9.]{1,10}\.example/[a-z0-9?&=%~#._-]{0,30}\Z"))
count = st.one_of(st.none(), st.integers(0, 600))


def _several(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


sources = st.builds(
    CitedSource,
    title=some,
    publisher=some,
    url=url,
    date=st.sampled_from(["", "unknown", "2024", "2024-09"]),
    lang=st.sampled_from(["", "de", "fr"]),
)
records = st.builds(
    PinnedRecord,
    home=address,
    id=st.uuids().map(str),
    ver=st.integers(1, 999_999),
    digest=st.from_regex(r"\Asha256:[0-9a-f]{64}\Z"),
    at=moment,
    kind=code,
    title=some,
    lang=st.sampled_from(["de", "en", "de-simple"]),
    license=st.sampled_from(["CC-BY-4.0", ""]),
    summary=lines,
    places=_several(some),
    outcome=code,
    sources=_several(sources),
)
situations = st.builds(
    MemoSituation,
    place=line,
    **dict.fromkeys(("state", "place_kind", "size_class", "cooperation", "topic", "phase"), code),
    **dict.fromkeys(("population", "months", "budget"), count),
    memberships=_several(some),
    staff=st.one_of(st.none(), st.floats(0, 1000)),
    open_source_only=st.booleans(),
    obtainable_only=st.booleans(),
)
seen = st.builds(
    SeenHit, home=address, id=st.uuids().map(str), ver=st.integers(1, 999_999), title=some, lang=st.just("en")
)
ways = st.builds(
    Way,
    verdict=st.sampled_from(Verdict).map(str),
    route=code,
    provider=line,
    step=st.sampled_from(["", "join", "award", "operate"]),
    others=st.sampled_from([(), ("operate",), ("join", "code_published")]),
    as_of=st.sampled_from(["", "unknown", "2024", "2024-09", "2024-09-30"]),
)
memos = st.builds(
    ReuseMemo,
    at=moment,
    site=some,
    issuer=address,
    lang=st.sampled_from(["de", "en"]),
    reference=line,
    office=line,
    occasion=lines,
    question=lines,
    situation=situations,
    searches=_several(
        st.builds(
            SearchDone,
            at=moment,
            text=line,
            filters=_several(st.builds(Filter, name=code, value=some)),
            found=st.integers(0, 10_000),
            hits=_several(seen),
        )
    ),
    nodes=_several(
        st.builds(
            NodeAsked,
            name=some,
            address=address,
            state=st.sampled_from(SearchedState),
            as_of=st.one_of(st.none(), moment),
        )
    ),
    finds=_several(
        st.builds(
            Find, record=records, decision=st.sampled_from(Decision), reason=lines, way=st.one_of(st.none(), ways)
        )
    ),
    cosigners=_several(some),
    inquiries=_several(
        st.builds(
            Inquiry, asked=st.sampled_from(Asked), on=st.sampled_from(["", "2026-11-27", "2026-02-30"]), result=lines
        )
    ),
    duties=_several(
        st.builds(DutyAnswer, duty=st.sampled_from(Duty), state=st.sampled_from(DutyState), text=lines), most=4
    ),
    goals=_several(st.builds(GoalAnswer, question=some, answer=st.sampled_from(GoalState), note=lines)),
    conclusion=lines,
)
