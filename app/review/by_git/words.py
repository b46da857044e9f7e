"""The texts that somebody who pushes reads in the terminal. They use git, so git's terms are used here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.records.checks.wording import describe_field, word
from app.records.problem import Problem, Severity
from app.records.schema import KindSchema
from app.records.sharing.pushed import PushRefused
from app.review.workflow import ProposalState
from app.shared.wording import N_, translator

_OVER = {
    ProposalState.WITHDRAWN: N_("You withdrew this proposal."),
    ProposalState.DECLINED: N_("This proposal was declined; its page says why."),
    ProposalState.PUBLISHED: N_("This proposal has been published."),
}


class PushWords:
    """The lines of an answer in one language."""

    def __init__(self, lang: str) -> None:
        """Use German for "de" and English for any other language."""
        self._lang = "de" if lang == "de" else "en"
        self.say = translator(self._lang)

    def refused(self, error: PushRefused) -> Iterator[str]:
        yield error.said(self.say)
        yield from (f"  {path}" for path in error.paths)

    def problems(self, problems: Iterable[Problem], kind: KindSchema | None = None) -> Iterator[str]:
        """Yield file, line, field, fault and remedy of everything that keeps a text from being accepted."""
        for problem in problems:
            if problem.severity is Severity.ERROR:
                wording = word(problem, self._lang)
                line = self.say.gettext(", line %(line)s", line=problem.line) if problem.line else ""
                field = describe_field(problem.field, kind, self._lang) if kind else problem.field
                yield f"{problem.file}{line}{f', {field}' if field else ''}: {wording.message}"
                if wording.remedy:
                    yield f"    {wording.remedy}"

    def count(self, number: int) -> str:
        return self.say.ngettext(
            "Not taken: %(num)s entry needs mending. Nothing was stored.",
            "Not taken: %(num)s entries need mending. Nothing was stored.",
            number,
        )

    def taken(self, title: str, address: str, *, known: bool, again: bool) -> Iterator[str]:
        """Say that the proposal exists, and its address; `known`: it had this text, `again`: it had another one."""
        words = N_("Sent for review: %(title)s")
        if known:
            words = N_("Sent for review already: %(title)s")
        elif again:
            words = N_("Lies here as a proposal already and has your new text now: %(title)s")
        yield self.say(words, title=title)
        yield f"    {address}"

    def over(self, title: str, state: ProposalState, address: str) -> Iterator[str]:
        """Say that this commit was sent before and its proposal is closed, and how to send it again."""
        yield self.say.gettext("Not sent again: %(title)s. %(why)s", title=title, why=self.say(_OVER[state]))
        yield f"    {address}"
        if state is not ProposalState.PUBLISHED:
            again = self.say.gettext("To have the text reviewed again: git commit --amend --no-edit, then push again.")
            yield f"    {again}"

    def cleaned(self, names: Sequence[str]) -> Iterator[str]:
        """Say which files were stripped of metadata about their makers, and that nothing has to be done."""
        if names:
            files = self.say.gettext(
                "Cleaned (place, time, device and people removed): %(files)s", files=", ".join(names)
            )
            yield from (f"    {files}", f"    {self._after()}")

    def filled(self, names: Sequence[str]) -> Iterator[str]:
        """Say which fields of the front matter the node added."""
        if names:
            fields = self.say.gettext("Filled in: %(fields)s", fields=", ".join(names))
            yield from (f"    {fields}", f"    {self._after()}")

    def _after(self) -> str:
        return self.say.gettext("So they stand in the proposal; after publication you get them with git pull.")

    def gone(self, path: str) -> str:
        return self.say.gettext("%(path)s: The version this was made from is gone. Get the newest state.", path=path)

    def outdated(self, path: str) -> str:
        return self.say.gettext(
            "%(path)s: Somebody else changed the same places meanwhile. Nothing was overwritten. "
            "Improve the proposal on its page; the newest text is there.",
            path=path,
        )

    def busy(self, path: str = "") -> str:
        """Say that it failed temporarily, and that sending it again does no harm."""
        words = self.say.gettext("This did not work just now. Push the same again in a minute; nothing is made twice.")
        return f"{path}: {words}" if path else words

    def unknown(self) -> str:
        return self.say.gettext("There is no such proposal, or it has been decided.")
