# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.netnodes.net import Net, NetNode


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    net = Net(tmp_path, light=True, searching=False)
    yield net
    net.close()


@pytest.fixture
def a(net: Net) -> NetNode:
    return net.node("a")


@pytest.fixture
def b(net: Net) -> NetNode:
    return net.node("b")


@pytest.fixture
def c(net: Net) -> NetNode:
    return net.node("c")
