from __future__ import annotations

from hashlib import sha256
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.federation.entity import state_root

_RECORDS = st.lists(
    st.tuples(
        st.uuids().map(lambda found: f"https://erfahrungen.example/r/{found}"),
        st.integers(1, 99),
        st.text("0a", min_size=3),
    ),
    unique_by=lambda record: record[0],
    max_size=8,
)


def test_the_root_is_the_hash_of_the_lines_in_the_order_of_names() -> None:
    lines = b"https://a.example/r/1 2 sha256:x\nhttps://a.example/r/2 1 sha256:y\n"
    records = [("https://a.example/r/2", 1, "sha256:y"), ("https://a.example/r/1", 2, "sha256:x")]
    assert state_root(records) == f"sha256:{sha256(lines).hexdigest()}"
    assert state_root([]) == f"sha256:{sha256(b'').hexdigest()}"


@given(_RECORDS, st.randoms())
def test_the_order_in_which_records_came_does_not_matter(records: list[tuple[str, int, str]], random: Random) -> None:
    mixed = random.sample(records, len(records))
    assert state_root(mixed) == state_root(records)


@given(_RECORDS.filter(bool), st.data())
def test_every_missing_or_older_version_is_noticed(records: list[tuple[str, int, str]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(records) - 1))
    sub, ver, digest = records[at]
    others = [*records[:at], *records[at + 1 :]]
    for changed in ([], [(sub, ver + 1, digest)], [(sub, ver, f"{digest}0")]):
        assert state_root([*others, *changed]) != state_root(records)
