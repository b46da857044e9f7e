# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Moments as the protocol writes them: in UTC, to the second, or a day (section 3.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from app.federation.oai.errors import Code, OaiError

GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_ALMOST_A_DAY = timedelta(days=1) - timedelta(seconds=1)


def written(moment: datetime) -> str:
    """Return a moment as answers show it."""
    # strftime writes years before 1000 with fewer digits.
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read_span(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """Return the moments that `from` and `until` stand for, both included.

    A day as `until` reaches to its last second. Raises OaiError: no date, mixed granularities, or the wrong way round.
    """
    if since and until and len(since) != len(until):
        raise OaiError(Code.BAD_ARGUMENT, "from and until have different granularities.")
    start, end = _moment(since), _moment(until)
    if end is not None and until and _DAY.fullmatch(until):
        end += _ALMOST_A_DAY
    if start is not None and end is not None and start > end:
        raise OaiError(Code.BAD_ARGUMENT, "from is later than until.")
    return start, end


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text) or _SECOND.fullmatch(text):
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        pass  # Looks like a date and is none, such as the 31st of February: answered like any other text.
    raise OaiError(Code.BAD_ARGUMENT, f"A date has the form YYYY-MM-DD or {GRANULARITY}.")
