"""What a lesson is besides its words: kind, phase and area, found in them where its author chose nothing."""

import re
from collections.abc import Mapping

from app.records.json_value import JsonValue
from app.review.drafts.report import kind_of_lesson

_AREAS = {
    "privacy": r"datenschutz|dsgvo|einwillig|privacy",
    "procurement": r"vergabe|ausschreib|beschaff|angebot|procure|tender",
    "law": r"\brecht|satzung|gesetz|vertr[aä]g|legal|contract",
    "finance": r"kosten|förder|budget|\bgeld|finanz|\beuro\b|fund",
    "people": r"personal|mitarbeit|ehrenamt|schulung|staff|volunteer|train",
    "participation": r"beteilig|bürger(?!meister)|einwohner|befrag|participat|resident",
    "communication": r"kommuni[kc]at|presse|anruf|telefon|informier|erklär",
    "data": r"\bdaten|\bdata\b",
    "technology": r"technik|technolog|software|schnittstelle|sensor|server|netz",
    "operation": r"betrieb|wartung|pflege|support|operat|mainten",
    "leadership": r"\bziel|führung|leitung|bürgermeister|council|leader",
}
"""Words by the area that they stand for; the first that fits holds."""
_ELSE = "organisation"


def sorted_in(row: Mapping[str, JsonValue], front: Mapping[str, JsonValue]) -> JsonValue:
    """Add kind, phase and area where missing. Without a description of what happened it is untested advice."""
    words = " ".join(str(row.get(part) or "") for part in ("statement", "because", "recommendation")).lower()
    area = next((area for area, pattern in _AREAS.items() if re.search(pattern, words)), _ELSE)
    kind = kind_of_lesson(str(row.get("statement") or "")) or "advice"
    return {"kind": kind, "phase": str(front.get("phase") or "operation"), "topic": area, **row}
