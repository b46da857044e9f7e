from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from app.search.meaning import vectors as module
from app.search.meaning.vectors import VectorFiles, packed

WIDTH = 64
NOTHING = np.zeros(WIDTH, dtype=np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with state 1."""
    assert write(VectorFiles(tmp_path, "model"), 1)
    return tmp_path


def write(files: VectorFiles, state: int) -> bool:
    vectors = np.random.default_rng(state).normal(size=(3, WIDTH)).astype(np.float32)
    return files.write(state, [(f"|{row}", packed(vector)) for row, vector in enumerate(vectors)], NOTHING)


@pytest.mark.parametrize("name", ["vectors.bin", "lengths.npy", "records.json"])
def test_state_that_lacks_a_file_or_holds_an_empty_one_is_written_anew(folder: Path, name: str) -> None:
    for damage in (Path.unlink, lambda path: path.write_bytes(b"")):
        files = VectorFiles(folder, "model")
        damage(folder / "1" / name)
        assert files.newest() is None
        assert write(files, 1)
        assert files.newest() is not None


def test_a_folder_that_cannot_be_read_is_like_one_without_vectors(tmp_path: Path) -> None:
    place = tmp_path / "vectors"
    place.write_text("no folder", encoding="utf-8")
    files = VectorFiles(place, "model")
    assert (files.newest(), files.state()) == (None, None)


def test_error_that_says_nothing_about_the_files_removes_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many(_folder: Path) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    files = VectorFiles(folder, "model")
    with monkeypatch.context() as patched:
        patched.setattr(module, "VectorMap", too_many)
        assert files.newest() is None
    assert files.newest() is not None


def test_state_whose_place_a_newer_one_has_taken_leaves_that_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(_folder: Path) -> None:
        monkeypatch.undo()
        assert write(VectorFiles(folder, "model"), 3)
        raise FileNotFoundError

    files = VectorFiles(folder, "model")
    before = files.newest()
    assert write(files, 2)
    monkeypatch.setattr(module, "VectorMap", overtaken)
    assert files.newest() is before
    assert files.newest() is not before
    assert files.states() == {3}


def test_process_that_comes_late_writes_nothing(folder: Path) -> None:
    before = (folder / "1" / "vectors.bin").stat()
    assert not write(VectorFiles(folder, "model"), 1)
    assert (folder / "1" / "vectors.bin").stat() == before
    assert [one.name for one in folder.iterdir() if one.is_dir()] == ["1"]
