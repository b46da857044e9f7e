# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a record says about its outcome must fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from app.content.checks.subject import Subject
from app.content.json_value import JsonValue
from app.content.problem import Problem

_BEFORE_AND_AFTER = 2


def outcome(subject: Subject) -> Iterator[Problem]:
    """Report a stop without its reason, a reason without a stop, and evidence that no figure carries."""
    stopped = subject.front.get("outcome") == "stopped"
    if stopped and not subject.front.get("stop_reason"):
        yield subject.error("stop_reason_missing", "stop_reason")
    if subject.front.get("stop_reason") and not stopped and subject.front.get("phase") != "ended":
        yield subject.warning("stop_reason_without_stop", "stop_reason")
    if subject.front.get("evidence_level") == _BEFORE_AND_AFTER and "results" in subject.front:
        results = [entry for _, entry in subject.objects("results")]
        if not any("before" in entry for entry in results) and not _followed(results):
            yield subject.warning("evidence_without_figures", "evidence_level")


def _followed(results: Sequence[Mapping[str, JsonValue]]) -> bool:
    """Tell whether one indicator has values of two dates."""
    counted = Counter({(entry.get("indicator"), entry.get("date")): 1 for entry in results if "value" in entry})
    return any(count > 1 for count in Counter(indicator for indicator, _ in counted).values())
