# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody who pushes reads in the terminal. They use git, so git's own words are said here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.content.checks.wording import describe_field, word
from app.content.problem import Problem, Severity
from app.content.schema import KindSchema
from app.content.sharing.pushed import RECORD_LIMIT, PushFault, PushRefused
from app.review.model.workflow import ProposalState

FAULTS: dict[PushFault, tuple[str, str]] = {
    PushFault.NO_COMMIT: ("Es wurde kein Commit gesendet.", "No commit was sent."),
    PushFault.NO_COMMON_GROUND: (
        "Der Stand baut nicht auf dem veröffentlichten auf. Holen Sie ihn mit git pull --rebase und senden Sie erneut.",
        "This does not build on what is published. Get that with git pull --rebase and push again.",
    ),
    PushFault.NOTHING_CHANGED: (
        "Es hat sich nichts geändert. Haben Sie Ihre Änderung mit git commit festgehalten?",
        "Nothing has changed. Did you record your change with git commit?",
    ),
    PushFault.TOO_MANY_RECORDS: (
        f"Mehr als {RECORD_LIMIT} Einträge auf einmal prüft niemand. Teilen Sie die Änderung auf:",
        f"Nobody reviews more than {RECORD_LIMIT} records at once. Split the change:",
    ),
    PushFault.FOREIGN_PATH: (
        "Hier liegen keine Einträge. Erlaubt sind <Art>/<Kurzname>/index.md und Dateien daneben:",
        "No record lies here. Allowed are <kind>/<short name>/index.md and files beside it:",
    ),
    PushFault.NO_PLAIN_FILE: (
        "Erlaubt sind nur einfache Dateien, keine Verknüpfungen, Programme oder Unterordner:",
        "Only plain files are allowed, no links, programs or folders:",
    ),
    PushFault.FILE_TOO_LARGE: ("Größer als 10 MB:", "Larger than 10 MB:"),
    PushFault.TOO_MUCH: (
        "Das sind zu viele oder zu große Dateien auf einmal. Teilen Sie die Änderung auf:",
        "These are too many or too large files at once. Split the change:",
    ),
    PushFault.RECORD_REMOVED: (
        "Einträge werden nicht gelöscht, sondern auf ihrer Seite mit einem Grund zurückgezogen:",
        "Records are not deleted but withdrawn on their page, with a reason:",
    ),
    PushFault.NO_TEXT: ("Dem Eintrag fehlt die Datei index.md:", "The record lacks its file index.md:"),
}


_OVER: Mapping[ProposalState, tuple[str, str]] = {
    ProposalState.WITHDRAWN: ("Sie haben diesen Vorschlag zurückgenommen.", "You withdrew this proposal."),
    ProposalState.DECLINED: (
        "Dieser Vorschlag wurde abgelehnt; der Grund steht auf seiner Seite.",
        "This proposal was declined; its page says why.",
    ),
    ProposalState.PUBLISHED: ("Dieser Vorschlag ist veröffentlicht.", "This proposal has been published."),
}


class PushWords:
    """The lines of an answer in one language."""

    def __init__(self, lang: str) -> None:
        """Speak German for "de" and English for everything else."""
        self._lang = "de" if lang == "de" else "en"

    def refused(self, error: PushRefused) -> Iterator[str]:
        """Say why nothing was read, and where."""
        yield self._of(*FAULTS[error.fault])
        yield from (f"  {path}" for path in error.paths)

    def problems(self, problems: Iterable[Problem], kind: KindSchema) -> Iterator[str]:
        """Say file, line, field, fault and remedy of everything that keeps a text from being taken."""
        for problem in problems:
            if problem.severity is Severity.ERROR:
                wording = word(problem, self._lang)
                yield f"{self._place(problem, kind)}: {wording.message}"
                if wording.remedy:
                    yield f"    {wording.remedy}"

    def count(self, number: int) -> str:
        """Say that nothing was taken because of so many problems."""
        return self._of(
            f"Nicht angenommen: {number} {'Angabe ist' if number == 1 else 'Angaben sind'} zu berichtigen. "
            "Es wurde nichts gespeichert.",
            f"Not taken: {number} {'entry needs' if number == 1 else 'entries need'} mending. Nothing was stored.",
        )

    def taken(self, title: str, address: str) -> Iterator[str]:
        """Say that a proposal stands, and where."""
        yield self._of(f"Zur Prüfung gesendet: {title}", f"Sent for review: {title}")
        yield f"    {address}"

    def known(self, title: str, address: str) -> Iterator[str]:
        """Say that a proposal holds this text already, and where it stands."""
        yield self._of(f"Schon zur Prüfung gesendet: {title}", f"Sent for review already: {title}")
        yield f"    {address}"

    def over(self, title: str, state: ProposalState, address: str) -> Iterator[str]:
        """Say that this very commit was sent before and its proposal is over, and how to send it anew."""
        german, english = _OVER[state]
        yield self._of(f"Nicht noch einmal gesendet: {title}. {german}", f"Not sent again: {title}. {english}")
        yield f"    {address}"
        if state is not ProposalState.PUBLISHED:
            yield self._of(
                "    Soll der Text noch einmal geprüft werden: git commit --amend --no-edit, dann erneut senden.",
                "    To have the text reviewed again: git commit --amend --no-edit, then push again.",
            )

    def cleaned(self, names: Sequence[str]) -> Iterator[str]:
        """Say which files are stored without what they said about their makers, and that nobody has to do anything."""
        if names:
            yield self._of(
                f"    Bereinigt (Angaben zu Ort, Zeit, Gerät und Personen entfernt): {', '.join(names)}",
                f"    Cleaned (place, time, device and people removed): {', '.join(names)}",
            )
            yield self._of(
                "    So stehen sie im Vorschlag; Sie bekommen sie nach der Veröffentlichung mit git pull.",
                "    So they stand in the proposal; after publication you get them with git pull.",
            )

    def only_proposals(self) -> str:
        """Say where pushes go."""
        return self._of(
            "Veröffentlicht wird erst nach der Prüfung. Senden Sie einen Vorschlag: git push origin HEAD:refs/for/main",
            "Publication comes after review. Send a proposal: git push origin HEAD:refs/for/main",
        )

    def not_allowed(self) -> str:
        """Say that the account may not propose."""
        return self._of(
            "Ihr Zugang darf nichts vorschlagen. Fragen Sie die Betreiber dieser Seite.",
            "Your account may not propose. Ask the operators of this site.",
        )

    def unchanged(self, path: str) -> str:
        """Say that a text is the one that was there."""
        return self._of(
            f"{path}: Der Inhalt ist derselbe wie in der veröffentlichten Fassung.",
            f"{path}: The content is that of the published version.",
        )

    def gone(self, path: str) -> str:
        """Say that a record was withdrawn or its version cannot be found."""
        return self._of(
            f"{path}: Die Fassung, auf der die Änderung beruht, gibt es nicht mehr. Holen Sie den neuen Stand.",
            f"{path}: The version this was made from is gone. Get the newest state.",
        )

    def other_record(self, path: str, about: str) -> str:
        """Say that a proposal is about another record than the one that was pushed, and what to do."""
        return self._of(
            f"{path}: Dieser Vorschlag betrifft {about}. Einen anderen Eintrag senden Sie für sich: "
            "git push origin HEAD:refs/for/main",
            f"{path}: This proposal is about {about}. Send another record by itself: "
            "git push origin HEAD:refs/for/main",
        )

    def not_seen(self, address: str) -> str:
        """Say that somebody else's proposal is taken over on its page, because git does not show its text."""
        return self._of(
            "Diesen Vorschlag hat jemand anders geschrieben, und git zeigt seinen Text nicht. "
            f"Übernehmen und verbessern Sie ihn auf seiner Seite: {address}",
            "Somebody else wrote this proposal, and git does not show its text. "
            f"Take it over and improve it on its page: {address}",
        )

    def outdated(self, path: str) -> str:
        """Say that somebody else changed the same places of a proposal meanwhile, and what to do."""
        return self._of(
            f"{path}: Dieselben Stellen hat inzwischen jemand anders geändert. Es wurde nichts überschrieben. "
            "Verbessern Sie den Vorschlag auf seiner Seite; dort steht die neueste Fassung.",
            f"{path}: Somebody else changed the same places meanwhile. Nothing was overwritten. "
            "Improve the proposal on its page; the newest text is there.",
        )

    def busy(self, path: str = "") -> str:
        """Say that it did not work just now, and that sending it again does no harm."""
        german = "Das ging gerade nicht. Senden Sie denselben Stand in einer Minute noch einmal; nichts wird doppelt."
        english = "This did not work just now. Push the same again in a minute; nothing is made twice."
        return f"{path}: {self._of(german, english)}" if path else self._of(german, english)

    def broken(self) -> str:
        """Say that git cannot read what somebody sent."""
        return self._of(
            "git nimmt diesen Zweig nicht an: Er ist beschädigt. Legen Sie ihn neu an.",
            "git does not accept this branch: it is damaged. Make it anew.",
        )

    def one_record(self) -> str:
        """Say that a further round of a proposal is about its record only."""
        return self._of(
            "Ein verbesserter Vorschlag betrifft genau seinen einen Eintrag.",
            "A revised proposal is about its one record only.",
        )

    def unknown(self) -> str:
        """Say that no such proposal can be revised."""
        return self._of(
            "Diesen Vorschlag gibt es nicht, oder er ist schon entschieden.",
            "There is no such proposal, or it has been decided.",
        )

    def _place(self, problem: Problem, kind: KindSchema) -> str:
        line = self._of(f", Zeile {problem.line}", f", line {problem.line}") if problem.line else ""
        field = describe_field(problem.field, kind, self._lang)
        return f"{problem.file}{line}{f', {field}' if field else ''}"

    def _of(self, german: str, english: str) -> str:
        return german if self._lang == "de" else english
