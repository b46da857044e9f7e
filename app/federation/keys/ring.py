# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The present, former and coming keys of one role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.federation.jose import KeySet, PublicKey, Revocation, RevocationReason, SigningKey

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

    def without_secret(self) -> OwnKey:
        """Return the key without the half that signs."""
        return replace(self, signing=None)


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
        present = self._without_end(used[-1]).retired(start, reason)
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
                key if key.used_from > now or key.signing == signer else key.without_secret() for key in self.keys
            )
        )

    def _without_end(self, key: OwnKey) -> OwnKey:
        """Forget the end that an announced successor had set, because another successor takes its place."""
        return replace(key, public=PublicKey(x=key.public.x))
