"""A node's own two signing keys: the record key signs statements, the federation key says who the node is.

They lie in a JWK set per role, readable for the node's own user alone, with former and coming keys.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock

from app.federation.jose import KeySet, PublicKey, Revocation, RevocationReason, SigningKey
from app.shared.clock import Clock
from app.shared.errors import NotFound, Unavailable

AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """A key of this node, in use from `used_from` (UTC).

    `signing` is None for a former key: what is not needed any more cannot be stolen.
    """

    public: PublicKey
    signing: SigningKey | None
    used_from: datetime

    @classmethod
    def generate(cls, used_from: datetime) -> OwnKey:
        """Return a new key."""
        signing = SigningKey.generate()
        return cls(public=signing.public, signing=signing, used_from=used_from)

    def retired(self, at: datetime, reason: RevocationReason) -> OwnKey:
        """Return the key as it is after `at`: its signatures from before stay good unless it was compromised."""
        revoked = self.public.revoked or Revocation(at=at, reason=reason)
        expires = min(at, self.public.expires_at or at)
        return replace(self, public=replace(self.public, expires_at=expires, revoked=revoked))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """The keys of one role, the oldest first."""

    keys: tuple[OwnKey, ...]

    @classmethod
    def new(cls, now: datetime) -> KeyRing:
        """Return a ring with one key."""
        return cls(keys=(OwnKey.generate(now),))

    def signer(self, now: datetime) -> SigningKey:
        """Return the key that signs at this moment."""
        usable = [key.signing for key in self.keys if key.signing and key.used_from <= now]
        # A clock that was set back must not leave a node without a key.
        return usable[-1] if usable else next(key.signing for key in self.keys if key.signing)

    def published(self) -> KeySet:
        """Return all public halves: present, former and coming ones."""
        return KeySet(key.public for key in reversed(self.keys))

    def unexpired(self, now: datetime) -> KeySet:
        """Return the public halves of the present and the coming key."""
        keys = (key.public for key in reversed(self.keys))
        return KeySet(key for key in keys if key.expires_at is None or key.expires_at > now)

    def rotated(self, now: datetime, *, announce: timedelta = AT_ONCE, compromised: bool = False) -> KeyRing:
        """Return the ring with a new key that signs after the time of announcement.

        A coming key that never signed is replaced. With `compromised` the present key loses all trust at once.
        """
        start = now if compromised else now + announce
        reason = RevocationReason.COMPROMISED if compromised else RevocationReason.SUPERSEDED
        used = [key for key in self.keys if key.used_from <= now] or list(self.keys[:1])
        # The end that an announced successor had set goes, because another successor takes its place.
        present = replace(used[-1], public=PublicKey(x=used[-1].public.x)).retired(start, reason)
        kept = (*used[:-1], present)
        return KeyRing(keys=(*kept, OwnKey.generate(start))).cleaned(now)

    def distrusted(self, kid: str, now: datetime) -> KeyRing:
        """Return the ring with the key `kid` marked as compromised; a present key gets a successor at once.

        Raises KeyError when there is no such key.
        """
        found = next((key for key in self.keys if key.public.kid == kid), None)
        if found is None:
            raise KeyError(kid)
        if found.signing and found.signing == self.signer(now):
            return self.rotated(now, compromised=True)
        revoked = Revocation(at=now, reason=RevocationReason.COMPROMISED)
        marked = replace(found, signing=None, public=replace(found.public, revoked=revoked))
        return KeyRing(keys=tuple(marked if key == found else key for key in self.keys))

    def cleaned(self, now: datetime) -> KeyRing:
        """Return the ring without the secrets of keys that have been followed."""
        signer = self.signer(now)
        return KeyRing(
            keys=tuple(
                key if key.used_from > now or key.signing == signer else replace(key, signing=None) for key in self.keys
            )
        )


_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


class KeyRole(StrEnum):
    """What a key is for."""

    RECORD = "record"
    FEDERATION = "federation"


class KeysUnreadable(Unavailable):
    """The key file at `path` is missing or damaged; `erfahrungsnetz init` and `run` make missing ones."""

    path: Path

    message = (
        "%(path)s is missing or damaged. Restore it from the backup; if there is none, remove it and call "
        "erfahrungsnetz run: new keys are made, and partners have to confirm them"
    )


class KeyNotListed(NotFound):
    """No key of the role `role` is called `kid`."""

    role: KeyRole
    kid: str

    message = "no %(role)s key has this name. Show the names with: erfahrungsnetz keys list"


class NodeKeys:
    """Both key rings of a node. A rotation by another process is seen with the next question."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Use the files in `folder`; nothing is read or made before it is needed."""
        self._folder = folder.absolute()
        self._clock = clock
        self._seen: dict[KeyRole, tuple[tuple[int, int], KeyRing]] = {}

    def path(self, role: KeyRole) -> Path:
        """Return the file with the keys of a role."""
        return self._folder / f"{role}.jwks.json"

    def ensure(self) -> None:
        """Make the keys that are missing, and forget secrets that are not needed any more."""
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        for role in KeyRole:
            with self._locked():
                if self.path(role).exists():
                    self.path(role).chmod(_FILE_MODE)
                    ring = self.ring(role)
                    clean = ring.cleaned(self._clock())
                    if clean != ring:
                        self._write(role, clean)
                else:
                    self._write(role, KeyRing.new(self._clock()))

    def ring(self, role: KeyRole) -> KeyRing:
        """Return the keys of a role; raises KeysUnreadable."""
        path = self.path(role)
        try:
            state = path.stat()
            stamp = (state.st_mtime_ns, state.st_size)
            seen = self._seen.get(role)
            if seen is None or seen[0] != stamp:
                seen = self._seen[role] = (stamp, _parse(path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeysUnreadable(path) from error
        return seen[1]

    def signer(self, role: KeyRole) -> SigningKey:
        """Return the key that signs for a role at this moment; raises KeysUnreadable."""
        return self.ring(role).signer(self._clock())

    def rotate(self, role: KeyRole, *, announce: timedelta = AT_ONCE, compromised: bool = False) -> KeyRing:
        """Replace the key of a role and return the new ring; see `KeyRing.rotated`. Raises KeysUnreadable."""
        with self._locked():
            ring = self.ring(role).rotated(self._clock(), announce=announce, compromised=compromised)
            self._write(role, ring)
        return ring

    def distrust(self, role: KeyRole, kid: str) -> KeyRing:
        """Mark a key as compromised and return the new ring; raises KeyNotListed and KeysUnreadable."""
        with self._locked():
            try:
                ring = self.ring(role).distrusted(kid, self._clock())
            except KeyError as error:
                raise KeyNotListed(role, kid) from error
            self._write(role, ring)
        return ring

    def _locked(self) -> FileLock:
        return FileLock(self._folder / "federation-keys.lock")

    def _write(self, role: KeyRole, ring: KeyRing) -> None:
        draft = self.path(role).with_suffix(f".{os.getpid()}.new")
        draft.touch(mode=_FILE_MODE)
        draft.write_text(json.dumps({"keys": [_as_json(key) for key in ring.keys]}, indent=1) + "\n", "ascii")
        # Renaming replaces the file as a whole; a crash leaves the old one.
        draft.replace(self.path(role))
        self._seen.pop(role, None)


def _as_json(key: OwnKey) -> dict[str, Any]:
    secret = {"d": key.signing.d} if key.signing else {}
    return {**key.public.as_jwk(), **secret, "nbf": int(key.used_from.timestamp())}


def _parse(raw: bytes) -> KeyRing:
    keys = tuple(_own_key(entry) for entry in json.loads(raw)["keys"])
    if not any(key.signing for key in keys):
        raise ValueError("no private key")
    return KeyRing(keys=keys)


def _own_key(entry: dict[str, Any]) -> OwnKey:
    public = KeySet.from_jwks({"keys": [entry]})[entry["kid"]]
    signing = SigningKey(d=entry["d"], x=entry["x"]) if "d" in entry else None
    return OwnKey(public=public, signing=signing, used_from=datetime.fromtimestamp(entry["nbf"], UTC))
