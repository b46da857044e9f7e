"""What an examination finds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Grade(StrEnum):
    """An error makes the node show less or something else than it should; a warning asks for attention."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be.

    `area` is the part examined, `code` is stable for programs, `subject` what it is about (a record, a file,
    a setting), `remedy` what the operator can do.
    """

    area: str
    code: str
    message: str
    remedy: str
    subject: str = ""
    grade: Grade = Grade.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Everything found, and how much was looked at; `figures` are lines for people."""

    findings: tuple[Finding, ...]
    records: int
    versions: int
    figures: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        return sum(finding.grade is Grade.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors

    def to_json(self) -> str:
        """Return `{"records", "versions", "errors", "warnings", "figures": […], "findings": […]}` as JSON text."""
        counts = {"records": self.records, "versions": self.versions, "errors": self.errors, "warnings": self.warnings}
        return json.dumps(
            {**counts, "figures": self.figures, "findings": [asdict(found) for found in self.findings]},
            ensure_ascii=False,
            indent=2,
        )

    def to_text(self) -> str:
        return "\n".join([*_lines(self.findings), *self.figures, self._summary()])

    def _summary(self) -> str:
        looked_at = f"{self.records} records in {self.versions} versions"
        if self.errors:
            return f"{looked_at}: {self.errors} errors, {self.warnings} warnings"
        return f"{looked_at}: repository, catalogue and index agree; {self.warnings} warnings"


def _lines(findings: Iterable[Finding]) -> Iterable[str]:
    for found in findings:
        about = f" {found.subject}:" if found.subject else ""
        yield f"{found.grade} [{found.area}]{about} {found.message}"
        yield f"    {found.remedy}"
