"""Answers about faulty branches: sent to the forge, or else shown to the operator on this site."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

import structlog

from app.fetching import KIB, FetchFailed, Limits
from app.fetching.fetcher import EnteredService

Software = Literal["", "gitlab", "github", "gitea"]
"""The software of the forge; Forgejo is addressed as Gitea, and nothing is sent to ""."""

_LIMITS = Limits(wire=256 * KIB, inflated=256 * KIB, seconds=20)
_MOST_CHARACTERS = 20_000
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchAnswer:
    """The faults of a branch at a commit; `told` if they were sent to the forge."""

    branch: str
    commit: str
    lines: tuple[str, ...]
    told: bool = False


Post = Callable[[str, str], None]
"""Sends an answer about a commit; raises FetchFailed."""


def commenting(software: Software, repository: str, token: str) -> Post:
    """Return a function that comments on a commit in `repository` (its address); on Gitea, it sets the commit's status.

    Follows GitLab's "post comment to commit", GitHub's "create a commit comment" and Gitea's "create a commit status".
    """
    parts = urlsplit(repository)
    path, site = parts.path.strip("/").removesuffix(".git"), f"{parts.scheme}://{parts.netloc}"

    def post(commit: str, text: str) -> None:
        # In a code block, the forge notifies nobody who is mentioned and makes no links.
        block = f"```\n{text.replace('`', '’')}\n```"
        sent: Mapping[str, str]
        if software == "gitlab":
            url = f"{site}/api/v4/projects/{quote(path, safe='')}/repository/commits/{commit}/comments"
            sent, header = {"note": block}, {"PRIVATE-TOKEN": token}
        elif software == "github":
            api = "https://api.github.com" if parts.hostname == "github.com" else f"{site}/api/v3"
            url = f"{api}/repos/{path}/commits/{commit}/comments"
            sent, header = {"body": block}, {"Authorization": f"Bearer {token}"}
        else:
            url = f"{site}/api/v1/repos/{path}/statuses/{commit}"
            sent = {"state": "failure", "context": "erfahrungsnetz", "description": text}
            header = {"Authorization": f"token {token}"}
        EnteredService(url, {"Content-Type": "application/json", **header}).post(json.dumps(sent).encode(), _LIMITS)

    return post


class BranchAnswers:
    """Keeps the answers of the last round in a file, and sends each to the forge once."""

    def __init__(self, file: Path, post: Post | None) -> None:
        """Without `post`, nothing is sent."""
        self._file = file
        self._post = post

    def untold(self) -> tuple[BranchAnswer, ...]:
        """Return the answers that were not sent to the forge."""
        return tuple(one for one in self._kept() if not one.told)

    def give(self, answers: Iterable[BranchAnswer]) -> None:
        """Replace the answers of the previous round, and send those that the forge does not have yet."""
        told = {(one.branch, one.commit, one.lines) for one in self._kept() if one.told}
        kept = [asdict(self._given(one, known=(one.branch, one.commit, one.lines) in told)) for one in answers]
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        new.replace(self._file)

    def _given(self, answer: BranchAnswer, *, known: bool) -> BranchAnswer:
        if self._post is None or known:
            return BranchAnswer(branch=answer.branch, commit=answer.commit, lines=answer.lines, told=known)
        try:
            self._post(answer.commit, "\n".join(answer.lines)[:_MOST_CHARACTERS])
        except FetchFailed as error:
            # This site shows it to the operator; the next round tries to send it again.
            _log.warning("mirror.answer_not_sent", code=error.code, detail=error.detail)
            return answer
        return BranchAnswer(branch=answer.branch, commit=answer.commit, lines=answer.lines, told=True)

    def _kept(self) -> tuple[BranchAnswer, ...]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return ()
        return tuple(BranchAnswer(**{**one, "lines": tuple(one["lines"])}) for one in kept)
