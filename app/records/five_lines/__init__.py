"""What readers first want to know about a record: outcome, cost, duration, size, and whom to ask."""

from app.records.five_lines.costs import Amount, CostSum, Grant
from app.records.five_lines.lines import ASKED, Contact, Duration, FiveLines, FiveLinesReader, Inhabitants, Size
from app.records.five_lines.words import LineCode, LineWords, ShortLine, asks

__all__ = [
    "ASKED",
    "Amount",
    "Contact",
    "CostSum",
    "Duration",
    "FiveLines",
    "FiveLinesReader",
    "Grant",
    "Inhabitants",
    "LineCode",
    "LineWords",
    "ShortLine",
    "Size",
    "asks",
]
