from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.following.models import Rhythm, What
from app.identity import RoleKind
from app.identity.errors import PersonNotFound
from app.wiring import Services
from tests.functional.privacy.somebody import ADDRESS, NAME, TRACES, Somebody, found_in, join, somebody_in

Call = Callable[..., Result]


@pytest.fixture
def somebody(tmp_path: Path) -> Somebody:
    return somebody_in(tmp_path)


@pytest.fixture
def call(somebody: Somebody) -> Call:
    own = somebody.services.settings.data

    def invoke(*arguments: str, typed: str = "", data: Path = own) -> Result:
        runner = CliRunner(
            env={"NODE_DATA": str(data), "NODE_LOG_LEVEL": "error", "NODE_ISSUER": "https://hier.example"}
        )
        return runner.invoke(main, arguments, input=typed, catch_exceptions=False)

    return invoke


def test_an_address_without_an_account_is_forgotten(call: Call, somebody: Somebody) -> None:
    subscriptions, other = somebody.services.following.subscriptions, "niemand@stadt.example"
    subscriptions.subscribe(What.SEARCH, "q=Schuldnerberatung", Rhythm.DAILY, other, "de")
    assert found_in(somebody.services, "Schuldnerberatung")
    done = call("erase", "address", other, "--yes")
    assert (done.exit_code, "Subscriptions: 0. Entered in the last two days: 1." in done.output) == (0, True)
    assert found_in(somebody.services, "Schuldnerberatung") == set(), "neither in the log of the database"
    assert "Subscriptions: 0." in call("erase", "address", other, "--yes").output
    with somebody.services.sessions.reading() as db:
        assert somebody.services.following.subscriptions.store.ids_of(db, other) == ()


def test_a_person_is_erased_after_the_answer_and_what_stays_is_said(call: Call, somebody: Somebody) -> None:
    asked = call("erase", "person", ADDRESS, "--reason", "request", typed="n\n")
    assert asked.exit_code == 1
    counted = ("drafts with their files: 2", "from the same address: 2", "any more: 5", f"proposal {somebody.waiting}")
    for words in (*counted, "Delete this permanently?"):
        assert words in asked.output
    assert somebody.services.identity.people.get(somebody.person.id).display_name
    done = call("erase", "person", ADDRESS, "--reason", "request", "--yes")
    assert done.exit_code == 0, done.output
    assert f"question/{somebody.published.slug}" in done.output
    assert f"others wrote in it as well: proposal {somebody.shared}" in done.output
    assert "Existing backups still contain all of it" in done.output
    with pytest.raises(PersonNotFound):
        somebody.services.identity.people.get(somebody.person.id)
    assert found_in(somebody.services, *TRACES) == set()
    assert call("erase", "person", ADDRESS, "--reason", "request", "--yes").exit_code == 0


def test_published_texts_that_name_the_person_are_listed(call: Call, somebody: Somebody) -> None:
    services = somebody.services
    path = "case-studies/beispielstadt-mitfahrbank/index.md"
    head = services.repository.head()
    text = (services.repository.folder("case-studies/beispielstadt-mitfahrbank", head).text or b"").decode()
    for changed in (text.replace("\n## ", f"\n{ADDRESS} weiß mehr.\n\n## ", 1), text):
        services.repository.write(
            {path: changed.encode()}, message="Edit", author="u-1", expected_head=services.repository.head()
        )
    done = call("erase", "person", ADDRESS, "--reason", "unlawful", "--yes")
    assert "in an earlier version: case-studies/beispielstadt-mitfahrbank" in done.output


def test_a_record_is_erased_after_a_question(call: Call, somebody: Somebody) -> None:
    assert call("erase", "record", "case-study/gibt-es-nicht", "--reason", "legal", "--yes").exit_code == 4
    name = f"question/{somebody.published.slug}"
    asked = call("erase", "record", name, "--reason", "personal-data", typed="n\n")
    assert asked.exit_code == 1
    assert somebody.services.catalogue.head_by_slug("question", somebody.published.slug).ver == 1
    done = call("erase", "record", name, "--reason", "personal-data", "--yes")
    assert done.exit_code == 0, done.output
    assert "Clones of the repository still contain it" in done.output
    assert found_in(somebody.services, "Im Sommer ist es") == set()
    assert call("erase", "record", name, "--reason", "personal-data", "--yes").exit_code == 0


@pytest.mark.sqlite
def test_what_was_erased_since_is_erased_again_after_a_restore(call: Call, somebody: Somebody, tmp_path: Path) -> None:
    record, other = f"question/{somebody.published.slug}", "niemand@stadt.example"
    somebody.services.following.subscriptions.subscribe(What.SEARCH, "q=Schuldner", Rhythm.DAILY, other, "de")
    backup, there = tmp_path / "backup", tmp_path / "there"
    assert call("backup", str(backup)).exit_code == 0
    for what in (("record", record, "--reason", "legal"), ("address", other), ("person", ADDRESS, "--reason", "left")):
        assert call("erase", *what, "--yes").exit_code == 0
    listed = somebody.services.settings.data / "erased.log"
    assert not [word for word in (ADDRESS, other, NAME, record) if word in listed.read_text("utf-8")]
    assert call("backup", str(tmp_path / "later")).exit_code == 0
    assert not [*(tmp_path / "later").rglob("erased.log")]

    assert call("restore", str(backup), data=there).exit_code == 0
    again = ("erase", "again", str(listed))
    assert call(*again, "--yes", data=there).exit_code != 0, "a restored node publishes nothing before doctor"
    (there / "restored").unlink()
    asked = call(*again, typed="n\n", data=there)
    assert asked.output.count(" person ") == asked.output.count(" address ") == asked.output.count(" record ") == 1
    done = call(*again, "--yes", data=there)
    assert done.exit_code == 0, done.output
    assert "Erased again: 3" in done.output
    back = Services(somebody.services.settings.model_copy(update={"data": there}))
    assert found_in(back, *TRACES, "Im Sommer ist es", "q=Schuldner") == set()
    back.close()
    assert "Nothing listed in" in call(*again, "--yes", data=there).output
    assert {*listed.read_text("utf-8").splitlines()} <= {*(there / "erased.log").read_text("utf-8").splitlines()}
    (tmp_path / "other.log").write_text("hello\n", encoding="utf-8")
    assert "is no list" in call("erase", "again", str(tmp_path / "other.log"), data=there).output


def test_whom_it_cannot_tell_apart_it_asks_for_by_id(call: Call, somebody: Somebody) -> None:
    assert call("erase", "person", "niemand@stadt.example", "--reason", "left", "--yes").exit_code == 4
    other = join(somebody.services, "A. Musterfrau", ADDRESS, RoleKind.READER, "zweites")
    done = call("erase", "person", ADDRESS, "--reason", "left", "--yes")
    assert done.exit_code == 1
    assert other.id in done.output
    assert somebody.person.id in done.output
    done = call("erase", "person", other.id, "--reason", "left", typed="n\n")
    assert f"another account of the same person: {somebody.person.id}" in done.output
