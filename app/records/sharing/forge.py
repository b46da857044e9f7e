"""A forge such as openCode, Gitea or GitHub that shows what is published, and where branches are written.

The forge is downstream: main there is always what this node published. Nothing is merged there; a branch becomes a
proposal here.
"""

from __future__ import annotations

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
    # A redirect could carry the credentials elsewhere.
    "-c", "http.followRedirects=false",
    # A forge that says nothing for a minute is given up.
    "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60",
    # What is fetched is looked at as closely as what is pushed.
    "-c", "fetch.fsckObjects=true",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeBranch:
    """A branch of the forge and the commit it stands at; it is not `whole` where git could not take the commit in."""

    name: str
    commit: str
    whole: bool = True

    @property
    def is_main(self) -> bool:
        """Tell whether the node sends what is published here."""
        return self.name == MAIN_BRANCH


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeView:
    """The forge as it was found.

    `main` is the commit its main stands at, "" on an empty forge. `branches` are all that somebody else wrote: also
    main, where this node did not send what stands there.
    """

    main: str
    branches: tuple[ForgeBranch, ...]


class Forge:
    """One repository on a forge, reached over HTTPS. Callers of `look` and `send` keep the inbox in use."""

    def __init__(self, copy: PublicCopy, address: str, credentials: str = "") -> None:
        """Use the repository at `address`; `credentials` are "user:token", seen by git alone."""
        self.copy = copy
        self._address = address
        self._env = _environment(credentials)
        self._notes = copy.clone.git_dir.with_name("forge.sent")

    def look(self, published: str) -> ForgeView:
        """Fetch all branches and return them by name; raises GitFailed and GitTimeout.

        `published` is the newest commit of the copy to clone from.
        """
        inbox = self.copy.open_inbox()
        try:
            self._fetch(inbox, f"+{_HEADS}*:{_FETCHED}*")
            found = _listed(inbox.run("for-each-ref", "--format=%(objectname) %(refname)", _FETCHED), _FETCHED)
        except GitFailed:
            # One branch that git does not take keeps no other from being seen.
            listed = self._run(inbox, "ls-remote", "--heads", "--end-of-options", self._address)
            found = tuple(self._alone(inbox, branch) for branch in _listed(listed, _HEADS))
        main = next((branch for branch in found if branch.is_main), None)
        ours = main and (main.commit in self._noted() or inbox.is_ancestor(main.commit, published))
        foreign = (branch for branch in found if not (branch.is_main and ours))
        return ForgeView(main=main.commit if main else "", branches=tuple(foreign))

    def send(self, published: str, seen: str, *, keep_as: str = "") -> None:
        """Bring main of the forge from the commit `seen` to `published`; raises GitFailed and GitTimeout.

        After a withdrawal the line is another one, so main of the forge is replaced rather than continued, though never
        when somebody moved it since it was seen. What stood there stays as the branch `keep_as`, where that is given.
        """
        if seen == published:
            return
        self._note(seen, published)
        kept = (f"{seen}:{_HEADS}{keep_as}",) if keep_as else ()
        # By its name alone, git would not know main from a branch that somebody called refs/heads/main over there, and
        # send nothing; a pattern leaves no doubt.
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
        """Return what may stand on main because this node sent it, also when its line was written anew since."""
        try:
            return frozenset(self._notes.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return frozenset()

    def _note(self, seen: str, published: str) -> None:
        # Before the commit is sent: nobody knows whether a sending that broke off has arrived.
        ours = {published} | ({seen} & self._noted())
        # By process, because the command and the site may visit the forge at the same time.
        new = self._notes.with_name(f"{self._notes.name}.{os.getpid()}.new")
        new.write_text("\n".join(sorted(ours)), encoding="ascii")
        new.replace(self._notes)

    def _run(self, git: Git, *arguments: str) -> Completed:
        return git.run(*_CAREFUL, *arguments, env=self._env, seconds=_TIMEOUT_SECONDS)


def _listed(done: Completed, prefix: str) -> tuple[ForgeBranch, ...]:
    # Names may hold what Python takes for the end of a line, but never a line feed.
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
