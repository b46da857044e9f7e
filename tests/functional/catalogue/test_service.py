import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn, State, catching_up
from app.database import Table
from app.records.problem import InvalidRecord
from app.records.record_reader import VersionText
from app.records.repository import MAIN
from tests.functional.catalogue.conftest import Node
from tests.webnode.texts import concept, record_id, withdrawn

EINS = record_id("eins")
ZWEI = record_id("zwei")


def shape(entries: object) -> list[tuple[str, int, str]]:
    assert isinstance(entries, tuple)
    return [(entry.slug, entry.ver, entry.state.value) for entry in entries]


def codes(entry: CatalogueEntry) -> list[str]:
    return [problem["code"] for problem in json.loads(entry.problems or "[]")]


def test_the_first_catch_up_takes_in_everything(node: Node) -> None:
    assert (node.catalogue.last_seq(), node.catalogue.heads()) == (0, ())
    with pytest.raises(RecordNotFound):
        node.catalogue.head(EINS)
    seen: list[tuple[int, int]] = []
    assert node.catalogue.catch_up(lambda done, total: seen.append((done, total))) == 2
    assert seen == [(2, 2)]
    assert shape(node.catalogue.heads()) == [("eins", 1, "published"), ("zwei", 1, "published")]
    assert (len(node.catalogue.heads("concept")), node.catalogue.heads("solution")) == (2, ())
    entry = node.catalogue.head(EINS)
    assert entry == node.catalogue.head_by_slug("concept", "eins")
    assert node.catalogue.record(entry).digest == entry.digest
    assert entry.at == node.repository.versions("concepts/eins")[0].at


def test_what_is_visible_follows_changes_of_other_processes_too(node: Node, open_node: Callable[[], Node]) -> None:
    node.catalogue.catch_up()
    before = node.catalogue.visible()
    assert node.catalogue.visible().entries is before.entries
    node.edit("eins", concept("eins", "Zweite Fassung."))
    node.edit("zwei", withdrawn("concept", record_id("zwei")))
    open_node().catalogue.catch_up()
    after = node.catalogue.visible()
    assert [entry.ver for entry in (after.get(EINS), after.at("concept", "eins")) if entry] == [2, 2]
    assert after.get(ZWEI) is after.at("concept", "zwei") is after.get(EINS, "other.example") is None
    assert before.get(ZWEI) is not None


def confirmed(text: bytes, day: str) -> bytes:
    return text.replace(b"last_confirmed: 2026-03-01", f"last_confirmed: {day}".encode())


def test_what_only_confirms_a_version_is_no_edit_of_it(node: Node) -> None:
    text = concept("eins", "Zweite Fassung.")
    for version in (text, confirmed(text, "2026-04-01"), confirmed(text, "2026-05-01")):
        node.edit("eins", version)
    node.catalogue.catch_up()
    edits = [node.catalogue.last_edit(entry).ver for entry in node.catalogue.versions(EINS)]
    assert edits == [1, 2, 2, 2]
    node.edit("zwei", confirmed(concept("zwei"), "2026-04-01"))
    node.edit("eins", confirmed(text, "2026-05-01") + b"\nNoch ein Satz.\n")
    node.catalogue.catch_up()
    newest = [(entry.slug, entry.ver, edit.ver) for entry, edit in node.catalogue.own.newest_edits(["concept"])]
    assert newest == [("eins", 5, 5), ("zwei", 2, 1)]
    node.edit("eins", withdrawn("concept", EINS))
    node.edit("eins", confirmed(text, "2026-06-01") + b"\nNoch ein Satz.\n")
    node.catalogue.catch_up()
    assert node.catalogue.last_edit(node.catalogue.head(EINS)).ver == 7, "a restored record is news"
    with pytest.raises(RecordNotFound):
        node.catalogue.withdrawal(node.catalogue.head(EINS))


def test_a_picture_changes_the_digest_and_can_be_read_in_its_version(node: Node) -> None:
    node.edit("eins", b"one", "bild.png")
    node.edit("eins", b"two", "bild.png")
    node.catalogue.catch_up()
    first, second, third = node.catalogue.versions(EINS)
    assert len({first.digest, second.digest, third.digest}) == 3
    assert node.catalogue.file(second, "bild.png") == b"one"
    assert node.catalogue.file(third, "bild.png") == b"two"


def test_edits_append_versions_and_changes_come_in_order_and_in_portions(node: Node) -> None:
    node.catalogue.catch_up()
    old = node.catalogue.head(EINS)
    for number in range(5):
        node.edit("eins", concept("eins", f"Fassung {number}"))
    last = node.catalogue.catch_up()
    first = node.catalogue.changes(0, limit=4)
    rest = node.catalogue.changes(first[-1].seq, limit=100)
    numbers = [entry.seq for entry in (*first, *rest)]
    assert numbers == sorted(set(numbers))
    assert (numbers[-1], len(numbers)) == (last, 7)
    assert shape(node.catalogue.versions(EINS)) == [("eins", ver, "published") for ver in range(1, 7)]
    assert node.catalogue.get(EINS, 1) == old
    assert "Erste Fassung." in node.catalogue.record(old).body
    assert "Fassung 4" in node.catalogue.record(node.catalogue.head(EINS)).body


def test_a_broken_version_leaves_the_last_good_one_visible(node: Node) -> None:
    node.edit("eins", b"no front matter at all")
    node.catalogue.catch_up()
    assert node.catalogue.head(EINS).ver == 1
    assert shape(node.catalogue.heads()) == [("eins", 1, "published"), ("zwei", 1, "published")]
    (problem,) = node.catalogue.problems()
    assert (problem.slug, problem.ver, problem.state, problem.id) == ("eins", 2, State.BROKEN, EINS)
    assert codes(problem)
    assert json.loads(problem.problems or "")[0]["file"] == "concepts/eins/index.md"
    assert shape(node.catalogue.versions(EINS)) == [("eins", 1, "published")]
    with pytest.raises(RecordNotFound):
        node.catalogue.get(EINS, 2)
    with pytest.raises(InvalidRecord):
        node.catalogue.record(problem)
    node.catalogue.read_ahead(node.catalogue.changes(0))
    assert "Erste Fassung." in node.catalogue.record(node.catalogue.head(EINS)).body
    node.edit("eins", concept("eins", "Wieder gut."))
    node.catalogue.catch_up()
    assert (node.catalogue.head(EINS).ver, node.catalogue.problems()) == (3, ())


def test_a_record_that_was_never_readable_is_reported_and_not_shown(node: Node) -> None:
    node.edit("drei", b"broken")
    node.edit("vier", b"broken")
    node.catalogue.catch_up()
    assert [(entry.slug, entry.id) for entry in node.catalogue.problems()] == [("drei", ""), ("vier", "")]
    with pytest.raises(RecordNotFound):
        node.catalogue.head_by_slug("concept", "drei")
    node.edit("drei", concept("drei"))
    node.catalogue.catch_up()
    assert node.catalogue.head_by_slug("concept", "drei").ver == 2


@pytest.mark.parametrize(
    ("slug", "content", "code"),
    [
        ("eins", None, "index_missing"),
        ("eins", concept("eins", id=record_id("anders")), "id_changed"),
        ("kopie", concept("eins"), "id_taken"),
    ],
)
def test_no_lost_file_and_no_other_id_moves_a_record(node: Node, slug: str, content: bytes | None, code: str) -> None:
    node.catalogue.catch_up()
    node.edit(slug, content)
    node.catalogue.catch_up()
    assert node.catalogue.head(EINS).ver == node.catalogue.head_by_slug("concept", "eins").ver == 1
    assert codes(node.catalogue.problems()[0]) == [code]


def test_of_two_new_records_with_one_id_the_first_has_it(node: Node) -> None:
    node.publish({f"concepts/{slug}/index.md": concept("same") for slug in ("a", "b")})
    node.catalogue.catch_up()
    assert node.catalogue.head(record_id("same")).slug == "a"
    assert [entry.slug for entry in node.catalogue.problems()] == ["b"]


def test_a_translation_that_is_not_there_breaks_the_version_only(node: Node) -> None:
    entry = 'translations:\n  - {lang: en, file: index.en.md, title: "Example", summary: "An example."}\nsources:'
    node.edit("eins", concept("eins").replace(b"sources:\n  - key", entry.encode() + b"\n  - key"))
    node.catalogue.catch_up()
    assert node.catalogue.head(EINS).ver == 1
    assert codes(node.catalogue.problems()[0]) == ["file_missing"]
    node.edit("eins", b"## Background {#background}\n", "index.en.md")
    node.catalogue.catch_up()
    (translation,) = node.catalogue.record(node.catalogue.head(EINS)).translations
    assert translation.text is not None
    assert "Background" in translation.text


def test_a_withdrawn_record_is_gone_with_all_its_versions_and_says_why(node: Node) -> None:
    node.edit("eins", withdrawn("concept", record_id("eins"), "personal-data"))
    node.catalogue.catch_up()
    looks: list[Callable[[], CatalogueEntry]] = [
        lambda: node.catalogue.head(EINS), lambda: node.catalogue.head_by_slug("concept", "eins"),
        lambda: node.catalogue.get(EINS, 1), lambda: node.catalogue.get(EINS, 2),
    ]  # fmt: skip
    for look in looks:
        with pytest.raises(RecordWithdrawn) as caught:
            look()
        assert node.catalogue.withdrawal(caught.value.entry).reason == "personal-data"
    assert shape(node.catalogue.heads()) == [("zwei", 1, "published")]
    assert [entry.state for entry in node.catalogue.changes(0)][-1] is State.WITHDRAWN


def test_rewritten_history_is_built_anew_and_right_rows_stay(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr(catching_up, "_log", SimpleNamespace(warning=lambda event, **_: logged.append(event)))
    base = node.repository.head()
    node.catalogue.catch_up()
    kept = node.catalogue.head(EINS)
    lost = node.edit("zwei", concept("zwei", "Verloren."))
    assert node.catalogue.catch_up() == 3
    assert node.catalogue.generation() == 0
    node.repository.commits.move(MAIN, base, expected=lost, reason="rewind")
    fewer = node.catalogue.catch_up()
    assert (fewer > 3, node.catalogue.head(ZWEI).ver) == (True, 1), "the number rises even when rows only vanish"
    node.edit("zwei", concept("zwei", "Stattdessen."))
    assert node.catalogue.catch_up() > fewer
    assert node.catalogue.generation() == 1
    assert node.catalogue.head(EINS) == kept
    assert "Stattdessen." in node.catalogue.record(node.catalogue.head(ZWEI)).body
    assert logged[0] == "catalogue.history_rewritten"


def test_a_version_before_a_rewrite_is_not_taken_for_the_new_one(node: Node, open_node: Callable[[], Node]) -> None:
    first = node.repository.head()
    lost = node.edit("eins", concept("eins", "Verworfen."))
    node.catalogue.catch_up()
    assert "Verworfen." in node.catalogue.record(node.catalogue.head(EINS)).body
    other = open_node()
    other.repository.commits.move(MAIN, first, expected=lost, reason="rewind")
    other.edit("eins", concept("eins", "Neu."))
    other.catalogue.catch_up()
    entry = node.catalogue.head(EINS)
    assert (entry.ver, "Neu." in node.catalogue.record(entry).body) == (2, True)


def test_the_same_catalogue_comes_out_step_by_step_and_at_once(node: Node, open_node: Callable[[], Node]) -> None:
    steps: list[tuple[str, bytes | None]] = [
        ("eins", b"broken"), ("kopie", concept("zwei")), ("eins", concept("eins", "gut")),
        ("zwei", withdrawn("concept", record_id("zwei"))), ("drei", concept("drei")), ("drei", None),
    ]  # fmt: skip
    for slug, content in steps:
        node.edit(slug, content)
        node.catalogue.catch_up()
    by_steps = node.catalogue.changes(0)
    Table.metadata.drop_all(node.engine)
    Table.metadata.create_all(node.engine)
    node.engine.dispose()
    fresh = open_node()
    fresh.catalogue.catch_up()
    assert fresh.catalogue.changes(0) == by_steps


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400)
    | st.text(max_size=400).map(lambda text: f"---\n{text}\n---\n".encode("utf-8", "surrogatepass"))
    | st.sampled_from([b"---\n" + b"[" * 5000, b"---\na: &a [*a]\n---\n", b"\xff\xfe", b"---\n---\n", b"\0" * 100])
)
def test_no_file_whatever_takes_the_catalogue_down(node: Node, data: bytes) -> None:
    node.edit("eins", data)
    node.catalogue.catch_up()
    assert node.catalogue.head(EINS).ver == 1
    assert node.catalogue.head(ZWEI).ver == 1


def test_reading_ahead_reads_alike(node: Node, open_node: Callable[[], Node], monkeypatch: pytest.MonkeyPatch) -> None:
    node.catalogue.catch_up()
    heads = node.catalogue.heads()
    other = open_node()
    other.catalogue.read_ahead([*heads, heads[0]])
    expected = [node.catalogue.record(entry) for entry in heads]
    monkeypatch.setattr(VersionText, "read", None)
    assert [other.catalogue.record(entry) for entry in heads] == expected
