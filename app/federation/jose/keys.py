"""Ed25519 keys as JWK (RFC 8037), named by their thumbprint (RFC 7638)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey

from app.records.json_value import JsonValue

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
    if not isinstance(x, str) or not _is_key(x):
        return None
    key = PublicKey(x=x, expires_at=_moment(entry.get("exp")), revoked=_revocation(entry.get("revoked")))
    return key if key.kid == entry.get("kid") else None


def _is_key(x: str) -> bool:
    """Tell whether `x` writes 32 bytes in the one way that base64url has for them."""
    if len(x) != _X_LENGTH or not x.isascii():
        return False
    raw = urlsafe_b64decode(x + "=")
    return urlsafe_b64encode(raw) == f"{x}=".encode()


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
