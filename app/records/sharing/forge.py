"""A forge such as openCode, Gitea or GitHub, which shows what is published and where people write branches.

The forge is downstream: its main is always what this node published. Nothing is merged there; branches become
proposals here.
"""

import os
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from app.records.git.command import Completed, Git
from app.records.git.errors import GitFailed
from app.records.repository import MAIN
from app.records.sharing.public_copy import PublicCopy

MAIN_BRANCH = "main"
_HEADS = "refs/heads/"
_FETCHED = "refs/forge/"
_SENT = "refs/send/"
_TIMEOUT_SECONDS = 300.0
_CAREFUL = (
    # A redirect could leak the credentials to another host.
    "-c", "http.followRedirects=false",
    # Give up if the forge sends nothing for a minute.
    "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60",
    # Check fetched objects as strictly as pushed ones.
    "-c", "fetch.fsckObjects=true",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeBranch:
    """A branch on the forge and its commit; `whole` is False if git could not fetch the commit."""

    name: str
    commit: str
    whole: bool = True

    @property
    def is_main(self) -> bool:
        """Return whether this is the branch to which the node sends what is published."""
        return self.name == MAIN_BRANCH


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeView:
    """The forge: commit of its main ("": empty), and branches by others, including main unless we sent it."""

    main: str
    branches: tuple[ForgeBranch, ...]


class Forge:
    """One repository on a forge, accessed over HTTPS. Callers of `look` and `send` keep the inbox in use."""

    def __init__(self, copy: PublicCopy, address: str, credentials: str = "") -> None:
        """Use the repository at `address`; `credentials` are "user:token", passed to git only."""
        self.copy = copy
        self._address = address
        self._env = _environment(credentials)
        self._notes = copy.clone.git_dir.with_name("forge.sent")

    def look(self, published: str) -> ForgeView:
        """Fetch all branches; `published` is the newest commit of our copy. Raises GitFailed and GitTimeout."""
        inbox = self.copy.open_inbox()
        try:
            self._fetch(inbox, f"+{_HEADS}*:{_FETCHED}*")
            found = _listed(inbox.run("for-each-ref", "--format=%(objectname) %(refname)", _FETCHED), _FETCHED)
        except GitFailed:
            # One branch that git cannot fetch must not hide the others.
            listed = self._run(inbox, "ls-remote", "--heads", "--end-of-options", self._address)
            found = tuple(self._alone(inbox, branch) for branch in _listed(listed, _HEADS))
        main = next((branch for branch in found if branch.is_main), None)
        ours = main and (main.commit in self._noted() or inbox.is_ancestor(main.commit, published))
        foreign = (branch for branch in found if not (branch.is_main and ours))
        return ForgeView(main=main.commit if main else "", branches=tuple(foreign))

    def send(self, published: str, seen: str, *, keep_as: str = "") -> None:
        """Move the forge's main from the commit `seen` to `published`; raises GitFailed and GitTimeout.

        A withdrawal rewrites the line, so main on the forge is replaced rather than extended, but never if somebody
        moved it since it was seen. Its old commit is kept as the branch `keep_as`, if given.
        """
        if seen == published:
            return
        self._note(seen, published)
        kept = (f"{seen}:{_HEADS}{keep_as}",) if keep_as else ()
        # Given the name alone, git could not tell main from a branch called refs/heads/main on the forge, and would
        # send nothing; a pattern is unambiguous.
        self.copy.inbox.run("update-ref", "--end-of-options", f"{_SENT}main", published)
        self._run(
            self.copy.inbox, "push", "--quiet", "--atomic", f"--force-with-lease={MAIN}:{seen}", "--end-of-options",
            self._address, *kept, f"{_SENT}*:{_HEADS}*",
        )  # fmt: skip

    def _alone(self, inbox: Git, branch: ForgeBranch) -> ForgeBranch:
        try:
            self._fetch(inbox, f"+{_HEADS}{branch.name}:{_FETCHED}{branch.name}")
        except GitFailed:
            return ForgeBranch(name=branch.name, commit=branch.commit, whole=False)
        return branch

    def _fetch(self, inbox: Git, refspec: str) -> None:
        options = ("--quiet", "--no-tags", "--prune", "--no-write-fetch-head")
        self._run(inbox, "fetch", *options, "--end-of-options", self._address, refspec)

    def _noted(self) -> frozenset[str]:
        """Return the commits that may be on main because this node sent them, even if its line was rewritten since."""
        try:
            return frozenset(self._notes.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return frozenset()

    def _note(self, seen: str, published: str) -> None:
        # Write it before sending: after an interruption nobody knows whether the commit arrived.
        ours = {published} | ({seen} & self._noted())
        # One file per process, because the command and the site may use the forge at the same time.
        new = self._notes.with_name(f"{self._notes.name}.{os.getpid()}.new")
        new.write_text("\n".join(sorted(ours)), encoding="ascii")
        new.replace(self._notes)

    def _run(self, git: Git, *arguments: str) -> Completed:
        return git.run(*_CAREFUL, *arguments, env=self._env, seconds=_TIMEOUT_SECONDS)


def _listed(done: Completed, prefix: str) -> tuple[ForgeBranch, ...]:
    # Names may contain what Python takes for a line end, but never a line feed.
    lines = done.out.decode("utf-8", "replace").removesuffix("\n").split("\n")
    pairs: Iterable[list[str]] = (line.split(None, 1) for line in lines if line)
    return tuple(ForgeBranch(name=ref.removeprefix(prefix), commit=commit) for commit, ref in pairs)


def _environment(credentials: str) -> dict[str, str]:
    allowed = {"GIT_ALLOW_PROTOCOL": "https:http"}
    if not credentials:
        return allowed
    header = f"Authorization: Basic {b64encode(credentials.encode()).decode()}"
    config = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": header}
    return {**allowed, **config}
