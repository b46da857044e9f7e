# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people ask, and where they are, stays out of the log of a running site."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.functional.cli.conftest import Write
from tests.functional.cli.test_run import output, page, running

SAID = {"q": "Geheimvorhaben", "ort": "Kleinkleckersdorf", "einwohner": "vertraulich", "monate": "12"}
PATHS = ("/projektstart", "/suche", "/konzepte/rufbus", "/vermerk")


@pytest.mark.slow
def test_no_word_of_the_asker_reaches_the_log(node: Path, content: Path, write: Write) -> None:
    with running(node, content, NODE_LOG_LEVEL="debug") as site:
        for path in PATHS:
            assert urlencode(SAID)[:16] in page(f"{site.url}{path}?{urlencode(SAID)}"), path
    written = output(node)
    for path in PATHS:
        assert f'"path": "{path}"' in written
    for words in ("Geheimvorhaben", "Kleinkleckersdorf", "vertraulich"):
        assert words not in written
