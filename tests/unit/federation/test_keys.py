from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.federation.jose import KeySet, PublicKey, Revocation, RevocationReason, SigningKey
from tests.unit.federation.examples import AT, KEY


def test_the_name_of_a_key_is_its_thumbprint() -> None:
    # RFC 8037, appendix A.3.
    assert KEY.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_key_set_survives_the_wire_with_expiry_and_revocation() -> None:
    revoked = PublicKey(
        x=SigningKey.generate().x,
        expires_at=AT + timedelta(days=1),
        revoked=Revocation(at=AT, reason=RevocationReason.COMPROMISED),
    )
    keys = KeySet([KEY.public, revoked])
    assert dict(KeySet.from_jwks(keys.as_jwks())) == dict(keys)


def test_a_private_half_is_never_written_or_printed() -> None:
    assert "d" not in KEY.public.as_jwk()
    assert KEY.d not in repr(KEY)
    assert KEY.d not in str(KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"kid": "x" * 43},
        {"kty": "RSA"},
        {"crv": "X25519"},
        {"x": None},
        {"x": KEY.x + "="},
        {"x": KEY.x[:-1]},
        {"x": KEY.x[:-1] + "p"},
        {"x": "ä" * 43},
    ],
)
def test_a_key_that_is_not_what_it_says_is_passed_over(change: dict[str, Any]) -> None:
    assert not KeySet.from_jwks({"keys": [{**KEY.public.as_jwk(), **change}]})


@pytest.mark.parametrize("value", [None, [], {"keys": "x"}, {"keys": [None, 1, "x"]}, {}])
def test_what_is_no_key_set_gives_no_keys(value: Any) -> None:
    assert not KeySet.from_jwks(value)


def test_a_reason_nobody_knows_is_a_revocation_all_the_same() -> None:
    jwk = {**KEY.public.as_jwk(), "revoked": {"reason": "lost"}}
    found = KeySet.from_jwks({"keys": [jwk]})[KEY.kid]
    assert found.revoked
    assert found.revoked.reason is RevocationReason.UNSPECIFIED
    assert not found.compromised
