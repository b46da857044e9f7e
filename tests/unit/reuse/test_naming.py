# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest

from app.reuse.naming import Naming


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("komm-one", "komm-one"),
        ("organisation/komm-one", "komm-one"),
        ("Komm.ONE", "name-komm-one"),
        ("Zweckverband  Süd-Ost", "name-zweckverband-sued-ost"),
        ("name-zweckverband-sued-ost", "name-zweckverband-sued-ost"),
        ("Communauté", "name-communaute"),
    ],
)
def test_an_organisation_is_mentioned_by_slug_reference_key_or_name(text: str, key: str) -> None:
    assert Naming().mentioned(text).key == key


def test_an_organisation_without_a_record_is_never_taken_for_one_with_a_record() -> None:
    assert Naming().organisation({"name": "haus"}).key == "name-haus"
    assert Naming().organisation({"name": "haus", "ref": "organisation/haus"}).key == "haus"
