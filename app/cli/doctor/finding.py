"""Findings of an examination, and their report."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class Grade(StrEnum):
    """An error makes the node show too little or something wrong; a warning only asks for attention."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem; `code` is stable, `subject` a record, file or setting, `remedy` what the operator can do."""

    area: str
    code: str
    message: str
    remedy: str
    subject: str = ""
    grade: Grade = Grade.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All findings, and the numbers of records and versions examined."""

    findings: tuple[Finding, ...]
    records: int
    versions: int

    @property
    def errors(self) -> int:
        return sum(finding.grade is Grade.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors

    def to_json(self) -> str:
        """Return `{"records", "versions", "errors", "warnings", "findings": […]}` as JSON text."""
        counts = {"records": self.records, "versions": self.versions, "errors": self.errors, "warnings": self.warnings}
        findings = [asdict(found) for found in self.findings]
        return json.dumps({**counts, "findings": findings}, ensure_ascii=False, indent=2)

    def to_text(self) -> str:
        lines = []
        for found in self.findings:
            about = f" {found.subject}:" if found.subject else ""
            lines += [f"{found.grade} [{found.area}]{about} {found.message}", f"    {found.remedy}"]
        errors = f"{self.errors} errors, " if self.errors else "repository, catalogue and index agree; "
        looked_at = f"{self.records} records in {self.versions} versions"
        return "\n".join([*lines, f"{looked_at}: {errors}{self.warnings} warnings"])
