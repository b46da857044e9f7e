"""Reads a push: which records change, with their old and new texts."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from app.documents.limits import FILE_LIMIT
from app.records.git.command import Git
from app.records.paths import INDEX_FILE, VOCABULARY_FOLDER, ContentLayout
from app.shared.errors import Invalid
from app.shared.wording import N_

MAX_RECORDS = 20
"""Records that one push may change; each becomes a separate proposal."""

MAX_LISTING_BYTES = 256 * 1024
"""Bytes of git's listing of the changes in a push; a small malicious push can expand to millions of lines."""
MAX_FILES = 200
"""Files of all records in a push, before and after it."""
MAX_BYTES = 100 * 1024 * 1024
"""Bytes of these files, unpacked, because they are in memory at once."""

MAX_COMMIT_BYTES = 64 * 1024
"""Maximum bytes of a commit, most of which is its message."""

_OID = re.compile(r"[0-9a-f]{40}", re.ASCII)
_PLAIN_FILE = "100644"


class PushFault(StrEnum):
    """The reasons, in words, why a push cannot be taken, whatever its texts."""

    NO_COMMIT = N_("No commit was sent.")
    LONG_MESSAGE = N_("The message of the commit is too long. Shorten it with git commit --amend.")
    NO_COMMON_GROUND = N_("This does not build on what is published. Get that with git pull --rebase and push again.")
    NOTHING_CHANGED = N_("Nothing has changed. Did you record your change with git commit?")
    TOO_MANY_RECORDS = N_("Nobody reviews more than %(limit)s records at once. Split the change:")
    FOREIGN_PATH = N_("No record lies here. Allowed are <kind>/<short name>/index.md and files beside it:")
    TERMS_APART = N_("Only editors change the vocabulary, in a push of its own and without adding or removing files:")
    NO_PLAIN_FILE = N_("Only plain files are allowed, no links, programs or folders:")
    FILE_TOO_LARGE = N_("Larger than 10 MB:")
    TOO_MUCH = N_("These are too many or too large files at once. Split the change:")
    RECORD_REMOVED = N_("Records are not deleted but withdrawn on their page, with a reason:")
    NO_TEXT = N_("The record lacks its file index.md:")


class PushRefused(Invalid):
    """A push refused before its texts are read: the reason, and the `paths` at fault."""

    fault: PushFault
    paths: tuple[str, ...] = ()

    limit = MAX_RECORDS

    @property
    def message(self) -> str:
        return self.fault.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedRecord:
    """A record after the push; `base` is the `index.md` it builds on (None: new), `files` are beside it."""

    path: str
    text: bytes
    base: bytes | None
    base_files: Mapping[str, bytes]
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedVocabulary:
    """The file of a vocabulary after the push, and the text it builds on."""

    path: str
    text: bytes
    base: bytes

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The changes up to `commit`, the day of that commit (YYYY-MM-DD), and the reason from its message.

    `faults` are the changes that cannot be taken; `records` do not contain them.
    """

    commit: str
    day: str
    reason: str
    records: tuple[PushedRecord, ...]
    vocabularies: tuple[PushedVocabulary, ...] = ()
    faults: tuple[PushRefused, ...] = ()


class _Room:
    """How much more of a push may be read."""

    def __init__(self) -> None:
        self._files, self._bytes = MAX_FILES, MAX_BYTES

    def take(self, size: int, path: str) -> None:
        self._files -= 1
        self._bytes -= size
        if self._files < 0 or self._bytes < 0:
            raise PushRefused(PushFault.TOO_MUCH, (path,))


_Faults = defaultdict[PushFault, set[str]]


class PushReader:
    """Reads pushes from the repository that received them."""

    def __init__(self, inbox: Git, layout: ContentLayout) -> None:
        """Read objects from `inbox` and accept the paths of `layout`."""
        self._git = inbox
        self._layout = layout

    def read(self, new: str, published: str, *, editor: bool = False) -> Push:
        """Return the changes of `new` (a commit or tag) since its merge base with `published`; raises PushRefused.

        Only an `editor` may change vocabularies.
        """
        new = self._commit(new)
        done = self._git.run("merge-base", "--end-of-options", new, published, accept=(0, 1))
        if done.status:
            raise PushRefused(PushFault.NO_COMMON_GROUND)
        base = done.line
        room = _Room()
        faults: defaultdict[PushFault, set[str]] = defaultdict(set)
        changed, terms = self._changed(base, new, faults)
        vocabularies = self._vocabularies(terms, new, base, room, faults) if terms and editor else ()
        if terms and (changed or len(vocabularies) < len(terms)):
            faults[PushFault.TERMS_APART] = terms
        records = [self._record(path, new, base, room, faults) for path in changed]
        told = self._git.run("show", "--no-patch", "--format=%cs%n%B", "--end-of-options", new).out.decode(
            "utf-8", "replace"
        )
        day, _, reason = told.partition("\n")
        return Push(
            commit=new,
            day=day,
            reason=reason.strip(),
            records=tuple(record for record in records if record),
            vocabularies=vocabularies,
            faults=tuple(PushRefused(fault, tuple(sorted(paths))) for fault, paths in faults.items()),
        )

    def _commit(self, new: str) -> str:
        if _OID.fullmatch(new) is not None:
            done = self._git.run("rev-parse", "--verify", "--quiet", f"{new}^{{commit}}", accept=(0, 1, 128))
            if done.status == 0:
                if int(self._git.run("cat-file", "-s", done.line).line) > MAX_COMMIT_BYTES:
                    raise PushRefused(PushFault.LONG_MESSAGE)
                return done.line
        raise PushRefused(PushFault.NO_COMMIT)

    def _changed(self, base: str, new: str, faults: _Faults) -> tuple[list[str], set[str]]:
        listed = ("diff-tree", "-r", "-z", "--no-renames", "--end-of-options", base, new)
        found = self._git.beginning(*listed, most=MAX_LISTING_BYTES)
        if len(found) == MAX_LISTING_BYTES:
            raise PushRefused(PushFault.TOO_MUCH)
        raw = found.decode("utf-8", "replace")
        paths = raw.split("\0")[1::2]
        if not paths:
            raise PushRefused(PushFault.NOTHING_CHANGED)
        records = {path: self._layout.record_of(path) for path in paths}
        terms = {path for path in paths if self._layout.is_vocabulary(path)}
        if foreign := {path for path, record in records.items() if record is None} - terms:
            faults[PushFault.FOREIGN_PATH] = foreign
        changed = sorted({record for record in records.values() if record is not None})
        if len(changed) > MAX_RECORDS:
            raise PushRefused(PushFault.TOO_MANY_RECORDS, tuple(changed))
        return changed, terms

    def _vocabularies(
        self, paths: set[str], new: str, base: str, room: _Room, faults: _Faults
    ) -> tuple[PushedVocabulary, ...]:
        before, after = (self._folder(VOCABULARY_FOLDER, commit, room, faults) for commit in (base, new))
        names = {path: PurePosixPath(path).name for path in sorted(paths)}
        return tuple(
            PushedVocabulary(path=path, text=after[name], base=before[name])
            for path, name in names.items()
            if name in before and name in after
        )

    def _record(self, path: str, new: str, base: str, room: _Room, faults: _Faults) -> PushedRecord | None:
        before, after = self._folder(path, base, room, defaultdict(set)), self._folder(path, new, room, faults)
        text, old = after.pop(INDEX_FILE, None), before.pop(INDEX_FILE, None)
        if text is None:
            is_removed = old is not None and not after
            faults[PushFault.RECORD_REMOVED if is_removed else PushFault.NO_TEXT].add(path)
            return None
        return PushedRecord(path=path, text=text, base=old, base_files=before, files=after)

    def _folder(self, path: str, commit: str, room: _Room, faults: _Faults) -> dict[str, bytes]:
        listing = self._git.run("ls-tree", "-z", "-l", "--end-of-options", commit, f"{path}/").out.decode(
            "utf-8", "replace"
        )
        files: dict[str, bytes] = {}
        for line in listing.split("\0")[:-1]:
            meta, name = line.split("\t", 1)
            mode, _, oid, size = meta.split()
            if mode != _PLAIN_FILE:
                faults[PushFault.NO_PLAIN_FILE].add(name)
            elif int(size) > FILE_LIMIT:
                faults[PushFault.FILE_TOO_LARGE].add(name)
            else:
                room.take(int(size), path)
                files[name.rpartition("/")[2]] = self._git.run("cat-file", "blob", oid).out
        return files
