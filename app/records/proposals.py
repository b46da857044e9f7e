"""Proposals in git: one reference each below refs/proposals/, and the signed merge that publishes one."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from app.records.commits import NOTHING, CommitNote, EditConflict
from app.records.git.errors import GitFailed, ObjectMissing
from app.records.paths import INDEX_FILE
from app.records.repository import MAIN, ContentRepository
from app.shared.errors import Invalid

PROPOSALS = "refs/proposals/"
TRAILER = "Proposal"

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_ID_LENGTH = 100
_FIELDS = 6
_log = structlog.get_logger(__name__)


class UnsafeProposalId(Invalid):
    """A proposal's id must consist of a-z, 0-9 and single hyphens, 100 at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCommit:
    """A version that came from a proposal, by the trailers of its commit; `author` is a pseudonym."""

    commit: str
    parent: str
    author: str
    subject: str
    at: datetime
    trailers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def trailer(self, name: str) -> str:
        """Return the first value of a trailer, or ""."""
        return next(iter(self.trailers.get(name, ())), "")


class ProposalRefs:
    """Stores proposals as single commits on their base, so that a merge publishes no words of earlier revisions."""

    def __init__(self, repository: ContentRepository) -> None:
        """Work on `repository`, which must have been created."""
        self._repository = repository

    def tip(self, proposal_id: str) -> str | None:
        """Return the commit of the proposed text; None if there is none (any more)."""
        return self._repository.ref(_ref(proposal_id))

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all proposals that have a reference, sorted."""
        listing = self._repository.git.run("for-each-ref", "--format=%(refname)", PROPOSALS)
        return tuple(sorted(line.removeprefix(PROPOSALS) for line in listing.line.split("\n") if line))

    def note(self, proposal_id: str) -> ProposalCommit:
        """Return what the commit of a proposal says about itself; raises ObjectMissing."""
        tip = self.tip(proposal_id)
        if tip is None:
            raise ObjectMissing(_ref(proposal_id))
        return next(self._log("-1", tip))

    def store(self, proposal_id: str, path: str, files: Mapping[str, bytes], *, base: str, note: CommitNote) -> str:
        """Make the folder `path` contain exactly `files`, based on the commit `base`; return the proposal's commit.

        Replaces any earlier proposal under this id. Raises UnsafePath, FileTooLarge, UnsafeCommit, and EditConflict if
        somebody else stored one at the same time.
        """
        ref, present = _ref(proposal_id), self.tip(proposal_id)
        tree = self._tree(path, files, base)
        commit = self._repository.commits.commit(tree, parents=(base,), note=note)
        self._repository.commits.move(ref, commit, expected=present, reason=note.message)
        return commit

    def publish(
        self,
        path: str,
        files: Mapping[str, bytes],
        *,
        expected_head: str,
        proposed: str | None,
        note: CommitNote,
        before_move: Callable[[], None] = lambda: None,
    ) -> str:
        """Publish the folder `path` with exactly `files` as one signed commit, a merge if `proposed` is given.

        `before_move` is called once all objects are stored and before readers see them. Raises EditConflict if main is
        no longer at `expected_head`, PublishingStopped, UnsafePath, FileTooLarge and UnsafeCommit.
        """
        note = self._repository.permitted(note, [path])
        tree = self._tree(path, files, expected_head)
        parents = (expected_head,) if proposed is None else (expected_head, proposed)
        with self._repository.exclusive("main"):
            if self._repository.ref(MAIN) != expected_head:
                raise EditConflict(MAIN, expected=expected_head)
            commit = self._repository.commits.commit(tree, parents=parents, note=note)
            before_move()
            self._repository.commits.move(MAIN, commit, expected=expected_head, reason=note.message)
        return commit

    def drop(self, proposal_id: str) -> None:
        """Remove a closed proposal's reference and its log. If git fails, the next repair removes them."""
        tip = self.tip(proposal_id)
        if tip is None:
            return
        try:
            self._repository.commits.remove(_ref(proposal_id), expected=tip)
        except GitFailed as error:
            _log.warning("proposals.reference_left", proposal=proposal_id, reason=error.stderr)

    def publications(self, since: str | None = None) -> Iterator[ProposalCommit]:
        """Yield the commits of the published line that name a proposal, newest first; those after `since`, or all."""
        head = self._repository.head()
        found = self._log(f"{since}..{head}" if since else head)
        yield from (commit for commit in found if commit.trailer(TRAILER))

    def files(self, path: str, commit: str) -> dict[str, bytes]:
        """Return all files of a folder at `commit`, including index.md; raises ObjectMissing and UnsafePath."""
        folder = self._repository.folder(path, commit)
        beside = {file.name: self._repository.file(path, file.name, commit) for file in folder.files}
        return {INDEX_FILE: folder.text, **beside}

    def _tree(self, path: str, files: Mapping[str, bytes], base: str) -> str:
        return self._repository.changed_tree(self._repository.layout.replacing(path, files), base=base)

    def _log(self, *what: str) -> Iterator[ProposalCommit]:
        done = self._repository.git.run(
            "log", "--first-parent", "-z", "--format=%H%n%P%n%an%n%s%n%ct%n%(trailers:only,unfold)", *what, "--",
            seconds=600.0,
        )  # fmt: skip
        for entry in done.out.decode("utf-8", "replace").split("\0"):
            if entry.strip():
                yield _parsed(entry.lstrip("\n"))


def _parsed(entry: str) -> ProposalCommit:
    commit, parents, author, subject, seconds, *rest = entry.split("\n", _FIELDS - 1)
    return ProposalCommit(
        commit=commit,
        parent=parents.partition(" ")[0] or NOTHING,
        author=author,
        subject=subject,
        at=datetime.fromtimestamp(int(seconds), tz=UTC),
        trailers=_trailers(rest[0].split("\n") if rest else ()),
    )


def _trailers(lines: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, separator, value = line.partition(": ")
        if separator:
            found[name] = (*found.get(name, ()), value)
    return found


def _ref(proposal_id: str) -> str:
    if len(proposal_id) > _ID_LENGTH or _ID.fullmatch(proposal_id) is None:
        raise UnsafeProposalId(proposal_id)
    return f"{PROPOSALS}{proposal_id}"
