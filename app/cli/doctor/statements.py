# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is held of other nodes: each statement checked again, and compared with the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from app.bootstrap import Services
from app.bootstrap.node import Steps
from app.cli.doctor.finding import Finding
from app.federation.harvest.fault import Fault, HeldFault, Verification
from app.federation.harvest.mending import Mended

_MESSAGES = {
    Fault.STATEMENT_REFUSED: "the statement held cannot be believed ({detail})",
    Fault.WRONG_ROW: "the statement held says something else than its row ({detail})",
    Fault.NEWEST_MISSING: "the statement about its newest version is missing",
    Fault.RECORD_BEHIND: "a later statement is held than the record goes by",
    Fault.CATALOGUE_MISSING: "the catalogue does not list its newest version",
    Fault.CATALOGUE_DIFFERS: "the catalogue says something else about its newest version",
    Fault.ORPHAN_STATEMENT: "a statement is held of a record that nothing else knows",
    Fault.ORPHAN_RECORD: "nobody is known who could speak about it",
    Fault.ORPHAN_ENTRY: "the catalogue lists it, and nothing else knows it",
}
_REPAIR = "erfahrungsnetz doctor --repair"
_ADD = "Add the node again: erfahrungsnetz peers add ADDRESS"


def verify_statements(services: Services, steps: Steps) -> Verification:
    """Check everything that is held of other nodes."""
    return services.harvest.verifying.run(steps("statements"))


def mend_statements(services: Services, steps: Steps) -> Mended:
    """Fetch again what is damaged, and bring search and offers up to date."""
    found = services.harvest.verifying.run(steps("statements"))
    done = services.harvest.mending.run(found.faults, steps("fetching again"))
    services.search.catch_up()
    services.federation.catch_up()
    return done


def examine_statements(verification: Verification) -> Iterator[Finding]:
    """Find statements of other nodes that cannot be believed, and tables that disagree about them."""
    yield from (_finding(fault) for fault in verification.faults)


def figure_lines(verification: Verification) -> Iterator[str]:
    """Yield how much was checked, by origin, and how fast."""
    faulty = verification.faulty()
    for origin, number in verification.statements.items():
        yield f"{origin}: {number} statements checked, {faulty.get(origin, 0)} findings"
    if verification.total:
        yield f"{verification.total} statements in {verification.seconds:.1f} s, {verification.per_second} a second"


def _finding(fault: HeldFault) -> Finding:
    version = f"/v/{fault.ver}" if fault.ver else ""
    return Finding(
        area="statements",
        code=fault.fault.value,
        subject=f"{fault.origin}/{fault.record_id}{version}",
        message=_MESSAGES[fault.fault].format(detail=fault.detail),
        remedy=_ADD if fault.fault is Fault.ORPHAN_RECORD else _REPAIR,
    )
