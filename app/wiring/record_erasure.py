"""Erases a record with all versions: withdraws it everywhere, then removes it from every file of the node."""

from contextlib import suppress

from app.catalogue import CatalogueEntry, RecordWithdrawn, State
from app.identity import Person, Role, RoleKind
from app.privacy.erased import Erased, Kind
from app.records.erasure import HistoryRewriter
from app.records.record import RecordRef
from app.review.errors import RecordGone
from app.shared.errors import NotFound
from app.wiring.node import Node, Steps
from app.wiring.services import Services

_NODE = Person(id="", pseudonym="node", display_name="", roles=(Role(kind=RoleKind.CURATOR),))
"""The person who withdraws by command; the published history does not name them."""


class RecordErasure:
    """Erases records with all versions. After an interruption, the next call repeats or continues each step."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def find(self, name: str) -> CatalogueEntry:
        """Return the newest own version by id or "case-study/ulm". Raises RecordNotFound, like `become_writer`."""
        Node(self._services).become_writer()
        catalogue, ref = self._services.catalogue, RecordRef.parse(name)
        catalogue.catch_up()
        try:
            return catalogue.head_by_slug(ref.kind, ref.slug) if ref.slug else catalogue.head(name)
        except RecordWithdrawn as error:
            return error.entry

    def erase(self, entry: CatalogueEntry, reason: str, steps: Steps) -> tuple[str, ...]:
        """Erase for "personal-data" or "legal"; return the parts that could not be cleaned yet."""
        services, records = self._services, self._services.review.records
        if not self._is_withdrawn(entry, reason):
            with suppress(RecordGone):
                # Its texts have to go even if it was withdrawn before for another reason.
                records.withdraw_record(entry.kind, entry.slug, _NODE, reason=reason)
        records.forget_all(entry.kind, entry.slug)
        services.privacy.erasure.erased.add(services.clock(), Kind.RECORD, (entry.id,), reason)
        services.memos.forget_record(entry.id)
        self._rewrite(entry, steps)
        services.projections.follow(steps)
        services.search.rebuild(steps("index"))
        services.index_place.clear_others()
        services.public_copy.refresh()
        return services.privacy.erasure.finish()

    def is_back(self, one: Erased) -> bool:
        """Return whether a record that was erased is here again, as after a restore."""
        try:
            return not self._is_withdrawn(self.find(one.ids[0]), one.reason)
        except NotFound:
            return False

    def _is_withdrawn(self, entry: CatalogueEntry, reason: str) -> bool:
        return entry.state is State.WITHDRAWN and self._services.catalogue.withdrawal(entry).reason == reason

    def _rewrite(self, entry: CatalogueEntry, steps: Steps) -> None:
        services = self._services
        services.catalogue.catch_up()
        statement = services.federation.own.statement(entry.id, services.catalogue.versions(entry.id)[-1].ver)
        path = services.content.path_of(entry.kind, entry.slug)
        HistoryRewriter(services.repository).forget(
            path, prev=statement.prev or "", topics=statement.topics, progress=steps("history")
        )
