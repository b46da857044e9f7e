"""Checks the exchange with other nodes: keys, statements, pictures and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.cli.doctor.finding import Finding, Grade
from app.cli.doctor.stores import of_another
from app.federation.harvest.held_files import MOST_GONE
from app.federation.harvest.integrity import Fault, IntegrityReport
from app.federation.keys import KeyRole, KeysUnreadable
from app.federation.statement import Status
from app.records.file_store import StoreOfAnother, StoreUnavailable, StoreUnreachable
from app.wiring import Services
from app.wiring.foundation import FOREIGN

_RESTORE = "Restore it from the backup; see docs/operations.md."


def examine_exchange(services: Services) -> Iterator[Finding]:
    """Find unreadable signing keys, and ask the peers which versions of this node they hold that it lacks."""
    for role in KeyRole:
        try:
            services.federation.keys.ring(role)
        except KeysUnreadable as error:
            message = f"the {role} key cannot be read, so nothing can be signed for other nodes"
            yield Finding("keys", "no_key", message, _RESTORE, str(error.path))
    silent = services.ask_peers()
    for address, reason in silent.items() if services.restored.exists() else ():
        message = (
            f"this node came from a backup, and a partner cannot say now what it holds of it ({reason});"
            " nothing is published until all were asked"
        )
        remedy = f"Call this again; if the partner is gone: erfahrungsnetz peers pause {address}"
        yield Finding("exchange", "not_asked", message, remedy, address)
    for lost in services.higher_versions.lacking():
        withdrawn = ", which withdraws it" if lost.statement.status is Status.WITHDRAWN else ""
        message = (
            f"{lost.via.address} holds version {lost.ver} of this node's own record{withdrawn}; it is not here."
            f" What is published of it next becomes version {lost.ver + 2}"
        )
        remedy = "Restore a newer backup, or take over from the partner what is missing and publish that."
        yield Finding("exchange", "lost_version", message, remedy, lost.path or lost.record_id, Grade.WARNING)


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


def examine_statements(verification: IntegrityReport) -> Iterator[Finding]:
    """Find statements of other nodes that fail verification, and tables that disagree about them."""
    for fault in verification.faults:
        subject = f"{fault.origin}/{fault.record_id}" + (f"/v/{fault.ver}" if fault.ver else "")
        message = _MESSAGES[fault.fault].format(detail=fault.detail)
        remedy = _ADD if fault.fault is Fault.ORPHAN_RECORD else _REPAIR
        yield Finding("statements", fault.fault.value, message, remedy, subject)


def figure_lines(verification: IntegrityReport) -> Iterator[str]:
    """Yield how much was checked, by origin, and how fast."""
    faulty = Counter(one.origin for one in verification.faults)
    for origin, number in verification.statements.items():
        yield f"{origin}: {number} statements checked, {faulty.get(origin, 0)} findings"
    if verification.total:
        yield f"{verification.total} statements in {verification.seconds:.1f} s, {verification.per_second} a second"


def examine_foreign_files(services: Services) -> Iterator[Finding]:
    """Find missing files and files that differ from the signed hash; the next harvest fetches them again."""
    place = services.settings.files or str(services.settings.data)
    try:
        lost = services.harvest.files.held.examine()
    except StoreUnreachable as error:
        # Otherwise the place of files is looked at by itself.
        if error.reason == MOST_GONE:
            message = "most of the files of other nodes are not there, as where a file system is not mounted"
            remedy = "Bring the place back; if they are lost, erfahrungsnetz reindex --catalogue wants them again."
            yield Finding("foreign files", "most_gone", message, remedy, place)
        return
    except StoreOfAnother as error:
        yield of_another(error, services.settings, FOREIGN)
        return
    except (OSError, StoreUnavailable) as error:
        message = f"cannot be worked on ({type(error).__name__})"
        remedy = "Make the folder writable for the service's user and call again."
        yield Finding("foreign files", "not_readable", message, remedy, place)
        return
    for file in lost:
        message = "is damaged or missing; it is put aside and fetched again from a node that has it"
        subject = f"{file.origin}/{file.record_id}/v/{file.ver}/{file.name}"
        yield Finding("foreign files", "damaged_file", message, "erfahrungsnetz harvest", subject)
