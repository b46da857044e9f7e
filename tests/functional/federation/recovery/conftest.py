# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.netnodes.net import Net, NetNode, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    net = Net(tmp_path, light=True, searching=False)
    yield net
    net.close()


@pytest.fixture
def a(net: Net, template: Path) -> NetNode:
    return net.node("a", template)


@pytest.fixture
def b(net: Net, template: Path) -> NetNode:
    return net.node("b", template)


@pytest.fixture
def c(net: Net, template: Path) -> NetNode:
    return net.node("c", template)
