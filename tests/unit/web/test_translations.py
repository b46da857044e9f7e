"""Words that no page shows, and messages at work; tools/check_translations.py holds the catalogue against the code."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.shared.wording import FOLDER, N_, NP_, Translator, load, translator

FORBIDDEN = re.compile(r"\b(commit|branch|merge|node|anchor|digest|payload|slug|index)\b", re.IGNORECASE)

Id = str | tuple[str, ...]


def shown_in() -> dict[Id, set[str]]:
    """Return every message of the pages with the files in which it stands, found as tools/babel.cfg says."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "NP_": ((1, "c"), 2)}
    found: dict[Id, set[str]] = {}
    for file, _, message, _, _ in extract_from_dir(
        FOLDER.parent / "web", methods, {"**.html": {"trimmed": "true"}}, keywords=keywords
    ):
        found.setdefault(message if isinstance(message, str) else tuple(message[:2]), set()).add(file)
    return found


def test_words_of_the_workshop_are_on_no_page() -> None:
    # Operators read the same words in the handbook and at the command line.
    with (FOLDER / "de" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        german = read_po(file)
    shown = shown_in()
    assert len(shown) > 200
    for message in german:
        words = f"{message.id} {message.string}"
        if FORBIDDEN.search(words):
            files = shown.get(message.id if isinstance(message.id, str) else tuple(message.id), set())
            assert not files or any(file.startswith("operating/") for file in files), words


def translated(po: str, tmp_path: Path) -> Translator:
    path = tmp_path / "messages.po"
    path.write_text(f'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);"\n\n{po}', encoding="utf-8")
    return Translator(load(path))


def test_a_translator_fills_placeholders_and_shows_a_dash_where_one_is_missing(tmp_path: Path) -> None:
    german = translated('msgid "%(file)s is missing: 100 %%"\nmsgstr "%(file)s fehlt: 100 %%"', tmp_path)
    assert german.gettext("%(file)s is missing: 100 %%", file="a.png") == "a.png fehlt: 100 %"
    assert german(N_("%(file)s is missing: 100 %%")) == "– fehlt: 100 %"


def test_a_translator_tells_the_same_english_in_two_contexts_apart(tmp_path: Path) -> None:
    po = 'msgid "State"\nmsgstr "Zustand"\n\nmsgctxt "place"\nmsgid "State"\nmsgstr "Land"'
    german = translated(po, tmp_path)
    assert (german(N_("State")), german(NP_("place", "State"))) == ("Zustand", "Land")
    assert translator("en-GB")(NP_("place", "State")) == "State"
