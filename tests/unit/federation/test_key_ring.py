from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.federation.jose import RevocationReason
from app.federation.keys import KeyNotListed, KeyRing, KeyRole, KeysUnreadable, NodeKeys

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MONTH = timedelta(days=30)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> NodeKeys:
    keys = NodeKeys(tmp_path / "keys", clock)
    keys.ensure()
    return keys


def test_a_new_node_gets_two_keys_that_only_its_user_can_read(keys: NodeKeys) -> None:
    assert keys.signer(KeyRole.RECORD).kid != keys.signer(KeyRole.FEDERATION).kid
    for role in KeyRole:
        assert keys.path(role).stat().st_mode & 0o777 == 0o600
    assert keys.path(KeyRole.RECORD).parent.stat().st_mode & 0o777 == 0o700


def test_keys_stay_when_the_node_starts_again(keys: NodeKeys) -> None:
    before = keys.signer(KeyRole.RECORD)
    keys.path(KeyRole.RECORD).chmod(0o644)
    keys.ensure()
    assert keys.signer(KeyRole.RECORD) == before
    assert keys.path(KeyRole.RECORD).stat().st_mode & 0o777 == 0o600


def test_a_replaced_record_key_signs_at_once_and_the_former_one_stays_listed_with_its_end(keys: NodeKeys) -> None:
    before = keys.signer(KeyRole.RECORD)
    keys.rotate(KeyRole.RECORD)
    after = keys.signer(KeyRole.RECORD)
    assert after.kid != before.kid
    listed = keys.ring(KeyRole.RECORD).published()
    assert list(listed) == [after.kid, before.kid]
    former = listed[before.kid]
    assert former.expires_at == NOW
    assert former.revoked
    assert former.revoked.reason is RevocationReason.SUPERSEDED
    assert before.d not in keys.path(KeyRole.RECORD).read_text()


def test_a_compromised_key_is_marked_and_an_announcement_is_not_waited_for(keys: NodeKeys) -> None:
    before = keys.signer(KeyRole.RECORD)
    keys.rotate(KeyRole.RECORD, announce=MONTH, compromised=True)
    assert keys.signer(KeyRole.RECORD).kid != before.kid
    assert keys.ring(KeyRole.RECORD).published()[before.kid].compromised


def test_a_former_key_can_turn_out_to_be_compromised(keys: NodeKeys) -> None:
    former = keys.signer(KeyRole.RECORD)
    keys.rotate(KeyRole.RECORD)
    present = keys.signer(KeyRole.RECORD)
    assert keys.distrust(KeyRole.RECORD, former.kid).published()[former.kid].compromised
    assert keys.signer(KeyRole.RECORD) == present
    keys.distrust(KeyRole.RECORD, present.kid)
    assert keys.signer(KeyRole.RECORD).kid not in {former.kid, present.kid}
    assert keys.ring(KeyRole.RECORD).published()[present.kid].compromised
    with pytest.raises(KeyNotListed):
        keys.distrust(KeyRole.RECORD, "x")


def test_an_announced_key_is_listed_at_once_and_signs_later(keys: NodeKeys, clock: Clock) -> None:
    before = keys.signer(KeyRole.FEDERATION)
    ring = keys.rotate(KeyRole.FEDERATION, announce=MONTH)
    assert keys.signer(KeyRole.FEDERATION) == before
    assert len(ring.unexpired(NOW)) == 2
    clock.now = NOW + MONTH
    after = keys.signer(KeyRole.FEDERATION)
    assert after.kid != before.kid
    assert list(keys.ring(KeyRole.FEDERATION).unexpired(clock.now)) == [after.kid]
    assert before.d in keys.path(KeyRole.FEDERATION).read_text()
    keys.ensure()
    assert before.d not in keys.path(KeyRole.FEDERATION).read_text()
    assert keys.signer(KeyRole.FEDERATION) == after


def test_a_second_announcement_replaces_the_first(keys: NodeKeys, clock: Clock) -> None:
    before = keys.signer(KeyRole.FEDERATION)
    keys.rotate(KeyRole.FEDERATION, announce=MONTH)
    clock.now = NOW + timedelta(days=1)
    ring = keys.rotate(KeyRole.FEDERATION, announce=MONTH)
    assert len(ring.keys) == 2
    assert keys.signer(KeyRole.FEDERATION) == before
    assert ring.published()[before.kid].expires_at == clock.now + MONTH


def test_a_clock_that_was_set_back_leaves_a_key_to_sign_with() -> None:
    ring = KeyRing.new(NOW)
    assert ring.signer(NOW - MONTH) == ring.signer(NOW)


def test_another_process_sees_a_rotation(keys: NodeKeys, tmp_path: Path, clock: Clock) -> None:
    other = NodeKeys(tmp_path / "keys", clock)
    before = other.signer(KeyRole.RECORD)
    keys.rotate(KeyRole.RECORD)
    assert other.signer(KeyRole.RECORD) == keys.signer(KeyRole.RECORD) != before


@pytest.mark.parametrize("text", ["", "{}", '{"keys":[]}', '{"keys":[{"kty":"OKP"}]}', "[]", '{"keys":[1]}'])
def test_a_damaged_file_is_reported_by_its_path(keys: NodeKeys, text: str) -> None:
    keys.path(KeyRole.RECORD).write_text(text)
    with pytest.raises(KeysUnreadable) as unreadable:
        keys.signer(KeyRole.RECORD)
    assert unreadable.value.path == keys.path(KeyRole.RECORD)


def test_a_missing_file_is_reported(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(KeysUnreadable):
        NodeKeys(tmp_path, clock).ring(KeyRole.RECORD)


def test_the_file_is_a_key_set_that_other_programs_read(keys: NodeKeys) -> None:
    (entry,) = json.loads(keys.path(KeyRole.RECORD).read_text())["keys"]
    assert {name: entry[name] for name in ("kty", "crv", "use", "alg")} == {
        "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "Ed25519"
    }  # fmt: skip
