from __future__ import annotations

from pathlib import Path

import pytest

from app.search.analysis import lexicon as module
from app.search.analysis.analyser import load_analyser
from app.search.analysis.lexicon import Lexicon, is_current, load_lexicon
from tests import prepared


@pytest.fixture(scope="module")
def saved() -> Path:
    return prepared.lexicon()


def test_the_saved_extract_is_the_same_as_the_dictionary(saved: Path) -> None:
    assert load_lexicon(saved) == load_lexicon()


def test_an_extract_of_another_dictionary_a_torn_one_and_one_that_lacks_are_made_anew(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = load_lexicon(saved)
    read = module._read_saved(saved, saved.read_text(encoding="utf-8").partition("\n")[0])
    # What is taken out of the dictionary is tested above; three times more would take ten seconds.
    monkeypatch.setattr(module, "_extract", lambda: read)
    for damaged in (b"simplemma 0.1\na\nb\nc", saved.read_bytes()[:100], b"\xff\xfe"):
        path = tmp_path / "lexicon.txt"
        path.write_bytes(damaged)
        assert not is_current(path) or damaged == saved.read_bytes()[:100]
        assert load_lexicon(path) == sound
        assert is_current(path)
        assert path.read_bytes() == saved.read_bytes()
    load_analyser(saved)
    load_analyser(tmp_path / "new.txt")
    assert (tmp_path / "new.txt").read_bytes() == saved.read_bytes(), "although this process has read the words"


def test_action_words_are_known_by_their_verb() -> None:
    lexicon = Lexicon(nouns=frozenset({"warnung"}), modifiers=frozenset(), verbs=frozenset({"versenden", "fördern"}))

    assert lexicon.is_deverbal("versendung")
    assert lexicon.is_deverbal("förderungen")
    assert not lexicon.is_deverbal("warnung")
