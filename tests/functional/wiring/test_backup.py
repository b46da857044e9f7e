"""A backup made while somebody publishes, and the node that comes out of it in another folder."""

import json
import threading
from pathlib import Path

import pytest

from app.cli.doctor.command import diagnose
from app.records.git.command import Git
from app.shared.config import Settings
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.backup import BackupFolderTaken, make_backup
from app.wiring.backup_manifest import DAMAGED, Manifest, NoBackup
from app.wiring.restore import NotEmpty
from tests.functional.wiring.conftest import restored, settings_of
from tests.webnode.node import publish

PAGE = "case-studies/beispielstadt-mitfahrbank/index.md"


def texts(services: Services) -> dict[str, bytes]:
    """Every published record as the API gives it."""
    client = create_app(services).test_client()
    found = {}
    for entry in services.catalogue.heads():
        for address in (f"/api/v1/records/{entry.id}", f"/api/v1/records/{entry.id}/versions"):
            answer = client.get(address)
            assert answer.status_code == 200
            found[address] = answer.get_data()
    return found


def write_on(services: Services, over: threading.Event) -> None:
    number = 0
    while not over.is_set():
        number += 1
        head = services.repository.head()
        text = (services.repository.folder("case-studies/beispielstadt-mitfahrbank", head).text or b"").decode()
        changed = text.replace('title: "', f'title: "{number}. ', 1)
        publish(services, {PAGE: changed.encode()})
        services.follow()


@pytest.mark.slow
def test_a_backup_under_load_comes_back_elsewhere_with_sign_in_and_signatures(node: Services, tmp_path: Path) -> None:
    over, before = threading.Event(), node.catalogue.last_seq()
    writer = threading.Thread(target=write_on, args=(node, over))
    writer.start()
    try:
        made = [make_backup(node, tmp_path / "backup").change for _ in range(3)]
    finally:
        over.set()
        writer.join(timeout=60)
    assert made == sorted(made)
    assert made[-1] > before
    done = restored(tmp_path / "backup", tmp_path / "there")
    there = Services(settings_of(tmp_path / "there"))
    there.follow()
    assert [one for one in diagnose(there).findings if one.grade == "error"] == []
    assert [provider.client_secret for provider in there.identity.providers] == ["geheim"]
    assert done.records == len(there.search.searched())
    there.close()


def test_every_record_is_the_same_byte_for_byte(node: Services, tmp_path: Path) -> None:
    make_backup(node, tmp_path / "backup")
    restored(tmp_path / "backup", tmp_path / "there")
    there = Services(settings_of(tmp_path / "there"))
    assert texts(there) == texts(node)
    assert there.repository.git.run("for-each-ref").out == node.repository.git.run("for-each-ref").out
    there.close()


def test_only_its_user_can_read_a_backup_and_what_left_the_folder_leaves_it(node: Services, tmp_path: Path) -> None:
    gone = node.settings.data / "foreign-files" / "ab"
    gone.parent.mkdir(exist_ok=True)
    gone.write_text("x", encoding="utf-8")
    make_backup(node, tmp_path / "backup")
    assert (tmp_path / "backup" / "data" / "foreign-files" / "ab").exists()
    gone.unlink()
    copy = Git(tmp_path / "backup" / "content.git")
    text = copy.run("hash-object", "-w", "--stdin", stdin=b"what an erasure took out of the history").line
    make_backup(node, tmp_path / "backup")
    assert text not in copy.run("cat-file", "--batch-all-objects", "--batch-check").out.decode()
    assert not (tmp_path / "backup" / "data" / "foreign-files" / "ab").exists()
    backup = tmp_path / "backup"
    assert backup.stat().st_mode & 0o077 == 0
    files = [one for one in (backup / "data").rglob("*") if one.is_file()]
    assert {one.stat().st_mode & 0o077 for one in [*files, backup / "node.sqlite"]} == {0}


def test_files_outside_that_settings_name_come_along_while_they_are_named(node: Services, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    secret, linked, backup = tmp_path / "etc" / "smtp", tmp_path / "etc" / "key", tmp_path / "backup"
    secret.write_text("geheim", encoding="utf-8")
    linked.symlink_to(node.settings.data / "stadt.secret")
    named = {"smtp_password_file": secret, "meaning_key_file": linked}
    services = Services(Settings.model_validate({**node.settings.model_dump(), **named}))
    make_backup(services, backup)
    services.close()
    secret.unlink()
    linked.unlink()
    outside = restored(backup, tmp_path / "there").manifest.outside
    assert {place: (backup / "outside" / name).read_text("utf-8") for name, place in outside.items()} == {
        str(secret): "geheim",
        str(linked): "geheim",
    }
    assert list((tmp_path / "etc").iterdir()) == []
    assert dict(make_backup(node, backup).outside) == {}
    assert not list((backup / "outside").glob("*"))
    assert [name for name in Manifest.read(backup).files if name.startswith("outside/")] == []


def test_a_backup_that_is_not_whole_and_a_folder_in_use_are_refused(node: Services, tmp_path: Path) -> None:
    with pytest.raises(NoBackup):
        restored(tmp_path, tmp_path / "there")
    make_backup(node, tmp_path / "backup")
    with pytest.raises(NotEmpty):
        restored(tmp_path / "backup", node.settings.data)
    with pytest.raises(BackupFolderTaken):
        make_backup(node, node.settings.data / "backup")
    key = tmp_path / "backup" / "data" / "keys" / "online.pem"
    key.write_text(json.dumps({}), encoding="utf-8")
    with pytest.raises(NoBackup) as refused:
        restored(tmp_path / "backup", tmp_path / "there")
    assert (refused.value.reason, refused.value.file) == (DAMAGED, "data/keys/online.pem")
    assert not (tmp_path / "there").exists()
    assert Manifest.read(tmp_path / "backup").issuer == "https://erfahrungen.example"
