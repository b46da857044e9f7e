"""How a machine follows what is published: the one that writes reads the repository, all others the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.wiring.services import Services


class Course:
    """What is called when something was published, and what tells that it was."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def head(self) -> str:
        """Return a name of what is published now; cheap enough for each request. Raises NotInitialised."""
        services = self._services
        if not services.settings.reads_only:
            return services.repository.head()
        return " ".join(map(str, services.catalogue.published()))

    def catch_up(self) -> None:
        """Bring everything up to what is published, however long it takes. Raises WrittenElsewhere."""
        services = self._services
        if services.settings.reads_only:
            services.vocabularies.refresh()
            services.search.catch_up()
            return
        # A machine whose place another one has taken must not say what is published.
        services.lease.hold()
        services.vocabularies.refresh()
        services.vocabularies.hand_on()
        for _name, take_in in self.steps():
            take_in()

    def steps(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        """Return what takes in own publications, in this order, each with the name under which its failure is told."""
        services = self._services
        return (
            ("catalogue", services.catalogue.catch_up),
            ("search", services.search.catch_up),
            ("federation", services.federation.held.catch_up),
        )

    def follow_harvest(self) -> None:
        """Bring up to date what rests on the records of other nodes."""
        services = self._services
        services.search.catch_up()
        services.federation.held.catch_up()
        services.review.responses.tell_arrivals()

    def keep_up(self) -> None:
        """Do what a process that only reads does every few seconds."""
        self._services.follow()
        meaning = self._services.meaning()
        if meaning:
            meaning.refresh()
