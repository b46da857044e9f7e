"""Secrets that let somebody in: made here, shown once, stored as a hash."""

from __future__ import annotations

import secrets
from hashlib import sha256

BYTES = 32


def new_secret(prefix: str = "") -> str:
    """Return a fresh secret of 256 bits; a prefix lets scanners of published code recognise what leaked."""
    return prefix + secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> str:
    """Return what is stored of a secret, in hex."""
    # Random over its whole length, so a plain hash cannot be reversed by trying.
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_pseudonym() -> str:
    """Return a name for a new author that tells nothing about the person."""
    return f"u-{secrets.token_hex(5)}"
