# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the word lists that stand as plain text beside this package."""

from __future__ import annotations

from importlib.resources import files

_DATA = files("app.search.analysis") / "data"


def read_text(name: str) -> str:
    """The whole text of a data file of this package."""
    return (_DATA / name).read_text(encoding="utf-8")


def read_words(name: str) -> frozenset[str]:
    """The words of a list: separated by blanks or lines, '#' starts a comment."""
    lines = (line.partition("#")[0] for line in read_text(name).splitlines())
    return frozenset(word for line in lines for word in line.split())


def read_mapping(name: str) -> dict[str, str]:
    """The pairs of a list whose lines read 'word: value'; '#' starts a comment."""
    pairs: dict[str, str] = {}
    for line in read_text(name).splitlines():
        key, separator, value = line.partition("#")[0].partition(":")
        if separator:
            pairs[key.strip()] = value.strip()
    return pairs
