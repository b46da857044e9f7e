import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.following.models import Rhythm, What
from app.review.questions import Asked
from app.wiring import Services
from tests.functional.privacy.somebody import ADDRESS, MARKER, NAME, somebody_in
from tests.webnode.node import settings

GUEST = "ohne.konto@stadt.example"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    services = somebody_in(tmp_path_factory.mktemp("export")).services
    services.close()
    return services.settings.data


def call(data: Path, *arguments: str) -> Result:
    return CliRunner(env={"NODE_DATA": str(data), "NODE_LOG_LEVEL": "error"}).invoke(main, arguments)


def test_a_folder_gets_the_document_and_its_files(data: Path, tmp_path: Path) -> None:
    done = call(data, "export", "person", ADDRESS, "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "out" / "person.json").read_text(encoding="utf-8"))
    assert document["account"][0]["display_name"] == NAME
    assert MARKER in next((tmp_path / "out").rglob("plan.txt")).read_text(encoding="utf-8")
    again = call(data, "export", "person", ADDRESS, "--out", str(tmp_path / "out"))
    assert again.exit_code == 1
    assert "is not empty" in again.output


def test_standard_output_gets_the_document_alone_and_nobody_is_nobody(data: Path) -> None:
    done = call(data, "export", "person", ADDRESS, "--out", "-", "--lang", "en")
    assert json.loads(done.stdout)["explained"]["drafts"].startswith("Your drafts")
    assert call(data, "export", "person", "niemand@stadt.example", "--out", "-").exit_code == 4
    nothing = call(data, "export", "address", "niemand@stadt.example", "--out", "-")
    assert nothing.exit_code == 4
    assert "nothing is stored of this address" in nothing.stderr


def test_an_address_without_an_account_gets_what_it_follows_and_asked(data: Path) -> None:
    _follow_and_ask(data, GUEST)
    done = call(data, "export", "address", GUEST.upper(), "--out", "-", "--lang", "en")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["person"] == GUEST.upper()
    wanted = {one["purpose"]: one["wanted"] for one in document["confirmations"]}
    assert wanted["question"]["question"] == "Wer kennt eine Bank?"
    assert (wanted["subscription"]["what"], wanted["subscription"]["target"]) == ("search", "q=Mitfahren")
    assert (len(document["subscriber"]), len(document["notices"])) == (0, 2)
    assert document["account"] == document["drafts"] == document["published"] == []
    assert not {"token_hash", "address", "seal"} & {*document["confirmations"][0]}


def _follow_and_ask(data: Path, address: str) -> None:
    services = Services(settings(data.parent, smtp_host="127.0.0.1", operator_email="netz@verbund.example"))
    asked = Asked(question="Wer kennt eine Bank?", topic="mobility", situation="Wir suchen eine Bank zum Mitfahren.")
    assert services.review.guests.ask(asked, address, "de") is None
    services.following.subscriptions.subscribe(What.SEARCH, "q=Mitfahren", Rhythm.DAILY, address, "de")
    services.close()


def test_the_list_goes_into_a_folder_that_only_changes_where_something_changed(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tuf"
    assert call(data, "export", "netz", str(folder)).exit_code == 0
    before = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    number = json.loads((folder / "metadata" / "timestamp.json").read_bytes())["signed"]["version"]
    assert {stat.st_mode & 0o777 for stat in before.values()} == {0o644}
    assert before[folder / "metadata" / "timestamp.json"].st_ctime_ns == max(
        stat.st_ctime_ns for stat in before.values()
    )
    erased = next((folder / "targets" / "records").iterdir())
    erased.rename(erased.with_name(f"{'0' * 64}.{'0' * 8}.json"))
    assert "2 files written" in call(data, "export", "netz", str(folder)).output
    after = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    changed = {path.name for path, stat in after.items() if stat.st_ino != before[path].st_ino}
    assert changed == {"timestamp.json", erased.name}
    assert json.loads((folder / "metadata" / "timestamp.json").read_bytes())["signed"]["version"] == number + 1
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").touch()
    assert "is not empty" in call(data, "export", "netz", str(tmp_path / "other")).output
