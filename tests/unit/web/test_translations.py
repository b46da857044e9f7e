# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.web.shell.wording import FOLDER, load

ROOT = Path(__file__).parents[3]
GERMAN = FOLDER / "de" / "LC_MESSAGES" / "messages.po"
FORBIDDEN = re.compile(r"\b(commit|branch|merge|node|anchor|digest|payload|slug|index)\b", re.IGNORECASE)

Id = str | tuple[str, ...]


def catalogue() -> Catalog:
    with GERMAN.open("rb") as file:
        return read_po(file)


def extracted() -> set[Id]:
    """Every message in code and templates, found as tools/babel.cfg says."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    keywords = {"_": None, "ngettext": (1, 2)}
    found = extract_from_dir(ROOT / "app" / "web", methods, {"**.html": {"trimmed": "true"}}, keywords=keywords)
    return {message if isinstance(message, str) else tuple(message[:2]) for _, _, message, _, _ in found}


def forms_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_message_is_translated_and_none_is_left_over() -> None:
    translated = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalogue() if m.id}
    assert extracted() == translated
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


def test_words_of_the_workshop_are_in_no_language() -> None:
    for message in catalogue():
        words = f"{message.id} {message.string}"
        assert not FORBIDDEN.search(words) or not message.id, words


def test_catalogue_is_read_without_being_compiled_before() -> None:
    assert load(GERMAN).gettext("Search") == "Suchen"
    assert load(GERMAN).ngettext("%(num)s record", "%(num)s records", 2) == "%(num)s Einträge"
