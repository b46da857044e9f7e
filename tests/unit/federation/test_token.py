from __future__ import annotations

import json

import pytest

from app.federation.jose import (
    KeySet,
    PublicKey,
    Revocation,
    RevocationReason,
    SigningKey,
    Token,
    TokenRefused,
    open_token,
    sign,
)
from tests.unit.federation import examples
from tests.unit.federation.examples import AT, KEY, KEYS, encoded, header, signed

TYP = "enet-record+jwt"


def opened(text: str) -> Token:
    return open_token(text, typ=TYP, limit=10_000)


def test_what_was_signed_is_verified_and_names_its_key() -> None:
    token = opened(sign(b"payload", KEY, TYP))
    assert (token.payload, token.kid) == (b"payload", KEY.kid)
    assert token.verify(KEYS) == KEY.public


def test_the_older_name_of_the_algorithm_is_accepted() -> None:
    assert opened(signed(header(alg="EdDSA"), b"x")).verify(KEYS) == KEY.public


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"alg": "none"}, "alg"),
        ({"alg": "HS256"}, "alg"),
        ({"alg": ["Ed25519"]}, "alg"),
        ({"alg": None}, "alg"),
        ({"typ": "entity-statement+jwt"}, "typ"),
        ({"typ": "JWT"}, "typ"),
        ({"typ": None}, "typ"),
        ({"kid": None}, "kid"),
        ({"kid": "../../etc/passwd"}, "kid"),
        ({"kid": 7}, "kid"),
        ({"crit": ["b64"], "b64": False}, "b64"),
        ({"jwk": KEY.public.as_jwk()}, "jwk"),
        ({"jku": "https://anderswo.example/keys"}, "jku"),
    ],
)
def test_a_header_with_anything_else_is_refused(changes: dict[str, object], member: str) -> None:
    with pytest.raises(TokenRefused, check=lambda error: error.code == "header") as refused:
        opened(signed(header(**changes), b"x"))
    assert refused.value.about == member


def test_a_header_that_says_two_things_is_refused() -> None:
    text = f'{{"alg":"none","alg":"Ed25519","kid":"{KEY.kid}","typ":"{TYP}"}}'.encode()
    with pytest.raises(TokenRefused, check=lambda error: error.code == "json"):
        opened(signed(text, b"x"))


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "..", "ä.b.c", "a b.c.d"])
def test_what_is_no_compact_token_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused, check=lambda error: error.code in ("malformed", "json")):
        opened(text)


def test_other_spellings_of_the_same_bytes_are_refused() -> None:
    start, payload, signature = sign(b"payload", KEY, TYP).split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = signature[:-1] + last[last.index(signature[-1]) + 1]
    for text in (f"{start}.{payload}.{other}", f"{start}.{payload}.{signature}==", f"{start}.\n{payload}.{signature}"):
        with pytest.raises(TokenRefused, check=lambda error: error.code == "malformed"):
            opened(text)


def test_a_token_or_header_beyond_its_limit_is_refused_before_anything_else() -> None:
    with pytest.raises(TokenRefused, check=lambda error: error.code == "too_large"):
        open_token("x" * 101, typ=TYP, limit=100)
    with pytest.raises(TokenRefused, check=lambda error: error.code == "too_large"):
        opened(f"{encoded(b' ' * 600)}.x.x")


def test_a_key_that_is_unknown_or_compromised_or_another_under_the_same_name_convinces_nobody() -> None:
    token = opened(sign(b"payload", KEY, TYP))
    with pytest.raises(TokenRefused, check=lambda error: error.code == "key_unknown"):
        token.verify(KeySet())
    stolen = Revocation(at=AT, reason=RevocationReason.COMPROMISED)
    with pytest.raises(TokenRefused, check=lambda error: error.code == "key_compromised"):
        token.verify(KeySet([PublicKey(x=KEY.x, revoked=stolen)]))
    forged = signed(header(), b"payload", SigningKey.generate())
    with pytest.raises(TokenRefused, check=lambda error: error.code == "signature"):
        opened(forged).verify(KEYS)


def test_what_a_hostile_node_wrote_is_no_part_of_the_sentence_for_the_terminal() -> None:
    written = json.dumps({"\x1b]0;x\x07": 1}).encode()
    with pytest.raises(TokenRefused) as refused:
        opened(f"{encoded(written)}.x.x")
    assert "\x1b" in refused.value.about
    assert str(refused.value) == "what the node sent is not believed: header"


def test_a_signature_of_another_length_is_refused() -> None:
    start = examples.jws().rpartition(".")[0]
    with pytest.raises(TokenRefused, check=lambda error: error.code == "malformed"):
        open_token(f"{start}.{encoded(b'x' * 63)}", typ=TYP, limit=100_000)
