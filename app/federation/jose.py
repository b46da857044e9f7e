"""Signed tokens as this network uses them: compact JWS (RFC 7515), Ed25519 (RFC 9864), read strictly.

Keys are JWK (RFC 8037), named by their thumbprint (RFC 7638). JSON that two programs could understand differently is
refused (RFC 7493). Nothing that was received is ever written anew to be verified.
"""

from __future__ import annotations

import json
import math
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.jwk import OKPKey

from app.records.json_value import LARGEST_INTEGER, JsonValue
from app.shared.errors import Invalid


class TokenRefused(Invalid):
    """What was received is not believed: `code` is stable and may be stored, `about` says what is wrong with it.

    Codes of tokens: `too_large` (with the size), `malformed` (which part is not what RFC 7515 writes), `header` (which
    member), `json` (which rule: syntax, duplicate_key, number, depth or character), `key_unknown`, `key_compromised`
    and `signature` (which key). Codes of what they carry: `payload`, `configuration` and `introduction` (which member),
    `subject` (whose record), `key_expired` (which key), `future` (when).
    """

    code: str
    about: str

    message = "what the node sent is not believed: %(code)s"


DEEPEST = 32
"""Levels of objects and lists inside each other."""

_LONGEST_INTEGER = len(str(LARGEST_INTEGER)) + 1


def loads(raw: bytes | str) -> JsonValue:
    """Return the value written in `raw` (UTF-8 without a byte order mark).

    Refused are repeated keys, NaN and infinities, integers beyond 2^53 - 1 and floats that overflow, more than
    32 levels, and surrogates without their other half. Raises TokenRefused naming the rule.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value: JsonValue = json.loads(
            text, object_pairs_hook=_object, parse_constant=_float, parse_int=_integer, parse_float=_float
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TokenRefused("json", "syntax") from error
    except RecursionError as error:
        raise TokenRefused("json", "depth") from error
    _check(value, surrogates="\\u" in text)
    return value


def _object(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise TokenRefused("json", "duplicate_key")
    return found


def _integer(digits: str) -> int:
    # The length is looked at first: turning a very long row of digits into a number is slow.
    if len(digits) > _LONGEST_INTEGER or abs(int(digits)) > LARGEST_INTEGER:
        raise TokenRefused("json", "number")
    return int(digits)


def _float(digits: str) -> float:
    """Return a number, of those names that JSON does not know (NaN and infinities) none."""
    value = float(digits)
    if not math.isfinite(value):
        raise TokenRefused("json", "number")
    return value


def _check(value: JsonValue, *, surrogates: bool) -> None:
    """Look at every value without recursion; only escapes can bring in half a surrogate pair."""
    level: list[JsonValue] = [value]
    for _depth in range(DEEPEST + 1):
        if surrogates:
            _check_texts(item for item in level if isinstance(item, str))
        containers = [item for item in level if isinstance(item, (dict, list))]
        if not containers:
            return
        level = [
            inner
            for container in containers
            for inner in ([*container, *container.values()] if isinstance(container, dict) else container)
        ]
    raise TokenRefused("json", "depth")


def _check_texts(texts: Iterable[str]) -> None:
    try:
        for text in texts:
            text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise TokenRefused("json", "character") from error


_CURVE = "Ed25519"
_MOST_KEYS = 64
_X_LENGTH = 43


class RevocationReason(StrEnum):
    """Why a key is not used any more; the values are those of OpenID Federation's historical keys."""

    UNSPECIFIED = "unspecified"
    SUPERSEDED = "superseded"
    COMPROMISED = "compromised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """When and why a key was given up."""

    at: datetime
    reason: RevocationReason


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """A key to verify with. What it signed after `expires_at` (UTC) does not count."""

    x: str
    expires_at: datetime | None = None
    revoked: Revocation | None = None

    @cached_property
    def kid(self) -> str:
        """Return the thumbprint that names the key."""
        return self._key.thumbprint()

    @property
    def compromised(self) -> bool:
        """Tell whether nothing that this key signed may be believed."""
        return self.revoked is not None and self.revoked.reason is RevocationReason.COMPROMISED

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the key's owner signed exactly these bytes."""
        try:
            self._verifier.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def as_jwk(self) -> dict[str, JsonValue]:
        """Return the key as JWK with `exp` and `revoked` where they apply."""
        jwk: dict[str, JsonValue] = {
            "kty": "OKP", "crv": _CURVE, "x": self.x, "kid": self.kid, "use": "sig", "alg": _CURVE
        }  # fmt: skip
        if self.expires_at:
            jwk["exp"] = int(self.expires_at.timestamp())
        if self.revoked:
            jwk["revoked"] = {"revoked_at": int(self.revoked.at.timestamp()), "reason": self.revoked.reason.value}
        return jwk

    @cached_property
    def _key(self) -> OKPKey:
        return OKPKey.import_key({"kty": "OKP", "crv": _CURVE, "x": self.x})

    @cached_property
    def _verifier(self) -> Ed25519PublicKey:
        return cast("Ed25519PublicKey", self._key.get_op_key("verify"))


class KeySet(Mapping[str, PublicKey]):
    """The keys of one owner by `kid`."""

    def __init__(self, keys: Iterable[PublicKey] = ()) -> None:
        """Hold these keys; a later one with the same `kid` counts."""
        self._keys = {key.kid: key for key in keys}

    @classmethod
    def from_jwks(cls, jwks: JsonValue) -> KeySet:
        """Return the usable keys of a JWK set (RFC 7517).

        Keys of other kinds are passed over, as the standard asks; so is one whose `kid` is not its thumbprint,
        and everything beyond the first 64.
        """
        listed = jwks.get("keys") if isinstance(jwks, Mapping) else None
        entries = listed[:_MOST_KEYS] if isinstance(listed, list) else ()
        return cls(key for entry in entries if (key := _read(entry)) is not None)

    def as_jwks(self) -> dict[str, JsonValue]:
        """Return the JWK set, public halves only."""
        return {"keys": [key.as_jwk() for key in self._keys.values()]}

    def __getitem__(self, kid: str) -> PublicKey:
        """Return the key called `kid`; raises KeyError."""
        return self._keys[kid]

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._keys)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._keys)


@dataclass(frozen=True, kw_only=True, repr=False)
class SigningKey:
    """A private key. It never shows its secret when printed."""

    d: str
    x: str

    @classmethod
    def generate(cls) -> SigningKey:
        """Return a new key."""
        jwk = OKPKey.generate_key("Ed25519", private=True).as_dict(private=True)
        return cls(d=str(jwk["d"]), x=str(jwk["x"]))

    @cached_property
    def public(self) -> PublicKey:
        """Return the half that others verify with."""
        return PublicKey(x=self.x)

    @property
    def kid(self) -> str:
        """Return the thumbprint that names the key."""
        return self.public.kid

    @cached_property
    def okp(self) -> OKPKey:
        """Return the key as the library for JWS takes it."""
        return OKPKey.import_key({"kty": "OKP", "crv": _CURVE, "x": self.x, "d": self.d})


def _read(entry: JsonValue) -> PublicKey | None:
    if not isinstance(entry, Mapping) or entry.get("kty") != "OKP" or entry.get("crv") != _CURVE:
        return None
    x = entry.get("x")
    if not isinstance(x, str) or len(x) != _X_LENGTH or not x.isascii():
        return None
    # 32 bytes, written in the one way that base64url has for them.
    if urlsafe_b64encode(urlsafe_b64decode(x + "=")) != f"{x}=".encode():
        return None
    key = PublicKey(x=x, expires_at=_moment(entry.get("exp")), revoked=_revocation(entry.get("revoked")))
    return key if key.kid == entry.get("kid") else None


def _revocation(value: JsonValue) -> Revocation | None:
    if not isinstance(value, Mapping):
        return None
    given = value.get("reason")
    reason = next((known for known in RevocationReason if known == given), RevocationReason.UNSPECIFIED)
    return Revocation(at=_moment(value.get("revoked_at")) or datetime.fromtimestamp(0, UTC), reason=reason)


def _moment(value: JsonValue) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 253_402_300_800:
        return None
    return datetime.fromtimestamp(value, UTC)


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
        """Return the key that signed this; raises TokenRefused."""
        key = keys.get(self.kid)
        if key is None:
            raise TokenRefused("key_unknown", self.kid)
        if key.compromised:
            raise TokenRefused("key_compromised", self.kid)
        if not key.verifies(self.signature, self.signing_input):
            raise TokenRefused("signature", self.kid)
        return key


def sign(payload: bytes, key: SigningKey, typ: str) -> str:
    """Return the compact JWS over `payload` with exactly the members alg, kid and typ in its header."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": typ}
    return jws.serialize_compact(header, payload, key.okp, algorithms=[ALGORITHM])


def open_token(text: str, *, typ: str, limit: int) -> Token:
    """Take a compact JWS of at most `limit` bytes apart; `typ` is the only type accepted.

    Raises TokenRefused.
    """
    if len(text) > limit:
        raise TokenRefused("too_large", str(len(text)))
    parts = text.split(".")
    if len(parts) != 3:
        raise TokenRefused("malformed", "token")
    kid = _kid(_decoded(parts[0], "header"), typ)
    signature = _decoded(parts[2], "signature")
    if len(signature) != _SIGNATURE_BYTES:
        raise TokenRefused("malformed", "signature")
    return Token(text=text, kid=kid, payload=_decoded(parts[1], "payload"), signature=signature)


def _kid(raw: bytes, typ: str) -> str:
    if len(raw) > _HEADER_LIMIT:
        raise TokenRefused("too_large", str(len(raw)))
    header = loads(raw)
    if not isinstance(header, dict):
        raise TokenRefused("header", "")
    for member in sorted(_MEMBERS.symmetric_difference(header)):
        raise TokenRefused("header", member)
    if header["typ"] != typ:
        raise TokenRefused("header", "typ")
    alg, kid = header["alg"], header["kid"]
    if not isinstance(alg, str) or alg not in ACCEPTED:
        raise TokenRefused("header", "alg")
    if not isinstance(kid, str) or _KID.fullmatch(kid) is None:
        raise TokenRefused("header", "kid")
    return kid


def _decoded(part: str, name: str) -> bytes:
    """Decode base64url; other spellings of the same bytes are refused, so that a token has one form only."""
    try:
        raw = urlsafe_b64decode(part.encode("ascii") + b"=" * (-len(part) % 4))
    except (UnicodeEncodeError, Base64Error) as error:
        raise TokenRefused("malformed", name) from error
    if urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != part:
        raise TokenRefused("malformed", name)
    return raw
