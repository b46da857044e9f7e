"""Prepares a node: creates a new one, or upgrades one that an older release left."""

from collections.abc import Callable, Collection
from enum import StrEnum
from pathlib import Path

from dotenv import set_key

from app.database import schema_version
from app.records.repository import MAIN
from app.records.seed import SeedImporter, SyncReport
from app.review.models import NoticeKind
from app.review.reconciliation import ReconcileReport
from app.shared.config.load import ENV_FILE
from app.shared.errors import Unavailable
from app.wiring.services import Services

Progress = Callable[[int, int], None]
Steps = Callable[[str], Progress]
"""Given the name of a step (import, catalogue, index), returns the callback for its progress."""
ENV_TEMPLATE = """\
# Settings of this node; see docs/reference/settings.md for all of them. A variable of the same name wins.
# Decide the public address before anything is published: it is part of every permanent address.
# NODE_ISSUER=https://erfahrungen.example
# NODE_OPERATOR_NAME=
# NODE_OPERATOR_ADDRESS=
# NODE_OPERATOR_EMAIL=
# NODE_OPERATOR_PHONE=
# NODE_EDITOR_IN_CHARGE=
# NODE_PRIVACY_OFFICER=
# A folder of records whose changes each start publishes as this node's own; without it, none is followed.
# NODE_CONTENT=
"""


class Readiness(StrEnum):
    """Whether the data folder already holds a node."""

    EMPTY = "empty"
    FILLED = "filled"


class OtherRelease(Unavailable):
    """The tables belong to another release; the writing machine has to be upgraded first."""

    message = "the database is that of another release. Bring the machine that writes up to date first, then this one"


class KeysMissing(Unavailable):
    """The folder `path` lacks the node's keys; a machine that only reads does not create them."""

    path: Path

    message = (
        "%(path)s lacks the keys of the node. Copy the folder keys of the machine that writes there; if that is lost, "
        "see docs/growing.md, When the writer is gone"
    )


class RepositoryBehind(Unavailable):
    """The repository at `path` lacks publications of `machine`, so nobody may write to it."""

    machine: str
    path: Path

    message = (
        "%(path)s lacks what %(machine)s has published. Bring its newest repository here; if it is the newest, start "
        "once with NODE_MACHINE=%(machine)s"
    )


class TextsLost(Unavailable):
    """The repository at `path` is empty, but the database lists publications; a new repository would erase them."""

    path: Path

    message = (
        "%(path)s holds nothing, but the database knows what this node has published. Nothing was made or changed. Is "
        "the disk mounted and NODE_REPOSITORY right? If the repository is gone, put it back from the backup; a new one "
        "would erase every record"
    )


class Node:
    """The life of a node's data folder. Every step may be repeated and finishes what a crash interrupted."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._seed = SeedImporter(services.repository)

    def state(self) -> Readiness:
        """Return whether anything has been published here."""
        return Readiness.EMPTY if self._services.repository.ref(MAIN) is None else Readiness.FILLED

    def init(self, content: Path, steps: Steps, *, records: bool = True, followed: bool = False) -> SyncReport:
        """Create keys, repository and database, import `content`, and fill catalogue and index.

        Without `records`, imports only the vocabularies; if `followed`, every start imports again. Raises
        AlreadyInitialised if something has been published, TextsLost, and errors of the import.
        """
        if self._texts_are_lost():
            raise TextsLost(self._services.repository.git.git_dir)
        self._lay_foundation()
        if followed and self.state() is Readiness.EMPTY:
            # First, so that a node killed during the import continues with the same folder.
            set_key(self._services.settings.data / ENV_FILE, "NODE_CONTENT", str(content.absolute()))
        report = self._seed.init(content, steps("import"), records=records)
        self._services.projections.follow(steps)
        self._note(report)
        return report

    def need_texts(self) -> None:
        """Raise TextsLost if the repository of a node that published is gone, NotInitialised if none did."""
        if self._texts_are_lost():
            raise TextsLost(self._services.repository.git.git_dir)
        self._services.repository.head()

    def sync(self, content: Path, steps: Steps) -> SyncReport:
        """Import what changed in the folder `content`; raises NotInitialised and errors of the import."""
        # First, so that no new version goes to a proposal that is finished except for its git reference.
        self.reconcile(steps)
        report = self._seed.sync(content, steps("import"))
        self._services.projections.follow(steps)
        self._services.review.reconciliation.run()
        self._note(report)
        if report.direct:
            self._tell_programs(frozenset(report.direct))
        return report

    def refresh(self, steps: Steps) -> None:
        """Bring settings, tables, catalogue and index of a filled node up to date; raises errors of `need_texts`."""
        self.need_texts()
        self._lay_foundation()
        self._services.memos.purge()
        self._services.identity.purge()
        self._services.identity.sign_in.end_former(self._services.identity.providers)
        self._services.projections.follow(steps)
        self._services.review.reconciliation.run()

    def reindex(self, steps: Steps, *, catalogue: bool = False) -> int:
        """Rebuild the index (and `catalogue` rows from git); return its number of records. Raises NotInitialised."""
        if self._services.settings.reads_only:
            self._services.vocabularies.refresh()
            return self._services.search.rebuild(steps("index"))
        self.need_texts()
        self._bring_tables_up_to_date()
        self._services.vocabularies.refresh()
        mend = self._services.catalogue.rebuild if catalogue else self._services.catalogue.catch_up
        mend(steps("catalogue"))
        if catalogue:
            self._services.harvest.files.maintain(even_all=True)
        self._services.federation.rebuild()
        if meaning := self._services.meaning():
            meaning.rebuild()
        return self._services.search.rebuild(steps("index"))

    def follow(self, steps: Steps) -> None:
        """Bring a machine that only reads up to the state of the database; raises OtherRelease and KeysMissing."""
        services = self._services
        if schema_version.current(services.sessions.engine) != schema_version.expected():
            raise OtherRelease
        self._need_keys()
        services.settings.data.mkdir(parents=True, exist_ok=True, mode=0o750)
        services.vocabularies.refresh()
        services.search.catch_up(steps("index"))

    def reconcile(self, steps: Steps) -> ReconcileReport:
        """Finish what a crash interrupted, and take in proposals that exist only in git; raises NotInitialised."""
        self.need_texts()
        self._lay_foundation()
        self._services.projections.follow(steps)
        return self._services.review.reconciliation.run()

    def _texts_are_lost(self) -> bool:
        if self.state() is Readiness.FILLED or schema_version.current(self._services.sessions.engine) is None:
            return False
        lease = self._services.lease
        if lease.is_known() and lease.holder() not in {"", lease.machine}:
            # If another machine wrote the texts, `become_writer` explains what to do.
            return False
        _seq, position = self._services.catalogue.published()
        return bool(position)

    def _note(self, report: SyncReport) -> None:
        if report.direct:
            counts = {"added": str(len(report.added)), "updated": str(len(report.updated))}
            with self._services.sessions.begin() as db:
                self._services.review.audit.add(db, "", "folder", "", **counts)

    def _tell_programs(self, paths: Collection[str]) -> None:
        """Send webhooks an event for each record among the published `paths`."""
        services = self._services
        with services.sessions.begin() as db:
            for entry in services.catalogue.heads():
                if not entry.origin and services.content.path_of(entry.kind, entry.slug) in paths:
                    shown = {"title": services.catalogue.record(entry).title, "kind": entry.kind, "slug": entry.slug}
                    services.review.notices.tell_programs(db, NoticeKind.PUBLISHED, shown)

    def become_writer(self) -> None:
        """Take over once the last writer has stopped. Raises WrittenElsewhere, RepositoryBehind, KeysMissing."""
        lease, repository = self._services.lease, self._services.repository
        before = lease.holder()
        if before not in {"", lease.machine}:
            _seq, position = self._services.catalogue.published()
            main = repository.ref(MAIN)
            if position and (main is None or not repository.git.is_ancestor(position, main)):
                # The catalogue would treat the missing publications as erased.
                raise RepositoryBehind(before, repository.git.git_dir)
            # With new keys, partners would not recognise the node.
            self._need_keys()
            lease.take()
            # The former writer's processes have ended or lost their lease, so release their jobs.
            self._services.schedule.free()
            # The list that may lie here is not the one that others saw last.
            self._services.federation.listing.begin_anew()
        lease.take()

    def _need_keys(self) -> None:
        if not self._services.federation.listing.can_go_on():
            raise KeysMissing(self._services.settings.keys_path)

    def _bring_tables_up_to_date(self) -> None:
        lease = self._services.lease
        if lease.is_known():
            # First, because another machine may be using the tables in their present form.
            self.become_writer()
        schema_version.upgrade(self._services.sessions.engine)
        lease.take()

    def _lay_foundation(self) -> None:
        settings = self._services.settings
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o750)
        self._services.repository.create()
        self._bring_tables_up_to_date()
        self._services.federation.listing.ensure()
        template = settings.data / ENV_FILE
        if not template.exists():
            template.write_text(ENV_TEMPLATE, encoding="utf-8")
