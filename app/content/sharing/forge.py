# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A forge such as openCoDE, Gitea or GitHub that shows what is published, and where branches are written.

The forge is downstream: main there is always what this node published. Nothing is merged there; a branch becomes a
proposal here.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from app.content.git.command import Git
from app.content.sharing.public_copy import PublicCopy

_FETCHED = "refs/forge/"
_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeBranch:
    """A branch of the forge and the commit it stands at."""

    name: str
    commit: str


class Forge:
    """One repository on a forge, reached over HTTPS."""

    def __init__(self, copy: PublicCopy, address: str, credentials: str = "") -> None:
        """Use the repository at `address`; `credentials` are "user:token", seen by git alone."""
        self.copy = copy
        self._address = address
        self._env = _environment(credentials)

    def send(self) -> str:
        """Bring main of the forge to what is published and return the commit; raises GitFailed and GitTimeout.

        After a withdrawal the line is another one, so main of the forge is replaced rather than continued.
        """
        commit = self.copy.refresh()
        # The copy has no other branch. By its name alone, git would not know main from a branch that somebody called
        # refs/heads/main over there, and send nothing.
        self._run(self.copy.clone, "push", "--quiet", "--end-of-options", self._address, "+refs/heads/*:refs/heads/*")
        return commit

    def branches(self) -> tuple[ForgeBranch, ...]:
        """Fetch all branches but main and return them by name; raises GitFailed and GitTimeout."""
        inbox = self.copy.open_inbox()
        refspec = f"+refs/heads/*:{_FETCHED}*"
        options = ("--quiet", "--no-tags", "--prune", "--no-write-fetch-head")
        self._run(inbox, "fetch", *options, "--end-of-options", self._address, refspec)
        listed = inbox.run("for-each-ref", "--format=%(objectname) %(refname)", _FETCHED).out.decode("utf-8", "replace")
        # Names may hold what Python takes for the end of a line, but never a line feed.
        pairs = (line.split(" ", 1) for line in listed.removesuffix("\n").split("\n") if line)
        found = (ForgeBranch(name=ref.removeprefix(_FETCHED), commit=commit) for commit, ref in pairs)
        return tuple(branch for branch in found if branch.name != "main")

    def _run(self, git: Git, *arguments: str) -> None:
        # A redirect could carry the credentials elsewhere.
        git.run("-c", "http.followRedirects=false", *arguments, env=self._env, seconds=_SECONDS)


def _environment(credentials: str) -> dict[str, str]:
    allowed = {"GIT_ALLOW_PROTOCOL": "https:http"}
    if not credentials:
        return allowed
    header = f"Authorization: Basic {b64encode(credentials.encode()).decode()}"
    config = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": header}
    return {**allowed, **config}
