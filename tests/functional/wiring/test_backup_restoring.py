"""What somebody put into a backup does not come into the node."""

import json
from pathlib import Path

import pytest

from app.shared.config import Settings
from app.wiring import Services
from app.wiring.backup import OtherDatabase, make_backup
from app.wiring.backup_manifest import DAMAGED, UNNAMED, NoBackup, sha256
from app.wiring.restore import LeadsOutside, NotEmpty, restore_backup
from tests.functional.wiring.conftest import restored, settings_of


@pytest.fixture
def backup(node: Services, tmp_path: Path) -> Path:
    make_backup(node, tmp_path / "backup")
    return tmp_path / "backup"


def rewrite(backup: Path, **changes: object) -> None:
    file = backup / "backup.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def refused(backup: Path, there: Path) -> tuple[str, str]:
    with pytest.raises(NoBackup) as caught:
        restored(backup, there)
    assert not there.exists()
    return caught.value.reason, caught.value.file


def test_a_file_that_the_backup_does_not_name_is_refused_by_name(backup: Path, tmp_path: Path) -> None:
    for name in ("data/keys/more.jwks.json", "data/index/x", "outside/0-smtp"):
        (backup / name).parent.mkdir(parents=True, exist_ok=True)
        (backup / name).write_text("x", encoding="utf-8")
        assert refused(backup, tmp_path / "there") == (UNNAMED, name)
        (backup / name).unlink()
    (tmp_path / "elsewhere").mkdir()
    (backup / "data" / "more").symlink_to(tmp_path / "elsewhere")
    assert refused(backup, tmp_path / "there")[1] == "data/more"


def test_no_name_leads_out_of_the_backup_and_what_is_not_named_is_not_restored(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("x", encoding="utf-8")
    files = json.loads((backup / "backup.json").read_text(encoding="utf-8"))["files"]
    for name in ("../letter", "data/../../letter", "/etc/hostname"):
        rewrite(backup, files={**files, name: "0"})
        assert refused(backup, tmp_path / "there") == (DAMAGED, "backup.json")
    rewrite(backup, files=files, outside={"../../letter": str(tmp_path / "letter")})
    refused(backup, tmp_path / "there")
    rewrite(backup, outside={}, files={})
    refused(backup, tmp_path / "there")


def test_nothing_is_put_where_backup_json_says(backup: Path, tmp_path: Path) -> None:
    (backup / "outside").mkdir(exist_ok=True)
    (backup / "outside" / "0-job").write_text("* * * * * root evil", encoding="utf-8")
    files = json.loads((backup / "backup.json").read_text(encoding="utf-8"))["files"]
    place = tmp_path / "cron.d" / "job"
    rewrite(
        backup, files={**files, "outside/0-job": sha256(backup / "outside" / "0-job")}, outside={"0-job": str(place)}
    )
    assert restored(backup, tmp_path / "there").manifest.outside == {"0-job": str(place)}
    assert not place.parent.exists()


def test_what_lies_behind_a_link_in_the_backup_is_refused_however_it_looks(backup: Path, tmp_path: Path) -> None:
    for name in ("data/keys/online.pem", "node.sqlite", "content.git/refs"):
        (backup / name).rename(tmp_path / "elsewhere")
        (backup / name).symlink_to(tmp_path / "elsewhere")
        assert refused(backup, tmp_path / "there") == (DAMAGED, name)
        (backup / name).unlink()
        (tmp_path / "elsewhere").rename(backup / name)


@pytest.mark.parametrize(
    ("variable", "setting"),
    [("NODE_DATABASE_URL", "database_url"), ("NODE_REPOSITORY", "repository"), ("NODE_FILES", "files")],
)
def test_settings_in_the_backup_lead_nowhere_that_the_operator_has_not_named(
    backup: Path, tmp_path: Path, variable: str, setting: str
) -> None:
    place, there = tmp_path / "elsewhere" / "node", tmp_path / "there"
    (tmp_path / "link").symlink_to(place.parent)
    for value in (str(place), str(there / ".." / "elsewhere" / "node"), str(tmp_path / "link" / "node")):
        there = tmp_path / f"there-{len(value)}"
        given = f"sqlite:///{value}" if setting == "database_url" else value

        def read(data: Path, given: str = given) -> Settings:
            return settings_of(data, **({setting: given} if (data / "keys").exists() else {}))

        with pytest.raises(LeadsOutside) as caught:
            restore_backup(backup, there, read, lambda _step: lambda _done, _total: None)
        assert (caught.value.variable, caught.value.path) == (variable, Path(value))
        assert not place.parent.exists()
    place.parent.mkdir()
    assert restored(backup, tmp_path / "named", **{setting: given}).records


def test_hooks_and_settings_of_a_backup_are_not_run_or_taken_over(node: Services, backup: Path, tmp_path: Path) -> None:
    copy = backup / "content.git"
    planted(copy, tmp_path / "run")
    node.repository.git.run("update-ref", "refs/proposals/neu", node.repository.head())
    make_backup(node, backup)
    assert "evil" not in (copy / "config").read_text(encoding="utf-8")
    planted(copy, tmp_path / "run")
    (copy / "objects" / "info").mkdir(exist_ok=True)
    (copy / "objects" / "info" / "alternates").write_text(f"{tmp_path}\n", encoding="utf-8")
    restored(backup, tmp_path / "there")
    there = tmp_path / "there" / "content.git"
    assert "evil" not in (there / "config").read_text(encoding="utf-8")
    assert not (there / "hooks").exists()
    assert not (there / "objects" / "info" / "alternates").exists()
    assert not (tmp_path / "run").exists()
    assert "hideRefs" in (there / "config").read_text(encoding="utf-8")


def planted(git_dir: Path, proof: Path) -> None:
    """Lay hooks and a setting into a repository that leave a proof when git runs them."""
    (git_dir / "hooks").mkdir(exist_ok=True)
    for name in ("pre-receive", "post-receive", "update", "reference-transaction"):
        (git_dir / "hooks" / name).write_text(f"#!/bin/sh\ntouch {proof}\n", encoding="utf-8")
        (git_dir / "hooks" / name).chmod(0o755)
    with (git_dir / "config").open("a", encoding="utf-8") as config:
        config.write(f"[core]\n\thooksPath = {git_dir / 'hooks'}\n[alias]\n\tevil = !touch {proof}\n")


def test_a_database_that_is_there_already_or_kept_by_a_server_is_not_written_over(backup: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.sqlite"
    taken.write_text("mine", encoding="utf-8")
    for url, error in ((f"sqlite:///{taken}", NotEmpty), ("postgresql://db.example/node", OtherDatabase)):
        there = tmp_path / error.__name__
        given = {"data": there, "issuer": "https://erfahrungen.example", "database_url": url}
        settings = Settings.model_validate(given)

        def read(_: Path, found: Settings = settings) -> Settings:
            return found

        with pytest.raises(error):
            restore_backup(backup, there, read, lambda _step: lambda _done, _total: None)
        assert not (there / "content.git").exists()
    assert taken.read_text(encoding="utf-8") == "mine"
