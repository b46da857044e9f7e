# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Carries out what was decided about records with lost versions, one commit for each version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial

from app.catalogue.ledger import Progress
from app.federation.models import LostState, LostVersion
from app.federation.recovery.asked_peers import FileUnreachable
from app.federation.recovery.cases import Case, ForkSide
from app.federation.recovery.folders import Folder, Folders, without
from app.federation.recovery.lost import LostVersions
from app.records.commits import CommitNote
from app.records.document import FrontMatterError
from app.records.problem import InvalidRecord
from app.records.proposals import ProposalRefs
from app.records.recovery import RecoveredVersion, Recovery, TextDiffers, VersionTaken
from app.shared.clock import Clock

VIA = "recovery"
"""What proposals that keep a text say of the way they came."""


class Trouble(StrEnum):
    """Why a record could not be brought back: files, its kind, its text, or another record in its place.

    `unreachable`: somebody who may have the files does not answer now.
    """

    FILES = "files"
    UNREACHABLE = "unreachable"
    KIND = "kind"
    TEXT = "text"
    PLACE = "place"


@dataclass(slots=True, kw_only=True)
class RestoredRecord:
    """What became of one record.

    `versions` came back under their numbers; `skipped` could not, but a later one did. `missing` are names of files
    that could not be had. `proposal` is the id under which the other side's text is kept, without those files.
    `trouble` says why the record waits.
    """

    name: str
    versions: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    proposal: str = ""
    trouble: Trouble | None = None


class Restoration:
    """Brings versions back. Killed anywhere, the next time goes on with what is still missing."""

    def __init__(
        self, folders: Folders, recovering: Recovery, proposals: ProposalRefs, lost: LostVersions, clock: Clock
    ) -> None:
        """Write through `recovering`, keep texts in `proposals` and note in `lost` how far it has come."""
        self._folders = folders
        self._recovering = recovering
        self._proposals = proposals
        self._lost = lost
        self._clock = clock

    def restore(self, cases: Sequence[Case], head: Callable[[], str], show: Progress) -> list[RestoredRecord]:
        """Bring everything back, the oldest first, and return what became of each record; `head` is the newest commit.

        What has to be decided comes last, because it is dated now.
        """
        done = {case.record_id: RestoredRecord(name=case.name) for case in cases}
        steps = _in_order(case for case in cases if not case.forked)
        forked = [case for case in cases if case.forked]
        total = len(steps) + len(forked)
        for number, (case, lost) in enumerate(steps, start=1):
            self._guarded(case, done[case.record_id], partial(self._bring_back, case, lost))
            show(number, total)
        for number, case in enumerate(forked, start=len(steps) + 1):
            self._guarded(case, done[case.record_id], partial(self._decide, case, head))
            show(number, total)
        return list(done.values())

    def _guarded(self, case: Case, done: RestoredRecord, step: Callable[[RestoredRecord], None]) -> None:
        if done.trouble is not None:
            return
        if not case.path:
            done.trouble = Trouble.KIND
        elif case.is_elsewhere or self._folders.is_taken(case.newest.statement):
            done.trouble = Trouble.PLACE
        else:
            try:
                step(done)
            except (FrontMatterError, InvalidRecord, TextDiffers):
                done.trouble = Trouble.TEXT
            except VersionTaken:
                done.trouble = Trouble.PLACE
            except FileUnreachable as error:
                done.missing.append(error.name)
                done.trouble = Trouble.UNREACHABLE
        if done.trouble is not None:
            self._lost.change([one.key for one in case.lost], LostState.STUCK)

    def _bring_back(self, case: Case, lost: LostVersion, done: RestoredRecord) -> None:
        folder = self._folders.of(lost, case.head)
        if folder.missing:
            done.missing += [file.name for file in folder.missing if file.name not in done.missing]
            if lost is not case.newest:
                done.skipped.append(lost.statement.ver)
                return
            self._bring_back_without(case, lost, folder, done)
            return
        statement = lost.statement
        self._recovering.publish(
            RecoveredVersion(
                path=case.path,
                files=folder.files,
                ver=statement.ver,
                at=statement.issued_at,
                digest=statement.digest,
                prev=statement.prev or "",
                topics=statement.topics,
                source=lost.via.origin,
            )
        )
        done.versions.append(statement.ver)
        if lost is case.newest:
            # What lies before it is not needed any more, whether it came back or not.
            earlier = [one.key for one in case.lost if one.statement.ver in done.skipped]
            self._lost.change(earlier, LostState.SETTLED)

    def _bring_back_without(self, case: Case, lost: LostVersion, folder: Folder, done: RestoredRecord) -> None:
        """Publish the text as a later version if it is good without the files: with them it would be another one."""
        digest = without(lost.statement, folder.missing)
        if digest is None:
            done.trouble = Trouble.FILES
            return
        ver = lost.statement.ver + 2
        self._recovering.publish(self._later(case, folder, ver, digest, lost.via.origin))
        done.versions.append(ver)
        self._lost.change([one.key for one in case.lost], LostState.SETTLED)

    def _decide(self, case: Case, head: Callable[[], str], done: RestoredRecord) -> None:
        mine, newest = case.own[-1], case.newest
        theirs = self._folders.of(newest, mine)
        if theirs.missing and case.side is ForkSide.THEIRS:
            done.missing += [file.name for file in theirs.missing]
            done.trouble = Trouble.FILES
            return
        own = self._folders.of_own(mine)
        keys = [one.key for one in case.lost]
        if any(one.state is not LostState.DECIDED for one in case.lost):
            self._lost.change(keys, LostState.DECIDED)
        winner, digest = (theirs, newest.statement.digest) if case.side is ForkSide.THEIRS else (own, mine.digest)
        source = newest.via.origin if case.side is ForkSide.THEIRS else "own"
        if not case.published:
            self._recovering.publish(self._later(case, winner, case.ver, digest, source))
        done.versions.append(case.ver)
        if not case.withdrawn:
            loser, other = (own, mine.digest) if case.side is ForkSide.THEIRS else (theirs, newest.statement.digest)
            # Incomplete it still is the only copy of a text that no peer keeps from now on.
            done.missing += [file.name for file in loser.missing]
            done.proposal = self._keep(case, loser, other, digest, head())
        self._lost.change(keys, LostState.SETTLED)

    def _later(self, case: Case, folder: Folder, ver: int, digest: str, source: str) -> RecoveredVersion:
        topics = case.newest.statement.topics if case.side is ForkSide.THEIRS else ()
        return RecoveredVersion(
            path=case.path,
            files=folder.files,
            ver=ver,
            at=self._clock(),
            digest=digest,
            topics=topics,
            source=source,
        )

    def _keep(self, case: Case, folder: Folder, other: str, base: str, head: str) -> str:
        """Keep the text that does not go on as a proposal, for somebody who reads both."""
        proposal_id = f"{VIA}-{other.removeprefix('sha256:')[:16]}"
        note = CommitNote(
            author=VIA,
            message=f"Propose {case.path}",
            trailers=(("Record", case.name), ("Base", base), ("Via", VIA)),
        )
        self._proposals.store(proposal_id, case.path, folder.files, base=head, note=note)
        return proposal_id


def _in_order(cases: Iterator[Case]) -> list[tuple[Case, LostVersion]]:
    """Return the versions to bring back by date; those of one record stay in the order of their numbers."""
    dated: list[tuple[datetime, str, int, Case, LostVersion]] = []
    for case in cases:
        latest = case.lost[0].statement.issued_at
        for one in case.lost:
            latest = max(latest, one.statement.issued_at)
            dated.append((latest, case.record_id, one.statement.ver, case, one))
    return [(case, one) for *_order, case, one in sorted(dated, key=lambda step: step[:3])]
