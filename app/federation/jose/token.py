"""Signs compact JWS and takes received ones apart. Nothing that was received is ever written anew to be verified."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass

from joserfc import jws

from app.federation.jose.errors import (
    HeaderWrong,
    KeyCompromised,
    KeyUnknown,
    SignatureWrong,
    TokenMalformed,
    TokenTooLarge,
)
from app.federation.jose.keys import KeySet, PublicKey, SigningKey
from app.federation.jose.strict_json import loads

ALGORITHM = "Ed25519"
ACCEPTED = frozenset({ALGORITHM, "EdDSA"})
"""The name after RFC 9864, and the older one that some libraries still write. Both with an Ed25519 key."""

_KID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_MEMBERS = frozenset({"alg", "kid", "typ"})
_HEADER_LIMIT = 512
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A received token, taken apart but not verified yet: anybody may have written it."""

    text: str
    kid: str
    payload: bytes
    signature: bytes

    @property
    def signing_input(self) -> bytes:
        """Return the bytes that the signature is about, exactly as they were received."""
        return self.text.rpartition(".")[0].encode("ascii")

    def verify(self, keys: KeySet) -> PublicKey:
        """Return the key that signed this; raises KeyUnknown, KeyCompromised and SignatureWrong."""
        key = keys.get(self.kid)
        if key is None:
            raise KeyUnknown(self.kid)
        if key.compromised:
            raise KeyCompromised(self.kid)
        if not key.verifies(self.signature, self.signing_input):
            raise SignatureWrong(self.kid)
        return key


def sign(payload: bytes, key: SigningKey, typ: str) -> str:
    """Return the compact JWS over `payload` with exactly the members alg, kid and typ in its header."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": typ}
    return jws.serialize_compact(header, payload, key.okp, algorithms=[ALGORITHM])


def open_token(text: str, *, typ: str, limit: int) -> Token:
    """Take a compact JWS of at most `limit` bytes apart; `typ` is the only type accepted.

    Raises TokenTooLarge, TokenMalformed, NotStrictJson and HeaderWrong.
    """
    if len(text) > limit:
        raise TokenTooLarge(len(text), limit)
    parts = text.split(".")
    if len(parts) != 3:
        raise TokenMalformed("token")
    kid = _kid(_decoded(parts[0], "header"), typ)
    signature = _decoded(parts[2], "signature")
    if len(signature) != _SIGNATURE_BYTES:
        raise TokenMalformed("signature")
    return Token(text=text, kid=kid, payload=_decoded(parts[1], "payload"), signature=signature)


def _kid(raw: bytes, typ: str) -> str:
    if len(raw) > _HEADER_LIMIT:
        raise TokenTooLarge(len(raw), _HEADER_LIMIT)
    header = loads(raw)
    if not isinstance(header, dict):
        raise HeaderWrong("")
    for member in sorted(_MEMBERS.symmetric_difference(header)):
        raise HeaderWrong(member)
    if header["typ"] != typ:
        raise HeaderWrong("typ")
    alg, kid = header["alg"], header["kid"]
    if not isinstance(alg, str) or alg not in ACCEPTED:
        raise HeaderWrong("alg")
    if not isinstance(kid, str) or _KID.fullmatch(kid) is None:
        raise HeaderWrong("kid")
    return kid


def _decoded(part: str, name: str) -> bytes:
    """Decode base64url; other spellings of the same bytes are refused, so that a token has one form only."""
    try:
        raw = urlsafe_b64decode(part.encode("ascii") + b"=" * (-len(part) % 4))
    except (UnicodeEncodeError, Base64Error) as error:
        raise TokenMalformed(name) from error
    if urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != part:
        raise TokenMalformed(name)
    return raw
