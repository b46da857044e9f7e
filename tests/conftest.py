# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What holds for all tests: what they share, and how often Python looks for garbage."""

from __future__ import annotations

import gc
import os

import pytest

from tests import once

YOUNG = 20_000
"""How many new objects a search for garbage waits for; Python's own 700 is for small programs."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave the modules, half a million objects that stay for good, out of each search for garbage.

    The searches took a quarter of the computing time of the web tests. A node does the same when it starts
    (``app/cli/gunicorn_config.py``).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _shared_preparations(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let all processes of the run make things once between them."""
    folder = tmp_path_factory.getbasetemp()
    once.share((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "prepared")
