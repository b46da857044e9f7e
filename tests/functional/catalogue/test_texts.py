"""Texts of own versions lie beside their digests, and go where nobody may read them any more."""

import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.catalogue import CatalogueEntry, catching_up
from app.catalogue.agreement import Disagreement
from app.records.record import Record, Withdrawn
from tests.functional.catalogue.conftest import Node
from tests.functional.catalogue.test_catching_up import outcome, run_in_child
from tests.webnode.texts import concept, record_id, withdrawn

TRANSLATION = """\
translations:
  - {lang: de-x-leicht, title: "Leicht", summary: "In Leichter Sprache.", file: leicht.md}
sources:
"""


def translated(slug: str) -> bytes:
    return concept(slug).replace(b"sources:\n  - key", f"{TRANSLATION}  - key".encode())


def ask(node: Node, statement: str) -> list[str]:
    with node.engine.begin() as db:
        return [str(value) for value in db.execute(text(statement)).scalars()]


def do(node: Node, statement: str) -> None:
    with node.engine.begin() as db:
        db.execute(text(statement))


def kept(node: Node) -> set[str]:
    return set(ask(node, "SELECT digest FROM catalogue_text"))


def digests(entries: Iterable[CatalogueEntry]) -> set[str]:
    return {entry.digest for entry in entries}


def without_lines(found: Record | Withdrawn) -> Record:
    assert isinstance(found, Record)
    return replace(found, sections=tuple(replace(one, line=0, text_line=0) for one in found.sections))


@pytest.fixture
def no_git(node: Node, open_node: Callable[[], Node], monkeypatch: pytest.MonkeyPatch) -> Callable[[], Node]:
    """Returns a process that cannot read the repository."""

    def make() -> Node:
        other = open_node()
        for name in ("read", "read_together", "resolve"):
            monkeypatch.setattr(other.repository.reader, name, None)
        return other

    return make


def test_every_version_is_read_without_git(node: Node, no_git: Callable[[], Node]) -> None:
    node.publish({"concepts/eins/index.md": translated("eins"), "concepts/eins/leicht.md": b"Ganz leicht.\r\n"})
    node.edit("zwei", withdrawn("concept", record_id("zwei")))
    node.catalogue.catch_up()
    other = no_git().catalogue
    entries = other.versions(record_id("eins"))
    found = [other.record(entry) for entry in entries]
    commits = [version.commit for version in node.repository.versions("concepts/eins")]
    assert [without_lines(one) for one in found] == [
        without_lines(node.content.read("concepts/eins", commit)) for commit in commits
    ]
    assert found[1].translations[0].text == "Ganz leicht.\n"
    note = other.versions(record_id("zwei"))[-1]
    assert other.withdrawal(note).reason == "error"
    assert other.told(note) == ("", ("mobility",))


def test_a_withdrawal_takes_the_texts_before_it_in_the_same_moment(node: Node, no_git: Callable[[], Node]) -> None:
    node.edit("zwei", concept("zwei", "Steht hier nicht mehr."))
    node.catalogue.catch_up()
    node.edit("zwei", withdrawn("concept", record_id("zwei")))
    node.catalogue.catch_up()
    versions = node.catalogue.versions(record_id("zwei"))
    assert kept(node) == digests([*node.catalogue.versions(record_id("eins")), versions[-1]])
    assert "Steht hier nicht mehr." not in " ".join(ask(node, "SELECT content FROM catalogue_text"))
    assert node.catalogue.disagreements() == ()
    # Of a record that comes back all texts do.
    node.edit("zwei", concept("zwei", "Wieder da."))
    node.catalogue.catch_up()
    versions = node.catalogue.versions(record_id("zwei"))
    assert digests(versions) <= kept(node)
    assert "Erste Fassung." in no_git().catalogue.record(versions[0]).body


def test_a_text_of_two_versions_stays_as_long_as_one_of_them(node: Node) -> None:
    for content in ("Zweite.", "Erste Fassung."):
        node.edit("eins", concept("eins", content))
    node.catalogue.catch_up()
    first, second, third = node.catalogue.versions(record_id("eins"))
    assert first.digest == third.digest
    assert digests([first, second]) <= kept(node)


def as_an_earlier_release_left_it(node: Node) -> None:
    do(node, "DELETE FROM catalogue_text")
    do(node, "UPDATE catalogue_version SET told = NULL")


def test_a_node_of_an_earlier_release_is_filled_and_reads_from_git(node: Node, open_node: Callable[[], Node]) -> None:
    node.edit("zwei", withdrawn("concept", record_id("zwei")))
    node.catalogue.catch_up()
    before, numbers = kept(node), [(entry.seq, entry.told) for entry in node.catalogue.changes(0)]
    as_an_earlier_release_left_it(node)
    meanwhile = open_node().catalogue
    assert "Erste Fassung." in meanwhile.record(meanwhile.head(record_id("eins"))).body
    assert {one.code for one in meanwhile.disagreements()} >= {Disagreement.WRONG_ROW}
    open_node().catalogue.catch_up()
    assert kept(node) == before
    assert [(entry.seq, entry.told) for entry in node.catalogue.changes(0)] == numbers
    assert meanwhile.disagreements() == ()


def test_filling_survives_a_kill(node: Node, open_node: Callable[[], Node], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "_BATCH_SIZE", 20)
    node.publish({f"concepts/viele-{number}/index.md": concept(f"viele-{number}") for number in range(25)})
    node.catalogue.catch_up()
    as_an_earlier_release_left_it(node)
    fresh = open_node()

    def kill_self(_done: int, _all: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    assert outcome(run_in_child(lambda: fresh.catalogue.catch_up(kill_self))) == -signal.SIGKILL
    assert len(kept(node)) == 20
    seen: list[tuple[int, int]] = []
    open_node().catalogue.catch_up(lambda *step: seen.append(step))
    assert seen == [(7, 7)]
    assert node.catalogue.disagreements() == ()


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("DELETE FROM catalogue_text WHERE content LIKE '%Zweite.%'", Disagreement.MISSING_TEXT),
        ("UPDATE catalogue_text SET content = replace(content, 'Zweite.', 'Böse.')", Disagreement.WRONG_TEXT),
        ("UPDATE catalogue_text SET beside = '{\"x.md\": \"\"}'", Disagreement.WRONG_TEXT),
        ("UPDATE catalogue_text SET content = CAST(x'c328' AS TEXT)", Disagreement.WRONG_TEXT),
        ("UPDATE catalogue_text SET beside = '{x'", Disagreement.WRONG_TEXT),
        ("INSERT INTO catalogue_text VALUES ('sha256:00', '{}', '{}')", Disagreement.EXTRA_TEXT),
    ],
)  # fmt: skip
def test_damage_is_found_never_shown_and_mended(
    node: Node, open_node: Callable[[], Node], statement: str, difference: Disagreement
) -> None:
    if "CAST(x" in statement and node.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no text that is none")
    node.edit("eins", concept("eins", "Zweite."))
    node.catalogue.catch_up()
    do(node, statement)
    other = open_node().catalogue
    assert difference in {finding.code for finding in other.disagreements()}
    assert "Zweite." in other.record(other.head(record_id("eins"))).body
    other.rebuild()
    assert other.disagreements() == ()
