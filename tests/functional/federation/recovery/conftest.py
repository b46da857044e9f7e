# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.federation.recovery.accident import FileNet


@pytest.fixture
def net(tmp_path: Path) -> Iterator[FileNet]:
    net = FileNet(tmp_path, light=True, searching=False)
    yield net
    net.close()
