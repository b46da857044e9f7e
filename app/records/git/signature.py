"""Signs with an SSH key what git and ssh-keygen verify (OpenSSH's PROTOCOL.sshsig), without a process of either."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha512
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from app.shared.errors import Unavailable

_MAGIC, _VERSION = b"SSHSIG", (1).to_bytes(4, "big")
_LINE = 70


class KeyUnreadable(Unavailable):
    """The file at `path` is no Ed25519 key of OpenSSH without a passphrase, or is not there."""

    path: Path


def signature(message: bytes, key_file: Path) -> bytes:
    """Return the armoured signature of a message in the namespace of git; raises KeyUnreadable."""
    try:
        key = load_ssh_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable(key_file) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(key_file)
    public = _strings(b"ssh-ed25519", key.public_key().public_bytes_raw())
    said = _strings(b"git", b"", b"sha512")
    signed = key.sign(_MAGIC + said + _strings(sha512(message).digest()))
    packed = _MAGIC + _VERSION + _strings(public) + said + _strings(_strings(b"ssh-ed25519", signed))
    text = b64encode(packed)
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return b"\n".join([b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----"])


def _strings(*texts: bytes) -> bytes:
    """Return texts as SSH writes them, each after its length."""
    return b"".join(len(text).to_bytes(4, "big") + text for text in texts)
