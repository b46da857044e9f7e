"""Signed commits: the node's key, the contents of a commit, and moving references to it."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha512
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from filelock import FileLock

from app.records.git.command import Completed, Git, run_program
from app.records.git.errors import GitFailed
from app.records.git.objects import ObjectStore
from app.shared.clock import Clock
from app.shared.errors import Conflict, Invalid, Unavailable

_PRINCIPAL = "node"
_KEY_MODE = 0o600
_FOLDER_MODE = 0o700


class KeyCreationFailed(Unavailable):
    """ssh-keygen could not create a key at `path`; `stderr` is its own explanation."""

    path: Path
    stderr: str


class CommitKey:
    """The key file `commit_ed25519` and the list `allowed_signers` in a node's key folder."""

    def __init__(self, folder: Path) -> None:
        """Use the key in `folder`; nothing is read or created before `ensure`."""
        self._folder = folder.absolute()
        self.path = self._folder / "commit_ed25519"
        self.allowed_signers = self._folder / "allowed_signers"

    def ensure(self) -> None:
        """Create the key if there is none, and add its public part to the allowed signers.

        Earlier public keys stay in the list, so that commits signed before a key was replaced can still be verified.
        Raises ToolMissing if ssh-keygen is not installed, and KeyCreationFailed.
        """
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        with FileLock(self._folder / "commit_ed25519.lock"):
            if not self.path.exists():
                self.path.with_suffix(".pub").unlink(missing_ok=True)
                done = run_program(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(self.path)])
                if done.status != 0:
                    raise KeyCreationFailed(self.path, stderr=done.err.decode("utf-8", "replace").strip())
            self.path.chmod(_KEY_MODE)
            self._allow(self.path.with_suffix(".pub").read_text("ascii"))

    def _allow(self, public: str) -> None:
        line = f'{_PRINCIPAL} namespaces="git" {public.strip()}\n'
        known = self.allowed_signers.read_text("ascii") if self.allowed_signers.exists() else ""
        if line not in known:
            # Appending cannot lose an earlier key if it is interrupted.
            with self.allowed_signers.open("a", encoding="ascii") as signers:
                signers.write(line)


_MAGIC, _VERSION = b"SSHSIG", (1).to_bytes(4, "big")
_ARMOUR_WIDTH = 70


class KeyUnreadable(Unavailable):
    """The file at `path` is missing, or is not an OpenSSH Ed25519 key without a passphrase."""

    path: Path


def signature(message: bytes, key_file: Path) -> bytes:
    """Return the armoured signature of a message for git (OpenSSH's PROTOCOL.sshsig). Raises KeyUnreadable."""
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
    lines = [text[start : start + _ARMOUR_WIDTH] for start in range(0, len(text), _ARMOUR_WIDTH)]
    return b"\n".join([b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----"])


def _strings(*texts: bytes) -> bytes:
    """Return texts in SSH's encoding, each preceded by its length."""
    return b"".join(len(text).to_bytes(4, "big") + text for text in texts)


NOTHING = "0" * 40
"""The object id that means that a ref does not exist."""

_PSEUDONYM = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_TRAILER = re.compile(r"[A-Z][A-Za-z-]{0,40}", re.ASCII)
_TRAILER_LINE = re.compile(rf"{_TRAILER.pattern}: ", re.ASCII)
_REF_REFUSED = 128
_REF_LOCK_TIMEOUT = ("-c", "core.filesRefLockTimeout=2000")
"""Milliseconds that git waits for another git process on the same reference; an older lock is an orphan."""

_COMMITTER = "node"
_SAID = "author %an <%ae> %at +0000%ncommitter %cn <%ce> %ct +0000%x00%B"
"""Format of the author and committer lines of a commit, followed by its message."""


class EditConflict(Conflict):
    """`ref` no longer points to the `expected` commit, because somebody else moved it first."""

    ref: str
    expected: str


class UnsafeCommit(Invalid):
    """A commit's `field` (author, message or trailer) could be mistaken for another field."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitNote:
    """Author (a pseudonym, since commits are permanent), one-line message, and trailers of a commit."""

    author: str
    message: str
    trailers: Sequence[tuple[str, str]] = ()

    def text(self) -> bytes:
        """Return the whole message; raises UnsafeCommit."""
        if not _is_line(self.message):
            raise UnsafeCommit("message")
        for key, value in self.trailers:
            if _TRAILER.fullmatch(key) is None or not _is_line(value):
                raise UnsafeCommit(f"trailer {key}")
        lines = [self.message, *([""] if self.trailers else []), *(f"{key}: {value}" for key, value in self.trailers)]
        return ("\n".join(lines) + "\n").encode()


class CommitWriter:
    """Creates signed commits and moves refs to them."""

    def __init__(self, git: Git, store: ObjectStore, *, key: CommitKey, clock: Clock, host: str) -> None:
        """Sign with `key`, take the time from `clock`, and write authors as `<pseudonym>@users.<host>`."""
        self._git = git
        self._store = store
        self._key = key
        self._clock = clock
        self._host = host

    def commit(self, tree: str, *, parents: Sequence[str], note: CommitNote, at: datetime | None = None) -> str:
        """Store a signed commit, dated now or `at`, and return its id; raises UnsafeCommit."""
        if _PSEUDONYM.fullmatch(note.author) is None:
            raise UnsafeCommit("author")
        roles, date = (("author", note.author), ("committer", _COMMITTER)), self._date(at)
        people = "\n".join(f"{role} {name} <{self._address(name)}> {date}" for role, name in roles)
        return self._sign(tree, parents, note.text(), people)

    def copy(self, commit: str, tree: str, *, parents: Sequence[str], trailers: Sequence[tuple[str, str]] = ()) -> str:
        """Store a signed copy of `commit` with `tree`, `parents` and more `trailers`; return its id."""
        shown = self._git.run("show", "--no-patch", f"--format={_SAID}", "--end-of-options", commit).out.decode()
        people, _, message = shown.partition("\0")
        # Separate trailers by a blank line from a message that ends without any.
        gap = "\n" if trailers and not _TRAILER_LINE.match(message.rstrip().rpartition("\n")[2]) else ""
        added = "".join(f"{key}: {value}\n" for key, value in trailers)
        text = f"{message.rstrip()}\n{gap}{added}"
        return self._sign(tree, parents, text.encode(), people)

    def _sign(self, tree: str, parents: Sequence[str], message: bytes, people: str) -> str:
        head = "\n".join([f"tree {tree}", *(f"parent {parent}" for parent in parents), people]).encode()
        signed = signature(b"%s\n\n%s" % (head, message), self._key.path)
        # Continuation lines of a header start with a space.
        return self._store.write("commit", b"%s\ngpgsig %s\n\n%s" % (head, signed.replace(b"\n", b"\n "), message))

    def move(self, ref: str, new: str, *, expected: str | None, reason: str) -> None:
        """Move `ref` from `expected` (None: missing) to `new`. Raises EditConflict if it was moved, or GitFailed."""
        old = expected or NOTHING
        argv = (*_REF_LOCK_TIMEOUT, "update-ref", "-m", reason, "--end-of-options", ref, new, old)
        # git writes these into the log of the reference.
        committer = {"NAME": _COMMITTER, "EMAIL": self._address(_COMMITTER), "DATE": self._date(None)}
        env = {f"GIT_COMMITTER_{what}": value for what, value in committer.items()}
        done = self._git.run(*argv, env=env, accept=(0, _REF_REFUSED))
        if done.status != 0:
            self._refuse_if_there(ref, old, done)
            raise EditConflict(ref, expected=old)

    def remove(self, ref: str, *, expected: str) -> None:
        """Remove `ref` if it still points to `expected`; raises GitFailed if it does and git cannot remove it."""
        argv = (*_REF_LOCK_TIMEOUT, "update-ref", "-d", "--end-of-options", ref, expected)
        done = self._git.run(*argv, accept=(0, 1, _REF_REFUSED))
        if done.status != 0:
            self._refuse_if_there(ref, expected, done)

    def _refuse_if_there(self, ref: str, expected: str, done: Completed) -> None:
        """Raise GitFailed unless somebody else moved `ref`; a killed git, for example, leaves its lock."""
        stands = self._git.run("rev-parse", "--verify", "--quiet", "--end-of-options", ref, accept=(0, 1)).line
        if (stands or NOTHING) == expected:
            raise GitFailed("update-ref", status=done.status, stderr=done.err.decode("utf-8", "replace").strip())

    def _address(self, name: str) -> str:
        return f"{name}@users.{self._host}"

    def _date(self, at: datetime | None) -> str:
        return f"{int((at or self._clock()).timestamp())} +0000"


def _is_line(text: str) -> bool:
    return bool(text.strip()) and text.isprintable()
