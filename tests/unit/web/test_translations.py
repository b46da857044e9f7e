from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.shared.wording import FOLDER, N_, NP_, Translator, load, translator

APP = FOLDER.parent
GERMAN = FOLDER / "de" / "LC_MESSAGES" / "messages.po"
FORBIDDEN = re.compile(r"\b(commit|branch|merge|node|anchor|digest|payload|slug|index)\b", re.IGNORECASE)

Id = str | tuple[str, ...]


def catalogue() -> Catalog:
    with GERMAN.open("rb") as file:
        return read_po(file)


@cache
def extracted() -> dict[Id, set[str]]:
    """Every message in code and templates with the files in which it stands, found as tools/babel.cfg says."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "NP_": ((1, "c"), 2)}
    found: dict[Id, set[str]] = {}
    for file, _, message, _, _ in extract_from_dir(APP, methods, {"**.html": {"trimmed": "true"}}, keywords=keywords):
        found.setdefault(message if isinstance(message, str) else tuple(message[:2]), set()).add(file)
    return found


def forms_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_message_is_translated_and_none_is_left_over() -> None:
    translated = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalogue() if m.id}
    assert extracted().keys() == translated
    assert len(translated) > 200


def test_no_translation_is_empty_or_fuzzy() -> None:
    for message in catalogue():
        assert forms_of(message), message.id
        assert all(forms_of(message)), message.id
        assert not message.fuzzy or not message.id, message.id


def test_placeholders_are_kept() -> None:
    for message in catalogue():
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            forms = forms_of(message)
            wanted = set(re.findall(r"%\((\w+)\)s|\{(\w+)\}", " ".join(ids)))
            for form in forms:
                assert set(re.findall(r"%\((\w+)\)s|\{(\w+)\}", form)) <= wanted, message.id
            assert set(re.findall(r"%\((\w+)\)s|\{(\w+)\}", " ".join(forms))) == wanted, message.id


def test_words_of_the_workshop_are_on_no_page() -> None:
    # Operators read the same words in the handbook and at the command line.
    for message in catalogue():
        words = f"{message.id} {message.string}"
        if FORBIDDEN.search(words):
            files = extracted().get(message.id if isinstance(message.id, str) else tuple(message.id), set())
            shown = [file for file in files if file.startswith("web/")]
            assert not shown or any(file.startswith("web/operating/") for file in shown), words


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
