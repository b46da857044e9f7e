# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of lost versions when several processes write to it."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from app.federation.models import LostVersion
from app.federation.recovery.lost import LostVersions
from tests.netnodes.forging import published, signed
from tests.netnodes.net import NetNode, record_id


def lost(node: NetNode, number: int) -> LostVersion:
    statement = published(node, record_id(number))
    jws = signed(node, statement)
    return LostVersion(
        record_id=statement.record_id,
        ver=statement.ver,
        digest=statement.digest,
        jws=jws,
        path="concepts/x",
        via=node.issuer,
        found_at=node.net.clock(),
    )


@pytest.fixture
def found(a: NetNode) -> list[LostVersion]:
    for number in (1, 2, 3):
        a.publish(record_id(number))
    return [lost(a, number) for number in (1, 2, 3)]


def test_what_is_known_is_no_news(a: NetNode, found: list[LostVersion]) -> None:
    rows = LostVersions(a.services.sessions)
    assert (rows.add([]), rows.add(found[:2]), rows.add(found), rows.add(found)) == (0, 2, 1, 0)


def test_two_processes_that_find_the_same_at_once_note_it_once(
    a: NetNode, found: list[LostVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL neither sees what the other has not committed yet, so looking first does not help."""
    rows = LostVersions(a.services.sessions)
    rows.add([lost(a, 2)])
    with monkeypatch.context() as patch:
        patch.setattr(Session, "get", lambda *_what, **_how: None)
        assert rows.add(found) == 2
    assert all(rows.knows(one.key) for one in found)
