from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.shared.config import Settings
from app.shared.config.load import read_secret_key


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    key = read_secret_key(settings)
    assert len(key) == 32
    assert read_secret_key(settings) == key
    assert stat.S_IMODE((tmp_path / "keys" / "secret").stat().st_mode) == 0o600


def test_a_key_file_from_elsewhere_is_used_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mounted"
    file.write_bytes(b"given by the platform, 32 bytes..")
    assert read_secret_key(Settings(data=tmp_path, secret_key_file=file)) == file.read_bytes()


def test_workers_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: read_secret_key(settings), range(64)))
    assert len(keys) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["secret"]
