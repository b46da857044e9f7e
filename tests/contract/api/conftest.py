# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services, bootstrap
from app.bootstrap.node import Node
from app.config import PROJECT_ROOT, load_settings
from app.web.factory import create_app

WITHDRAWN = "concepts/opencode-nachnutzung"
TOMBSTONE = """\
---
schema: withdrawn/1
id: {id}
kind: concept
reason: superseded
---
"""


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node with the content of this repository, one record of it withdrawn."""
    settings = load_settings(data=tmp_path_factory.mktemp("api") / "node", issuer="https://node.example")
    services = bootstrap(settings)
    Node(services).init(Path(PROJECT_ROOT) / "content", lambda _step: lambda _done, _all: None)
    _withdraw(services, WITHDRAWN)
    yield services
    services.close()


@pytest.fixture(scope="session")
def withdrawn_id(node: Services) -> str:
    """The identifier of the withdrawn record."""
    return next(entry.id for entry in node.catalogue.changes(0) if entry.slug == WITHDRAWN.partition("/")[2])


@pytest.fixture
def client(node: Services) -> FlaskClient:
    """Sends requests to the node."""
    return create_app(node, testing=True).test_client()


def _withdraw(services: Services, path: str) -> None:
    head = services.repository.head()
    record = services.content.get(path, head)
    tombstone = TOMBSTONE.format(id=record.id).encode()
    services.repository.write({f"{path}/index.md": tombstone}, message="Withdraw", expected_head=head, author="u-1")
    services.follow()
