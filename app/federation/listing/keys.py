"""The online key of a node, which signs its list, and its root keys (Ed25519), printed once as 24 words of BIP 39."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from mnemonic import Mnemonic
from securesystemslib.signer import CryptoSigner, Key, SSlibKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Role, Root, Snapshot, Targets, Timestamp

from app.shared.errors import Invalid, Unavailable

ROOT_LIFETIME = timedelta(days=3650)
"""A root is renewed by hand, with words from a safe, so it lasts ten years."""

_ROLES = (Timestamp.type, Snapshot.type, Targets.type)
_BITS = 256
_WORDS = Mnemonic("english")
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


class WordsWrong(Invalid):
    """The words of a recovery key do not fit together: one is misspelt, missing or in the wrong place."""

    message = "These are not the 24 words of a recovery key. Compare them, in their order, with the printed sheet"


class NotRootKey(Invalid):
    """A recovery key, or the one that signed a root, is not one of those that the root before names."""

    message = "This belongs to another key: the present root of the node does not name it"


class RootChangesMore(Invalid):
    """A root that another one signed changes who may sign roots, or names several online keys."""

    message = "This root changes more than the online key of this node. Do not take it over; ask who signed it"


class PublicKeyWrong(Invalid):
    """A text is no public key."""

    message = "A public key has 64 hexadecimal digits. See: erfahrungsnetz keys list"


class KeyUnreadable(Unavailable):
    """The online key in `path` is missing or damaged."""

    path: Path

    message = "the key %(path)s cannot be read, so nothing can be published to other nodes. Restore it from the backup"


def new_words() -> str:
    """Return the words of a new recovery key."""
    return _WORDS.generate(_BITS)


def recovery_key(words: str) -> CryptoSigner:
    """Return the key behind 24 words; raises WordsWrong."""
    spelt = " ".join(words.lower().split())
    if not _WORDS.check(spelt):
        raise WordsWrong
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes(_WORDS.to_entropy(spelt))))


class OnlineKey:
    """The key in a file of its own, which only the user of the site can read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> CryptoSigner:
        """Store a new key in place of the one before, and return it."""
        private = Ed25519PrivateKey.generate()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.path.with_suffix(f".{os.getpid()}.new")
        draft.touch(mode=0o600)
        draft.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        draft.replace(self.path)
        return CryptoSigner(private)

    def signer(self) -> CryptoSigner:
        """Return the key; raises KeyUnreadable."""
        try:
            found = load_pem_private_key(self.path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise KeyUnreadable(self.path) from error
        if not isinstance(found, Ed25519PrivateKey):
            raise KeyUnreadable(self.path)
        return CryptoSigner(found)


@dataclass(frozen=True, slots=True)
class RootFile:
    """A root of a node, as bytes that were signed."""

    data: bytes

    @property
    def signed(self) -> Root:
        """Return what it says; raises DeserializationError."""
        return Metadata[Root].from_bytes(self.data).signed

    @property
    def sha256(self) -> str:
        """Return the hash by which people and join links name it."""
        return sha256(self.data).hexdigest()

    @property
    def to_compare(self) -> str:
        """Return twelve words of the hash."""
        return words_of(self.sha256)

    def check_after(self, before: RootFile) -> None:
        """Raise NotRootKey unless this is the next root after `before`, signed as both say."""
        try:
            found = Metadata[Root].from_bytes(self.data)
            for one in (before.signed, found.signed):
                one.verify_delegate(Root.type, found.signed_bytes, found.signatures)
        except RepositoryError as error:
            raise NotRootKey from error
        if found.signed.version != before.signed.version + 1:
            raise NotRootKey


def words_of(root: str) -> str:
    """Return twelve words of the hash of a first root, to be read to each other on the telephone."""
    return " ".join(_WORDS.to_mnemonic(bytes.fromhex(root)[:16]).split())


def first_root(online: Key, root_keys: Sequence[Key], signer: CryptoSigner, now: datetime) -> RootFile:
    """Return version 1, in which any one of `root_keys` may speak for the root; `signer` holds one of them."""
    return _signed(_root(1, online, root_keys, now), [signer])


def next_root(
    before: RootFile, online: Key, signer: CryptoSigner, now: datetime, root_keys: Sequence[Key] | None = None
) -> RootFile:
    """Return the next root with other keys; one signature is enough (threshold one). Raises NotRootKey."""
    old = before.signed
    own = signer.public_key
    if own.keyid not in old.roles[Root.type].keyids:
        raise NotRootKey
    keys = [old.keys[keyid] for keyid in old.roles[Root.type].keyids] if root_keys is None else list(root_keys)
    if own.keyid not in {key.keyid for key in keys}:
        keys.append(own)
    return _signed(_root(old.version + 1, online, keys, now), [signer])


def _root(version: int, online: Key, root_keys: Sequence[Key], now: datetime) -> Root:
    roles = {name: Role([online.keyid], 1) for name in _ROLES}
    roles[Root.type] = Role([key.keyid for key in root_keys], 1)
    keys = {key.keyid: key for key in (online, *root_keys)}
    return Root(
        version, expires=(now + ROOT_LIFETIME).replace(microsecond=0), keys=keys, roles=roles, consistent_snapshot=True
    )


def _signed(root: Root, signers: Sequence[CryptoSigner]) -> RootFile:
    metadata = Metadata(root)
    for signer in signers:
        metadata.sign(signer, append=True)
    return RootFile(metadata.to_bytes())


def public_key(hex_key: str) -> SSlibKey:
    """Return an Ed25519 key by its 64 hexadecimal digits; raises PublicKeyWrong."""
    if _HEX.fullmatch(hex_key) is None:
        raise PublicKeyWrong
    # As the library names keys, or the holder's signature would stand under another name.
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(hex_key)))
