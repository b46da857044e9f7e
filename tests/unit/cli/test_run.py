from __future__ import annotations

import gc
import socket
from pathlib import Path

import pytest

from app.cli import run
from app.cli.run import PortRefused, check_port, read_program
from app.search.engine import LEXICON
from app.shared.config import Settings
from tests import prepared


def test_a_free_port_is_accepted_and_left_free_and_an_address_of_another_machine_refused() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)
    with pytest.raises(PortRefused) as refused:
        check_port("192.0.2.1", 8000)
    assert refused.value.reason


def test_a_dictionary_of_another_release_is_not_made_anew_in_the_process_that_becomes_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(run, "load_analyser", lambda file: read.append(file.read_text(encoding="utf-8")))
    settings = Settings(data=tmp_path)
    lexicon = settings.index_path / LEXICON
    lexicon.parent.mkdir()
    try:
        for text in ("simplemma 0.1\na\nb\nc", prepared.lexicon().read_text(encoding="utf-8")):
            lexicon.write_text(text, encoding="utf-8")
            read_program(settings)
    finally:
        gc.enable()
    assert read == [text]
