import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, Root

from app.federation.listing.keys import (
    ROOT_LIFETIME,
    KeyUnreadable,
    NotRootKey,
    OnlineKey,
    RootFile,
    WordsWrong,
    first_root,
    new_words,
    next_root,
    public_key,
    recovery_key,
)

NOW = datetime(2026, 11, 24, 9, 0, 0, 5, tzinfo=UTC)
WORDS, OTHER_WORDS = new_words(), new_words()
ONLINE, NEW_ONLINE = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ed25519()


@pytest.fixture(scope="module")
def root() -> RootFile:
    signer = recovery_key(WORDS)
    return first_root(ONLINE.public_key, [signer.public_key], signer, NOW)


def signed_by(before: RootFile, root: RootFile) -> None:
    """Check what a client checks of a new root: the one before vouches for it, and it for itself."""
    metadata = Metadata[Root].from_bytes(root.data)
    for teller in (before, root):
        teller.signed.verify_delegate("root", metadata.signed_bytes, metadata.signatures)


def test_the_words_give_the_same_key_however_they_are_typed() -> None:
    key = recovery_key(WORDS).public_key
    assert len(WORDS.split()) == 24
    assert recovery_key(f"  {WORDS.upper()}\n".replace(" ", "  ")).public_key == key
    assert recovery_key(OTHER_WORDS).public_key != key


@pytest.mark.parametrize(
    "words",
    ["", "abandon", " ".join(WORDS.split()[:-1]), " ".join(["abandon"] * 24), f"xyzzy {WORDS.partition(' ')[2]}"],
    ids=["none", "one", "one missing", "no checksum", "no word"],
)
def test_wrong_words_are_told_from_another_key(words: str) -> None:
    with pytest.raises(WordsWrong):
        recovery_key(words)


def test_the_first_root_lets_the_online_key_speak_for_everything_but_the_root(root: RootFile) -> None:
    signed = root.signed
    assert (signed.version, signed.consistent_snapshot) == (1, True)
    assert signed.expires == NOW.replace(microsecond=0) + ROOT_LIFETIME
    assert {name: role.keyids for name, role in signed.roles.items()} == {
        "root": [recovery_key(WORDS).public_key.keyid],
        **{name: [ONLINE.public_key.keyid] for name in ("timestamp", "snapshot", "targets")},
    }
    signed_by(root, root)


def test_people_compare_twelve_words_of_the_hash(root: RootFile) -> None:
    assert len(root.to_compare.split()) == 12
    assert RootFile(root.data + b" ").to_compare != root.to_compare


def test_a_new_root_replaces_the_online_key_and_is_signed_by_the_words(root: RootFile) -> None:
    found = next_root(root, NEW_ONLINE.public_key, recovery_key(WORDS), NOW)
    assert (found.signed.version, found.signed.roles["timestamp"].keyids) == (2, [NEW_ONLINE.public_key.keyid])
    assert ONLINE.public_key.keyid not in found.signed.keys
    signed_by(root, found)


def test_neither_the_online_key_nor_the_words_of_another_node_speak_for_the_root(root: RootFile) -> None:
    for thief in (ONLINE, recovery_key(OTHER_WORDS)):
        with pytest.raises(NotRootKey):
            next_root(root, NEW_ONLINE.public_key, thief, NOW)
    forged = first_root(NEW_ONLINE.public_key, [ONLINE.public_key], ONLINE, NOW)
    with pytest.raises(UnsignedMetadataError):
        signed_by(root, forged)


def test_an_association_s_key_speaks_for_the_root_once_it_is_named(root: RootFile) -> None:
    own, association = recovery_key(WORDS), recovery_key(OTHER_WORDS)
    named = public_key(association.public_key.keyval["public"])
    second = next_root(root, ONLINE.public_key, own, NOW, root_keys=[named])
    assert second.signed.roles["root"].keyids == [named.keyid, own.public_key.keyid]
    assert second.signed.roles["root"].threshold == 1
    by_association = CryptoSigner(association._private_key, named)
    third = next_root(second, NEW_ONLINE.public_key, by_association, NOW)
    signed_by(second, third)


def test_the_online_key_is_kept_for_the_user_of_the_site_alone(tmp_path: Path) -> None:
    key = OnlineKey(tmp_path / "keys" / "online.pem")
    made = key.make()
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
    assert key.signer().public_key == made.public_key
    assert key.make().public_key != made.public_key
    assert [path.name for path in key.path.parent.iterdir()] == ["online.pem"]


@pytest.mark.parametrize("content", [None, b"", b"no key", "rsa"])
def test_a_missing_or_damaged_online_key_is_told(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "online.pem"
    if content == "rsa":
        content = CryptoSigner.generate_ecdsa().private_bytes
    if isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(KeyUnreadable):
        OnlineKey(path).signer()
