"""Many documents are analysed by several processes, with the same result and in the same order."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.search import terms
from app.search.analysis.analyser import load_analyser
from app.search.port import IndexDocument
from app.search.terms import DocumentAnalyser, analysed
from tests.contract.search_documents import CORPUS
from tests.prepared import lexicon as prepared

pytestmark = pytest.mark.usefixtures("two_cores")


@pytest.fixture(scope="module")
def lexicon() -> Path:
    return prepared()


@pytest.fixture(scope="module")
def here(lexicon: Path) -> DocumentAnalyser:
    return DocumentAnalyser(load_analyser(lexicon))


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "MANY", 20)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were begun."""
    found: list[subprocess.Popen[bytes]] = []
    start: Any = subprocess.Popen

    def noted(*given: Any, **more: Any) -> subprocess.Popen[bytes]:
        found.append(start(*given, **more))
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    return found


def many(number: int) -> list[IndexDocument]:
    return [replace(CORPUS[place % len(CORPUS)], uid=f"|{place}") for place in range(number)]


def test_several_find_what_one_finds_in_the_same_order(
    here: DocumentAnalyser, lexicon: Path, begun: list[subprocess.Popen[bytes]]
) -> None:
    documents = many(130)
    assert list(analysed(here, iter(documents), lexicon)) == [(one, here.terms(one)) for one in documents]
    assert len(begun) == 2


def test_few_are_analysed_without_another_process(
    here: DocumentAnalyser, lexicon: Path, begun: list[subprocess.Popen[bytes]]
) -> None:
    assert len(list(analysed(here, many(19), lexicon))) == 19
    assert begun == []


def test_processes_that_die_are_done_without(
    here: DocumentAnalyser, lexicon: Path, begun: list[subprocess.Popen[bytes]]
) -> None:
    found = analysed(here, many(400), lexicon)
    first = next(found)
    for one in begun:
        one.kill()
    assert [one.uid for one, _terms in (first, *found)] == [one.uid for one in many(400)]


def test_no_process_is_left_when_reading_stops_on_the_way(
    here: DocumentAnalyser, lexicon: Path, begun: list[subprocess.Popen[bytes]]
) -> None:
    def broken() -> Iterator[IndexDocument]:
        yield from many(100)
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        list(analysed(here, broken(), lexicon))
    assert begun
    assert all(one.poll() is not None for one in begun)
