"""The outcome of a check, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.records.checks.wording import describe_field, word
from app.records.problem import Problem, Severity
from app.records.schema import KindSchema, SchemaError, SchemaSet
from app.shared.wording import translator


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings in a fixed order: by file, line, field and code. `records` is how many records were checked."""

    problems: tuple[Problem, ...]
    schemas: SchemaSet
    records: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Findings that keep a record from being published."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Findings that ask for a second look."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)

    def below(self, prefix: str) -> Report:
        """Return the report on one file or folder only; "." stands for all."""
        if prefix in ("", "."):
            return self
        kept = tuple(p for p in self.problems if p.file == prefix or p.file.startswith(f"{prefix}/"))
        return Report(problems=kept, schemas=self.schemas, records=self.records)

    def to_json(self, lang: str = "en") -> str:
        """Return `{"records", "errors", "warnings", "problems": […]}` as JSON text."""
        head = {"records": self.records, "errors": len(self.errors), "warnings": len(self.warnings)}
        return json.dumps(
            {**head, "problems": [self._entry(p, lang) for p in self.problems]}, ensure_ascii=False, indent=2
        )

    def to_text(self, lang: str = "de") -> str:
        """Return one paragraph for each finding, file and line first, and the counts last."""
        counts = translator(lang).gettext(
            "Checked: %(records)s records. Errors: %(errors)s. Notes: %(warnings)s.",
            records=self.records, errors=len(self.errors), warnings=len(self.warnings),
        )  # fmt: skip
        return "\n".join([*(self._paragraph(problem, lang) for problem in self.problems), counts])

    def _entry(self, problem: Problem, lang: str) -> dict[str, object]:
        wording = word(problem, lang)
        return {
            "file": problem.file,
            "line": problem.line,
            "field": problem.field,
            "label": describe_field(problem.field, self._kind(problem), lang),
            "code": problem.code,
            "severity": problem.severity.value,
            "message": wording.message,
            "remedy": wording.remedy,
            "params": dict(problem.params),
        }

    def _paragraph(self, problem: Problem, lang: str) -> str:
        wording = word(problem, lang)
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        field = describe_field(problem.field, self._kind(problem), lang)
        where = f"{field}: " if field else ""
        return f"{place}: {wording.severity}: {where}{wording.message}\n    {wording.remedy}"

    def _kind(self, problem: Problem) -> KindSchema | None:
        try:
            return self.schemas.kind_of_folder(problem.file.partition("/")[0])
        except SchemaError:
            return None
