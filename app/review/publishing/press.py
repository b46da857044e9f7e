# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Publishes: git objects, reference, rows, catalogue, cursors, in this order and each repeatable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlmodel import Session

from app.content.commits import CommitNote, EditConflict
from app.errors import Unavailable
from app.review.desk import Desk
from app.review.model.outcome import Published
from app.review.model.proposal import Purpose
from app.review.publishing.errors import MovedOn

_VERBS = {
    Purpose.WITHDRAWAL: "Withdraw",
    Purpose.RESTORATION: "Restore",
    Purpose.CONFIRMATION: "Confirm",
    Purpose.STILL_TRUE: "Confirm",
}
_log = structlog.get_logger(__name__)

FollowUp = Callable[[], object]
"""Brings what is derived from the published line up to date; may fail, because it is repeated by whoever reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is to be published: `files` are the whole folder `path`, `proposed` the commit that is merged, if any.

    `author`, `co_authors` and `reviewers` are pseudonyms. `digest` and `record_id` are those of the new version.
    """

    proposal_id: str
    kind: str
    slug: str
    path: str
    record_id: str
    digest: str
    files: Mapping[str, bytes]
    purpose: Purpose
    author: str
    co_authors: Sequence[str] = ()
    reviewers: Sequence[str] = ()
    proposed: str | None = None
    merged: bool = False


class Press:
    """Puts editions on the published line. Callers hold the lock of review."""

    def __init__(self, desk: Desk, follow_ups: Sequence[tuple[str, FollowUp]]) -> None:
        """Publish through `desk`; `follow_ups` are run by name after each publication, in this order."""
        self._desk = desk
        self._follow_ups = follow_ups

    def put(self, edition: Edition, expected_head: str) -> Published:
        """Publish as one signed commit; raises MovedOn when somebody else published since `expected_head` was read."""
        note = CommitNote(author=edition.author, message=_message(edition), trailers=_trailers(edition))
        try:
            self._desk.refs.publish(
                edition.path,
                edition.files,
                expected_head=expected_head,
                proposed=edition.proposed,
                note=note,
                before_move=lambda: self._desk.after_step("objects"),
            )
        except EditConflict as error:
            raise MovedOn(expected_head) from error
        self._desk.after_step("main")
        return self._published(edition)

    def record(self, change: Callable[[Session], None]) -> None:
        """Write the rows of a publication in one transaction."""
        with self._desk.sessions.begin() as db:
            change(db)
        self._desk.after_step("rows")

    def drop(self, proposal_id: str) -> None:
        """Remove the reference of a proposal that is over."""
        self._desk.refs.drop(proposal_id)
        self._desk.after_step("dropped")

    def follow_up(self) -> None:
        """Bring catalogue and cursors up to date; call it without the lock.

        The version is published already. What cannot be reached now takes it in at its next turn.
        """
        for name, follow_up in self._follow_ups:
            try:
                follow_up()
            except Unavailable as error:
                _log.warning("publication.follow_up_later", part=name, reason=type(error).__name__)
            self._desk.after_step(name)

    def _published(self, edition: Edition) -> Published:
        return Published(
            proposal_id=edition.proposal_id,
            kind=edition.kind,
            slug=edition.slug,
            record_id=edition.record_id,
            ver=self._desk.texts.newest_version(edition.path),
            digest=edition.digest,
            merged=edition.merged,
        )


def _message(edition: Edition) -> str:
    return f"{_VERBS.get(edition.purpose, 'Publish')} {edition.path}"


def _trailers(edition: Edition) -> list[tuple[str, str]]:
    return [
        ("Proposal", edition.proposal_id),
        ("Purpose", edition.purpose.value),
        ("Record", f"{edition.kind}/{edition.slug}"),
        *(("Co-authored-by", writer) for writer in edition.co_authors),
        *(("Reviewed-by", reviewer) for reviewer in edition.reviewers),
        ("Version", edition.digest),
    ]
