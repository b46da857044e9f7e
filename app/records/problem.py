"""Problems of records as data; `checks/messages.py` has the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

from app.shared.errors import Invalid


class Severity(StrEnum):
    """An error keeps a record from being published; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding; `line` counts from 1 (0: the file), `field` is a dotted path ("lessons.0.sources", "body.<id>")."""

    file: str
    code: str
    line: int = 0
    field: str = ""
    severity: Severity = Severity.ERROR
    params: Mapping[str, str] = dataclass_field(default_factory=dict)

    @property
    def order(self) -> tuple[str, int, str, str, str]:
        """Sort key that gives every report the same order."""
        return (self.file, self.line, self.field, self.code, repr(sorted(self.params.items())))

    @property
    def entry(self) -> str:
        """The field of the front matter that it is in, or the entry of a list ("lessons.0"); "body" for the text."""
        top, _, inner = self.field.partition(".")
        number = inner.partition(".")[0]
        return f"{top}.{number}" if number.isdigit() else top


class InvalidRecord(Invalid):
    """The file at `path` is not a readable record; `problems` says why."""

    path: str
    problems: tuple[Problem, ...]
