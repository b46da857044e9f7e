import re
from collections.abc import Iterable
from pathlib import Path

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


def matching(pattern: str, paths: Iterable[Path]) -> list[str]:
    """The templates in which something stands."""
    found = re.compile(pattern)
    return [place(path) for path in paths if found.search(path.read_text("utf-8"))]


def test_pages_are_built_from_components() -> None:
    assert matching(r"""class="[^"]*kern-""", [*PAGES, *FRAMES]) == []


def test_pages_have_a_title() -> None:
    assert len(PAGES) > 50
    for path in PAGES:
        text = path.read_text("utf-8")
        while "{% block title %}" not in text:
            frame = WEB / EXTENDS.findall(text)[0]
            assert frame not in WITHOUT_TITLE, place(path)
            text = frame.read_text("utf-8")


def test_nothing_is_trusted_or_inline() -> None:
    assert matching(r"\|\s*safe|autoescape|<[a-z]+[^>{]*\sstyle=|<style|\son[a-z]+=|javascript:", ALL) == []


def test_words_of_the_workshop_stay_out() -> None:
    for path in ALL:
        text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
        words = " ".join(re.findall(r'_\("([^"]*)"', text)).lower()
        assert not re.search(r"\b(commit|branch|merge|node|anchor|digest|payload|slug|index)\b", words), place(path)


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    for path in (STATIC / "css").glob("*.css"):
        text = path.read_text("utf-8")
        assert "@import" not in text
        assert all(address.startswith("../img/") for address in re.findall(r'url\("?([^")]+)', text))
