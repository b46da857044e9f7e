import errno
from pathlib import Path

import numpy as np
import pytest

from app.search.meaning import vectors as module
from app.search.meaning.vectors import VectorFiles, VectorMap, packed, write

RECORDS, PASSAGES, WIDTH = 30, 4, 64
ALL = (1 << RECORDS) - 1
NOTHING = np.zeros(WIDTH, dtype=np.float32)
TARGET = "|17"


@pytest.fixture
def vectors(tmp_path: Path) -> np.ndarray:
    """Passages that mean nothing in common, four for each record."""
    made = np.random.default_rng(7).normal(size=(RECORDS * PASSAGES, WIDTH)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


@pytest.fixture
def mapped(vectors: np.ndarray, tmp_path: Path) -> VectorMap:
    rows = [(f"|{number // PASSAGES:02}", packed(vector)) for number, vector in enumerate(vectors)]
    write("model", rows, NOTHING, tmp_path / "1")
    return VectorMap(tmp_path / "1")


def test_nearest_record_stands_out_and_its_passage_is_known(mapped: VectorMap, vectors: np.ndarray) -> None:
    question = vectors[17 * PASSAGES : 17 * PASSAGES + 3].mean(axis=0) + vectors[17 * PASSAGES + 2]
    near = mapped.nearness(question / np.linalg.norm(question))
    uids = tuple(f"|{number:02}" for number in range(RECORDS))
    assert near.stands_out(TARGET)
    assert near.standing_out(uids, ALL, 10)[0] == 17
    assert near.nearest(uids, 3)[0] == 17
    assert near.best[mapped.rows[TARGET]] == 2


def test_words_and_meaning_make_one_order(mapped: VectorMap, vectors: np.ndarray) -> None:
    near = mapped.nearness(vectors[17 * PASSAGES])
    uids = tuple(f"|{number:02}" for number in range(RECORDS))
    alone = list(near.ordered(uids, ALL, {}, RECORDS))
    both = list(near.ordered(uids, ALL, {alone[-1]: 0.5, 17: 0.3}, RECORDS))
    assert alone[0] == both[0] == 17, "near by its meaning, and it has some of the words"
    assert both.index(alone[-1]) < RECORDS - 1, "the first by its words is not the last any more"


def test_whose_title_has_all_words_stands_before_what_is_a_little_near(mapped: VectorMap) -> None:
    near = mapped.nearness(np.random.default_rng(9).normal(size=WIDTH).astype(np.float32))
    uids = (*(f"|{number:02}" for number in range(RECORDS)), "|published a moment ago")
    assert near.ordered(uids, ALL | 1 << RECORDS, {RECORDS: 1.8}, 1).keys() == {RECORDS}


def test_only_what_is_about_the_question_answers_it(mapped: VectorMap, vectors: np.ndarray) -> None:
    assert mapped.nearness(vectors[17 * PASSAGES : 17 * PASSAGES + 3].mean(axis=0).astype(np.float32)).answers
    assert not mapped.nearness(np.random.default_rng(9).normal(size=WIDTH).astype(np.float32)).answers


def test_record_without_a_vector_counts_as_the_mean(mapped: VectorMap, vectors: np.ndarray) -> None:
    near = mapped.nearness(vectors[0])
    assert near.nearest(("|00", "|99"), 5) == [0], "nothing is known of the other"
    assert not near.stands_out("|99")


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path, vectors: np.ndarray) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "in the way").touch()
    with pytest.raises(OSError, match="not empty"):
        write("model", [("|1", packed(vectors[0]))], NOTHING, tmp_path / "1")
    assert [entry.name for entry in tmp_path.iterdir()] == ["1"]


def test_what_all_passages_and_all_questions_share_hides_nothing(tmp_path: Path, vectors: np.ndarray) -> None:
    passages_share, questions_share = np.random.default_rng(8).normal(size=(2, WIDTH)).astype(np.float32)
    rows = [(f"|{n // PASSAGES:02}", packed(vector / 5 + passages_share)) for n, vector in enumerate(vectors)]
    write("model", rows, questions_share, tmp_path / "2")
    near = VectorMap(tmp_path / "2").nearness(vectors[17 * PASSAGES] / 5 + questions_share)
    assert near.nearest(tuple(f"|{number:02}" for number in range(RECORDS)), 1) == [17]
    assert near.best[17] == 0


def test_passages_that_are_all_the_same_are_near_to_nothing(tmp_path: Path, vectors: np.ndarray) -> None:
    write("model", [(f"|{n}", packed(vectors[0])) for n in range(3)], NOTHING, tmp_path / "3")
    assert VectorMap(tmp_path / "3").nearness(vectors[0]).z.tolist() == [0.0, 0.0, 0.0]


def test_record_is_like_itself(mapped: VectorMap) -> None:
    near = mapped.like(TARGET)
    assert near is not None
    assert near.nearest(tuple(f"|{number:02}" for number in range(RECORDS)), 1) == [17]
    assert mapped.like("|99") is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with state 1."""
    assert written(VectorFiles(tmp_path, "model"), 1)
    return tmp_path


def written(files: VectorFiles, state: int) -> bool:
    vectors = np.random.default_rng(state).normal(size=(3, WIDTH)).astype(np.float32)
    return files.write(state, [(f"|{row}", packed(vector)) for row, vector in enumerate(vectors)], NOTHING)


@pytest.mark.parametrize("name", ["vectors.bin", "lengths.npy", "records.json"])
def test_state_that_lacks_a_file_or_holds_an_empty_one_is_written_anew(folder: Path, name: str) -> None:
    for damage in (Path.unlink, lambda path: path.write_bytes(b"")):
        files = VectorFiles(folder, "model")
        damage(folder / "1" / name)
        assert files.newest() is None
        assert written(files, 1)
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


def test_state_replaced_by_a_newer_one_leaves_that_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(_folder: Path) -> None:
        monkeypatch.undo()
        assert written(VectorFiles(folder, "model"), 3)
        raise FileNotFoundError

    files = VectorFiles(folder, "model")
    before = files.newest()
    assert written(files, 2)
    monkeypatch.setattr(module, "VectorMap", overtaken)
    assert files.newest() is before
    assert files.newest() is not before
    assert files.states() == {3}


def test_process_that_comes_late_writes_nothing(folder: Path) -> None:
    before = (folder / "1" / "vectors.bin").stat()
    assert not written(VectorFiles(folder, "model"), 1)
    assert (folder / "1" / "vectors.bin").stat() == before
    assert [one.name for one in folder.iterdir() if one.is_dir()] == ["1"]
