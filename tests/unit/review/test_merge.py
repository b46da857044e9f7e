from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.review.merge import Merge, merge
from app.review.text.record_text import RecordText, bind_files, release_files

KEYS = ("title", "summary", "topics")
values = st.one_of(st.none(), st.text("ab", max_size=2))
fronts = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, st.text("ab", min_size=1, max_size=2)))
texts = st.builds(
    RecordText,
    front=fronts,
    sections=st.dictionaries(st.sampled_from(["problem", "approach"]), st.text("ab", min_size=1, max_size=2)),
    files=st.dictionaries(st.sampled_from(["a.png", "b.png"]), st.sampled_from(["1" * 64, "2" * 64])),
)


def text(**front: Any) -> RecordText:
    sections = front.pop("sections", {})
    return RecordText(front=front, sections=sections, files=front.pop("files", {}))


@settings(max_examples=40)
@given(texts, texts)
def test_an_edit_of_one_side_only_is_taken_whole(base: RecordText, edited: RecordText) -> None:
    for done in (merge(base, base, edited), merge(base, edited, base), merge(base, edited, edited)):
        assert done.conflicts == ()
        assert done.text.flat() == edited.flat()


@settings(max_examples=60)
@given(texts, texts, texts)
def test_every_field_is_that_of_a_side(base: RecordText, published: RecordText, proposed: RecordText) -> None:
    done = merge(base, published, proposed)
    before, ours, theirs, merged = (side.flat() for side in (base, published, proposed, done.text))
    clashes = {clash.key for clash in done.conflicts}
    for key in {*before, *ours, *theirs}:
        changed_by = [side.get(key) for side in (ours, theirs) if side.get(key) != before.get(key)]
        if key in clashes:
            assert len(changed_by) == 2
            assert changed_by[0] != changed_by[1]
        else:
            assert merged.get(key) == (changed_by[0] if changed_by else before.get(key))


@settings(max_examples=40)
@given(texts, texts, texts)
def test_both_sides_see_the_same_conflicts(base: RecordText, published: RecordText, proposed: RecordText) -> None:
    one = {(c.key, str(c.published), str(c.proposed)) for c in merge(base, published, proposed).conflicts}
    other = {(c.key, str(c.proposed), str(c.published)) for c in merge(base, proposed, published).conflicts}
    assert one == other


def lesson(name: str, words: str) -> dict[str, str]:
    return {"id": name, "statement": words}


@pytest.mark.parametrize(
    ("published", "proposed", "expected"),
    [
        ([("a", "1"), ("b", "1")], [("a", "1"), ("c", "1")], [("a", "1"), ("c", "1"), ("b", "1")]),
        ([("a", "2")], [("a", "1"), ("c", "1")], [("a", "2"), ("c", "1")]),
        ([], [("a", "1"), ("c", "1")], [("c", "1")]),
        ([("a", "2")], [("a", "3")], None),
        ([], [("a", "3")], None),
    ],
)
def test_lists_with_identities_merge_item_by_item(
    published: list[tuple[str, str]], proposed: list[tuple[str, str]], expected: list[tuple[str, str]] | None
) -> None:
    def lessons(items: list[tuple[str, str]]) -> RecordText:
        return text(lessons=[lesson(*item) for item in items])

    done = merge(lessons([("a", "1")]), lessons(published), lessons(proposed))
    if expected is None:
        assert [clash.key for clash in done.conflicts] == ["lessons"]
    else:
        assert done.conflicts == ()
        assert done.text.front["lessons"] == [lesson(*item) for item in expected]


def test_the_later_confirmation_wins_over_the_earlier() -> None:
    sides = [text(review_by=day) for day in ("2026-01-01", "2027-05-01", "2027-03-01")]
    assert merge(*sides).text.front["review_by"] == "2027-05-01"
    assert merge(*sides).conflicts == ()


def pictures(**hashes: str) -> RecordText:
    rows = [{"file": f"{name}.png", "alt": name} for name in hashes]
    return text(media=rows, files={f"{name}.png": digest for name, digest in hashes.items()})


def bound(base: RecordText, published: RecordText, proposed: RecordText) -> Merge:
    return merge(bind_files(base), bind_files(published), bind_files(proposed))


@settings(max_examples=30)
@given(texts)
def test_files_bound_to_their_rows_come_back(plain: RecordText) -> None:
    named = RecordText(front={**plain.front, "media": [{"file": "a.png"}]}, sections={}, files=plain.files)
    for sides in (plain, named):
        assert release_files(bind_files(sides)).flat() == sides.flat()


@pytest.mark.parametrize(
    ("published", "proposed", "expected"),
    [
        ({"a": "2"}, {"a": "1"}, {"a": "2"}),
        ({"a": "1", "b": "1"}, {"a": "1", "c": "1"}, {"a": "1", "c": "1", "b": "1"}), ({}, {"a": "1"}, {}),
        ({}, {"a": "2"}, None), ({"a": "2"}, {}, None), ({"a": "2"}, {"a": "3"}, None),
    ],
)  # fmt: skip
def test_files_and_the_rows_that_name_them_merge_as_one(
    published: dict[str, str], proposed: dict[str, str], expected: dict[str, str] | None
) -> None:
    done = bound(pictures(a="1"), pictures(**published), pictures(**proposed))
    if expected is None:
        assert [clash.key for clash in done.conflicts] == ["media"]
    else:
        assert done.conflicts == ()
        assert release_files(done.text) == pictures(**expected)
