"""Secrets that give access: generated here, shown once, stored as hashes."""

import secrets
from hashlib import sha256

BYTES = 32


def new_secret(prefix: str = "") -> str:
    """Return a new secret of 256 bits; a prefix lets scanners of published code recognise a leak."""
    return prefix + secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> str:
    """Return the hash of a secret that is stored, in hex."""
    # Secrets are fully random, so a plain hash cannot be reversed by guessing.
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_pseudonym() -> str:
    """Return a new author's pseudonym, which reveals nothing about the person."""
    return f"u-{secrets.token_hex(5)}"
