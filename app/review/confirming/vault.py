"""What an e-mail address looks like, where nobody has confirmed it yet, and how it is kept.

It is unreadable for whoever has the database and not the key of the node.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Vault:
    """Encrypts (JWE, RFC 7516) and hashes with keys made from the secret key of the node."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        """Ask for the `key` of the node when it is needed."""
        self._key = key

    def lock(self, text: str) -> str:
        """Return a text encrypted, each time in another way."""
        return jwe.encrypt_compact(_HEADER, text.encode(), OctKey.import_key(self._derived("address")))

    def open(self, locked: str) -> str | None:
        """Return what was locked, None where the node has another key by now."""
        try:
            found = jwe.decrypt_compact(locked, OctKey.import_key(self._derived("address")))
        except JoseError:
            return None
        return found.plaintext.decode() if found.plaintext else None

    def seal(self, text: str) -> str:
        """Return the keyed hash of a text in hex: equal for equal texts, and nothing to guess from."""
        return hmac.new(self._derived("seal"), text.encode(), sha256).hexdigest()

    def token(self, name: str) -> str:
        """Return the secret that belongs to a name: 43 letters, so that it is made again instead of being stored."""
        made = hmac.new(self._derived("token"), name.encode(), sha256).digest()
        return urlsafe_b64encode(made).decode().rstrip("=")

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self._key(), f"guest-{purpose}".encode(), sha256).digest()


_LONGEST = 254
# Neither "=" nor "?": a header would read "=?utf-8?q?…?=" as further addresses (RFC 2047).
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}")


def is_address(text: str) -> bool:
    """Tell whether a message can be sent there."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def mailbox(address: str) -> str:
    """Return what all addresses of one mailbox have in common, to count by: what follows a "+" chooses none (RFC 5233).

    Nobody is taken for another person by it: some servers read the sign otherwise.
    """
    name, _, domain = address.strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"
