from __future__ import annotations

import re
from pathlib import Path

import pytest

import app.web

WEB = Path(app.web.__file__).parent
ALL = sorted(WEB.rglob("*.html"))
EXTENDS = re.compile(r'{% extends "([^"]+)" %}')
FRAMES = {WEB / name for path in ALL for name in EXTENDS.findall(path.read_text("utf-8"))}
PAGES = [path for path in ALL if EXTENDS.search(path.read_text("utf-8")) and path not in FRAMES]
WITHOUT_TITLE = {WEB / "shell" / "layout.html", WEB / "shell" / "bare.html"}
STATIC = WEB.parent.parent / "static"


def place(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", [*PAGES, *sorted(FRAMES)], ids=place)
def test_page_is_built_from_components(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"""class="[^"]*kern-""", text) == []


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_page_has_a_title(path: Path) -> None:
    text = path.read_text("utf-8")
    while "{% block title %}" not in text:
        frame = WEB / EXTENDS.findall(text)[0]
        assert frame not in WITHOUT_TITLE
        text = frame.read_text("utf-8")


@pytest.mark.parametrize("path", ALL, ids=place)
def test_nothing_is_trusted_or_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\|\s*safe|autoescape|<[a-z]+[^>{]*\sstyle=|<style|\son[a-z]+=|javascript:", text)


@pytest.mark.parametrize("path", ALL, ids=place)
def test_words_of_the_workshop_stay_out(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
    words = " ".join(re.findall(r'_\("([^"]*)"', text)).lower()
    assert not re.search(r"\b(commit|branch|merge|node|anchor|digest|payload|slug|index)\b", words)


def test_own_style_sheets_stay_small() -> None:
    lines = {path.name: len(path.read_text("utf-8").splitlines()) for path in (STATIC / "css").glob("*.css")}
    assert lines.pop("drawings.css") <= 120
    assert lines.pop("embed.css") <= 40
    assert sum(lines.values()) < 400


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    for path in (STATIC / "css").glob("*.css"):
        text = path.read_text("utf-8")
        assert "@import" not in text
        assert all(address.startswith("../img/") for address in re.findall(r'url\("?([^")]+)', text))
