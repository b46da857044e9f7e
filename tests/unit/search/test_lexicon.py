from pathlib import Path

import pytest

from app.search.analysis import lexicon as module
from app.search.analysis.lexicon import SAVED, Lexicon, load_lexicon, save_lexicon


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return load_lexicon(tmp_path_factory.mktemp("none") / "words.txt")


def test_what_set_up_saved_is_what_the_dictionary_holds(extracted: Lexicon) -> None:
    assert load_lexicon() == extracted


def test_an_extract_of_another_release_a_torn_one_and_none_are_replaced_by_the_dictionary(
    extracted: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = module._read_saved(SAVED)
    # Extracting three times more would take ten seconds.
    monkeypatch.setattr(module, "_extract", lambda: parts)
    path = tmp_path / "folder" / "words.txt"
    save_lexicon(path)
    assert path.read_bytes() == SAVED.read_bytes()
    for damaged in (b"simplemma 0.1\na\nb\nc", SAVED.read_bytes()[:100], b"\xff\xfe"):
        path.write_bytes(damaged)
        assert load_lexicon(path) == extracted


def test_action_words_are_known_by_their_verb() -> None:
    lexicon = Lexicon(nouns=frozenset({"warnung"}), modifiers=frozenset(), verbs=frozenset({"versenden", "fördern"}))

    assert lexicon.is_deverbal("versendung")
    assert lexicon.is_deverbal("förderungen")
    assert not lexicon.is_deverbal("warnung")
