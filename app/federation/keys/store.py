# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The files in which a node keeps its keys: a JWK set per role, readable for the node's own user alone."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock

from app.clock import Clock
from app.errors import NotFound, Unavailable
from app.federation.jose import KeySet, SigningKey
from app.federation.keys.ring import AT_ONCE, KeyRing, OwnKey

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


class Role(StrEnum):
    """What a key is for."""

    RECORD = "record"
    FEDERATION = "federation"


class KeysUnreadable(Unavailable):
    """The key file at `path` is missing or damaged; `erfahrungsnetz init` and `run` make missing ones."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


class KeyNotListed(NotFound):
    """No key of the role `role` is called `kid`."""

    def __init__(self, role: Role, kid: str) -> None:
        super().__init__(role, kid)
        self.role = role
        self.kid = kid


class NodeKeys:
    """Both key rings of a node. A rotation by another process is seen with the next question."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Use the files in `folder`; nothing is read or made before it is needed."""
        self._folder = folder.absolute()
        self._clock = clock
        self._seen: dict[Role, tuple[tuple[int, int], KeyRing]] = {}

    def path(self, role: Role) -> Path:
        """Return the file with the keys of a role."""
        return self._folder / f"{role}.jwks.json"

    def ensure(self) -> None:
        """Make the keys that are missing, and forget secrets that are not needed any more."""
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        for role in Role:
            with self._locked():
                if self.path(role).exists():
                    self.path(role).chmod(_FILE_MODE)
                    self._tidy(role)
                else:
                    self._write(role, KeyRing.new(self._clock()))

    def ring(self, role: Role) -> KeyRing:
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

    def signer(self, role: Role) -> SigningKey:
        """Return the key that signs for a role at this moment; raises KeysUnreadable."""
        return self.ring(role).signer(self._clock())

    def rotate(self, role: Role, *, announce: timedelta = AT_ONCE, compromised: bool = False) -> KeyRing:
        """Replace the key of a role and return the new ring; see `KeyRing.rotated`. Raises KeysUnreadable."""
        with self._locked():
            ring = self.ring(role).rotated(self._clock(), announce=announce, compromised=compromised)
            self._write(role, ring)
        return ring

    def distrust(self, role: Role, kid: str) -> KeyRing:
        """Mark a key as compromised and return the new ring; raises KeyNotListed and KeysUnreadable."""
        with self._locked():
            try:
                ring = self.ring(role).distrusted(kid, self._clock())
            except KeyError as error:
                raise KeyNotListed(role, kid) from error
            self._write(role, ring)
        return ring

    def _tidy(self, role: Role) -> None:
        ring = self.ring(role)
        clean = ring.cleaned(self._clock())
        if clean != ring:
            self._write(role, clean)

    def _locked(self) -> FileLock:
        return FileLock(self._folder / "federation-keys.lock")

    def _write(self, role: Role, ring: KeyRing) -> None:
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
    entries = json.loads(raw)["keys"]
    keys = tuple(_own_key(entry) for entry in entries)
    if not any(key.signing for key in keys):
        raise ValueError("no private key")
    return KeyRing(keys=keys)


def _own_key(entry: dict[str, Any]) -> OwnKey:
    public = KeySet.from_jwks({"keys": [entry]})[entry["kid"]]
    signing = SigningKey(d=entry["d"], x=entry["x"]) if "d" in entry else None
    return OwnKey(public=public, signing=signing, used_from=datetime.fromtimestamp(entry["nbf"], UTC))
