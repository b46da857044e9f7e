"""One run: ask a peer what is new, take it in, compare both sides afterwards, and fetch the files that are missing.

What is held of a node is compared with the state it has signed, and what is missing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from app.catalogue.ledger import Progress
from app.database import Sessions
from app.federation.entity import Line, read_lines, receive, state_root
from app.federation.fetching import FetchFailed
from app.federation.harvest.documents import PeerDocuments, as_ascii
from app.federation.harvest.file_rows import FileTally
from app.federation.harvest.file_run import FileRun, ForeignFiles
from app.federation.harvest.holdings import Held, held_of, untrusted_records
from app.federation.harvest.intake import StatementIntake, Tally
from app.federation.harvest.introduction import Introductions
from app.federation.harvest.models import Audit, KnownIssuer
from app.federation.harvest.moderation import Moderation
from app.federation.harvest.peers import Lease, Peers
from app.federation.harvest.record_list import ListEnd, ListItem, RecordList, RenewedLease
from app.federation.harvest.report import End, IngestOutcome, RunReport
from app.federation.harvest.trust import Trust, TrustRefused, is_dated_ahead, is_expired
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.records.repository import RepositoryBusy
from app.shared.clock import Clock
from app.shared.errors import NotFound

MOST_REPAIRS = 2000
"""Statements fetched one by one in a run; more come with the next."""

TakeLine = Callable[[str, Line], bool]
"""Takes in a statement that was fetched because of a line of a signed state; tells whether more may come."""

InTime = Callable[[], bool]


class StateAudit:
    """Compares and repairs."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def agrees(self, known: KnownIssuer) -> bool:
        """Tell whether exactly what the node stands by is held, with good signatures."""
        good = [one for one in self._held(known) if not one.needs_renewal(known.record_keys)]
        root = state_root((known.naming.sub(one.record_id), one.ver, one.digest) for one in good)
        return root == known.state_root

    def repair(
        self,
        known: KnownIssuer,
        documents: PeerDocuments,
        take: TakeLine,
        in_time: InTime,
        unusable: Collection[tuple[str, int]] = (),
    ) -> tuple[Audit, int]:
        """Fetch what the node's state lists and is missing here; return how both compare then and how many came.

        The list may come from anybody: it counts only if its hash is the root that the node has signed. Versions in
        `unusable` (sub, number) came already and were set aside.
        """
        lines = _lines(known, documents)
        if lines is None:
            return Audit.OK if self.agrees(known) else self._judge(known, complete=False), 0
        missing = [line for line in self._missing(known, lines) if line[:2] not in unusable]
        repaired = _fetch(missing[:MOST_REPAIRS], documents, take, in_time)
        if self.agrees(known):
            return Audit.OK, repaired
        return self._judge(known, complete=not self._missing(known, lines)), repaired

    def untrusted(self, known: KnownIssuer) -> tuple[str, ...]:
        """Return the ids of records whose signatures have lost their worth."""
        lost = [kid for kid, key in known.record_keys.items() if key.compromised]
        if not lost:
            return ()
        with self._sessions.reading() as db:
            return untrusted_records(db, known.origin, lost)

    def _missing(self, known: KnownIssuer, lines: Collection[Line]) -> list[Line]:
        """Return the lines that are not held; those of which something newer is held are not missing."""
        held = {known.naming.sub(one.record_id): one for one in self._held(known)}
        return [
            (sub, ver, digest)
            for sub, ver, digest in lines
            if (one := held.get(sub)) is None
            or ver > one.ver
            or (ver == one.ver and (digest != one.digest or one.needs_renewal(known.record_keys)))
        ]

    def _judge(self, known: KnownIssuer, *, complete: bool) -> Audit:
        if not complete or known.issued_at is None:
            return Audit.BEHIND
        newer = any(held.issued_at > known.issued_at for held in self._held(known))
        return Audit.BEHIND if newer else Audit.MISMATCH

    def _held(self, known: KnownIssuer) -> tuple[Held, ...]:
        with self._sessions.reading() as db:
            return held_of(db, known.origin)


def _lines(known: KnownIssuer, documents: PeerDocuments) -> Sequence[Line] | None:
    """Return the lines behind the signed root; None when the peer cannot give them."""
    try:
        text = documents.lines(known.naming.origin)
    except FetchFailed:
        return None
    if f"sha256:{sha256(text.encode('ascii')).hexdigest()}" != known.state_root:
        return None
    # What it lists of others is nothing that it could decide.
    return [line for line in read_lines(text) if known.naming.record_id(line[0])]


def _fetch(missing: Sequence[Line], documents: PeerDocuments, take: TakeLine, in_time: InTime) -> int:
    done = 0
    for line in missing:
        if not in_time():
            break
        try:
            jws = documents.statement(line[2], line[0])
        except FetchFailed as error:
            if error.code == "status":
                continue
            break
        done += 1
        if not take(jws, line):
            break
    return done


_ROUNDS = 2
"""What was published while a list was read is taken in at once, but not for ever."""

_REPAIR_AGAIN = timedelta(hours=1)
"""What could not be fetched is not asked for with every poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunParts:
    """What a run works with."""

    own: Issuer
    trust: Trust
    peers: Peers
    intake: StatementIntake
    audit: StateAudit
    moderation: Moderation
    files: ForeignFiles
    clock: Clock


class HarvestRun:
    """One run for one peer. Interrupted anywhere, the next one goes on from the last page."""

    def __init__(
        self,
        parts: RunParts,
        lease: Lease,
        documents: PeerDocuments,
        seconds_left: Callable[[], float],
        show: Progress,
    ) -> None:
        """Ask through `documents` until `seconds_left()` says 0."""
        self._parts = parts
        self._peer = lease.peer
        self._documents = documents
        self._seconds_left = seconds_left
        self._show = show
        self._bookmark = RenewedLease(parts.peers, lease, seconds_left)
        self._notices: dict[str, None] = {}
        self._relays = Introductions(parts.trust, lease.peer, parts.own, documents, self._notices, parts.clock)
        self._tally = Tally()
        self._audits: dict[str, Audit] = {}
        self._repaired = 0
        self._files = FileTally()

    def run(self) -> RunReport:
        """Do all of it and return what that brought; a failure is part of the report."""
        try:
            return self._run()
        except (FetchFailed, TokenRefused, TrustRefused) as error:
            return self._report(End.FAILED, error.code)
        except (NotFound, RepositoryBusy) as error:
            return self._report(End.FAILED, type(error).__name__)

    def _run(self) -> RunReport:
        known = self._configuration()
        if self._nothing_new(known):
            self._bookmark.move(self._bookmark.at)
            self._look_after_relayed()
            return self._with_files(known, End.UNCHANGED)
        for _ in range(_ROUNDS):
            listed_at = known.state_seq
            if self._list(known) is not ListEnd.DONE:
                return self._report(End.INTERRUPTED)
            # Fetched again after the list: comparing with an older state would be a false alarm.
            known = self._configuration()
            self._audit_all(known)
            self._bookmark.move(replace(self._bookmark.at, seq=listed_at))
            if known.state_seq == listed_at or self._audits[known.origin] is Audit.OK:
                break
        return self._with_files(known, End.COMPLETE) if self._in_time() else self._report(End.INTERRUPTED)

    def _report(self, end: End, error: str = "") -> RunReport:
        """Return what has been done so far."""
        return RunReport(
            peer=self._peer.issuer,
            end=end,
            outcomes=self._tally.outcomes,
            reasons=self._tally.reasons,
            audits=self._audits,
            notices=tuple(self._notices),
            repaired=self._repaired,
            files=self._files,
            requests=self._documents.requests,
            error=error,
        )

    def _with_files(self, known: KnownIssuer, end: End) -> RunReport:
        self._files = FileRun(self._parts.files, self._peer, known.origin, self._documents, self._bookmark).run()
        return self._report(End.INTERRUPTED if self._files.interrupted else end)

    def _configuration(self) -> KnownIssuer:
        trust, issuer = self._parts.trust, self._peer.issuer
        known, now = trust.known(issuer), self._parts.clock()
        is_usable = known is not None and not is_dated_ahead(known, now)
        found = self._documents.configuration(self._bookmark.at.etag if is_usable else "")
        if found.unchanged and known is not None:
            if is_expired(known, now):
                # Whoever says for days that nothing has changed keeps something back, or has stopped.
                raise TrustRefused("expired", issuer.address)
            return known
        taken, notices = trust.take(as_ascii(found), issuer)
        self._notices.update(dict.fromkeys(notices))
        if "restored" in notices:
            # Change numbers begin anew there, so everything is looked at again.
            self._bookmark.at = replace(self._bookmark.at, since="", token="", seq=-1)
        self._bookmark.at = replace(self._bookmark.at, etag=found.etag)
        return taken

    def _nothing_new(self, known: KnownIssuer) -> bool:
        at = self._bookmark.at
        if known.state_seq != at.seq or at.token or self._parts.audit.untrusted(known):
            return False
        if known.audit is Audit.OK:
            return True
        lately = known.audited_at is not None and self._parts.clock() - known.audited_at < _REPAIR_AGAIN
        return lately and known.audit is not Audit.UNKNOWN

    def _list(self, known: KnownIssuer) -> ListEnd:
        listing = RecordList(self._documents, self._bookmark, own=not self._peer.hub, clock=self._parts.clock)
        return listing.read(
            receive(known.configuration).claimed.oai_pmh_endpoint,
            self._take,
            self._in_time,
            lambda done: self._show(done, max(done, known.state_count)),
        )

    def _take(self, items: Sequence[ListItem], decided: Sequence[Line] = ()) -> None:
        if items:
            self._parts.intake.take(
                items,
                via=self._peer.issuer,
                know=self._relays.know,
                daily_new=self._peer.daily_new,
                decided=decided,
                tally=self._tally,
            )

    def _audit_all(self, peer: KnownIssuer) -> None:
        self._audit(peer)
        if self._peer.hub:
            for issuer in sorted(self._tally.issuers - {peer.issuer, self._parts.own}):
                self._audit_relayed(issuer)
            for known in self._relays.relayed():
                if known.audit is not Audit.OK:
                    self._audit_relayed(known.issuer)

    def _look_after_relayed(self) -> None:
        for known in self._relays.outdated():
            if self._in_time():
                later = self._relays.ask(known.issuer)
                if later is not None and (later.audit is not Audit.OK or self._parts.audit.untrusted(later)):
                    self._audit(later)

    def _audit_relayed(self, issuer: Issuer) -> None:
        known = self._relays.ask(issuer) if self._in_time() else None
        if known is not None and known.origin not in self._audits and not known.blocked:
            self._audit(known)

    def _audit(self, known: KnownIssuer) -> None:
        if self._parts.audit.agrees(known):
            audit, repaired = Audit.OK, 0
        else:
            audit, repaired = self._parts.audit.repair(
                known, self._documents, self._take_line, self._in_time, self._tally.unusable
            )
        self._parts.moderation.distrust(known.origin, self._parts.audit.untrusted(known))
        self._repaired += repaired
        self._audits[known.origin] = audit
        self._parts.trust.audited(known.issuer, audit)

    def _take_line(self, jws: str, line: Line) -> bool:
        before = self._tally.outcomes[IngestOutcome.OVER_QUOTA]
        self._take((ListItem(identifier=line[0], stamped_at=self._parts.clock(), jws=jws),), (line,))
        # Fetching one by one may take longer than a lease lasts.
        kept = self._bookmark.move(self._bookmark.at)
        return kept and self._tally.outcomes[IngestOutcome.OVER_QUOTA] == before

    def _in_time(self) -> bool:
        return self._seconds_left() > 0
