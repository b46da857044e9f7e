"""Finds names in the history of published texts, and removes all texts of a withdrawn record from it.

Main is rewritten with the tombstone in the place of the record.

Every other version keeps its text, number, author and date; the withdrawal states its number and predecessor, as a
recovered version does. Commits get new ids from the first one that contained the record, and are signed with the
current key. All references move in one transaction, so a crash changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from app.records.git.trees import build_tree
from app.records.history import LAST_TOPICS, PREVIOUS, VERSION_OF, VersionRef
from app.records.paths import INDEX_FILE
from app.records.proposals import PROPOSALS
from app.records.repository import MAIN, ContentRepository
from app.records.seed import SEED
from app.records.sharing.public_copy import DERIVED, is_tombstone
from app.shared.errors import Conflict

Progress = Callable[[int, int], None]
_CLAIM = f"%(trailers:key={VERSION_OF},valueonly,separator=%x20)"


def mentioned_in(repository: ContentRepository, words: Iterable[str]) -> tuple[str, ...]:
    """Return the folders of records whose published text ever contained one of `words` (case matters), sorted."""
    head, found = repository.head(), set[str]()
    for word in {word for word in words if word.strip()}:
        done = repository.git.run(
            "log", "--diff-merges=first-parent", "--no-renames", "--format=", "--name-only", "-z", f"-S{word}",
            "--end-of-options", head, "--", seconds=1800.0,
        )  # fmt: skip
        names = (name.strip() for name in done.out.decode("utf-8", "replace").split("\0"))
        found |= {repository.layout.record_of(name) or name for name in names if name}
    return tuple(sorted(found))


class StillPublished(Conflict):
    """The record in the folder `path` is not withdrawn, so its texts are kept."""

    path: str


class HistoryRewriter:
    """Rewrites the history of a repository without the texts of one record. Nobody else may write meanwhile."""

    def __init__(self, repository: ContentRepository) -> None:
        self._repository = repository
        self._git = repository.git

    def forget(self, path: str, *, prev: str, topics: Sequence[str], progress: Progress) -> bool:
        """Remove the texts of the withdrawn record in `path` from all references; return whether there were any.

        `prev` is the digest of its last version before the withdrawal, `topics` are its topics then. Objects that
        become unreachable are removed by `ContentRepository.scrub`. Raises StillPublished and RepositoryBusy.
        """
        with self._repository.alone():
            head = self._repository.head()
            versions = self._repository.versions(path)
            if not versions or not is_tombstone(self._repository.file(path, INDEX_FILE, versions[-1].commit)):
                raise StillPublished(path)
            if len(versions) == 1:
                return False
            said = [(VERSION_OF, f"{path} {versions[-1].ver}"), (PREVIOUS, prev)]
            said += [(LAST_TOPICS, " ".join(topics))] if topics else []
            moved = self._line(path, head, versions, said, progress)
            self._move({**dict(self._others(path, moved)), MAIN: (head, moved[head])})
        return True

    def _line(
        self,
        path: str,
        head: str,
        versions: Sequence[VersionRef],
        said: Sequence[tuple[str, str]],
        progress: Progress,
    ) -> Mapping[str, str]:
        """Store the new line beside the old one and return a map from old commits to new ones."""
        steps = self._git.run("rev-list", "--reverse", "--first-parent", head).out.decode().split()
        first, last = steps.index(versions[0].commit), steps.index(versions[-1].commit)
        moved = {step: step for step in steps[:first]}
        before = steps[first - 1] if first else ""
        for number in range(first, len(steps)):
            step, parent = steps[number], moved.get(before, "")
            tree = self._repository.tree_of(step)
            if number < last:
                tree = self._without(path, step)
            if number < last and parent and tree == self._repository.tree_of(parent) and self._is_about(path, step):
                moved[step] = parent
            else:
                parents = (parent,) if parent else ()
                trailers = said if number == last and not versions[-1].prev else ()
                moved[step] = self._repository.commits.copy(step, tree, parents=parents, trailers=trailers)
            before = step
            progress(number + 1, len(steps))
        return moved

    def _is_about(self, path: str, step: str) -> bool:
        """Return whether a commit without other changes is about the record, not a version of unchanged text."""
        claim = self._git.run("show", "--no-patch", f"--format={_CLAIM}", step).line
        return not claim or claim.partition(" ")[0] == path

    def _without(self, path: str, commit: str) -> str:
        if self._repository.ref(f"{commit}:{path}") is None:
            return self._repository.tree_of(commit)
        return build_tree(self._git, [(path, None)], base=commit)

    def _others(self, path: str, moved: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield the old and new commit of each other reference; those derived from the old line are removed."""
        listed = self._git.run("for-each-ref", "--format=%(refname) %(objectname)").out.decode().splitlines()
        for name, tip in (line.split() for line in listed):
            if name in DERIVED:
                yield name, (tip, "")
            elif name == SEED:
                # Copy the commit without the record and without its parents.
                yield (
                    name,
                    (tip, moved.get(tip) or self._repository.commits.copy(tip, self._without(path, tip), parents=())),
                )
            elif name.startswith(PROPOSALS):
                yield name, (tip, self._rebased(path, tip, moved))

    def _rebased(self, path: str, tip: str, moved: Mapping[str, str]) -> str:
        """Return the commit of a proposal, rebased on the commit that replaces its base."""
        base = self._git.run("rev-list", "--parents", "-n1", tip).line.split()[1]
        new = moved.get(base, base)
        if new == base:
            return tip
        tree = self._repository.tree_of(tip)
        if self._repository.ref(f"{tip}:{path}") is not None:
            stands = self._repository.ref(f"{new}:{path}")
            kept = self._repository.file(path, INDEX_FILE, new) if stands else None
            changes = [(path, None), *([(f"{path}/{INDEX_FILE}", kept)] if kept else [])]
            tree = build_tree(self._git, changes, base=tip)
        return self._repository.commits.copy(tip, tree, parents=(new,))

    def _move(self, places: Mapping[str, tuple[str, str]]) -> None:
        orders = ["start"]
        for name, (old, new) in places.items():
            if new and new != old:
                orders.append(f"update {name} {new} {old}")
            elif not new:
                orders.append(f"delete {name} {old}")
        self._git.run("update-ref", "--stdin", stdin="\n".join([*orders, "commit", ""]).encode())
