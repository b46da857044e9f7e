"""The rules behind `erfahrungsnetz check`; import, push and form use the same ones."""

from __future__ import annotations

from app.records.checks.checker import Checker
from app.records.checks.report import Report
from app.records.checks.wording import WordedProblem, word
from app.records.problem import Problem, Severity

__all__ = ["Checker", "Problem", "Report", "Severity", "WordedProblem", "word"]
