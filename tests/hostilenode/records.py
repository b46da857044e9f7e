"""Records as such a node writes them, after the schemas."""

from typing import Any

BODY = (
    "## Worum es geht {#background}\n\nEin Text. [^quelle]\n\n## Was dazu belegt ist {#findings}\n\nWenig. [^quelle]\n"
)
_SOURCE = {"key": "quelle", "title": "Quelle", "publisher": "Musterstadt", "date": "2026-02-01", "self_reported": True}
_HEAD = {
    "lang": "de", "topics": ["mobility"], "license": "CC-BY-4.0", "last_confirmed": "2026-03-01",
    "review_by": "2099-03-01",
}  # fmt: skip


def number(of: int) -> str:
    """Return an identifier."""
    return f"40000000-0000-4000-8000-{of:012d}"


_LESSON = {"id": "klein-anfangen", "kind": "worked", "phase": "concept", "topic": "leadership", "sources": ["quelle"]}
_TOLD = {"statement": "Klein anfangen hilft.", "recommendation": "Fangen Sie klein an."}
_CONCEPT: dict[str, Any] = {
    **_HEAD, "schema": "concept/1", "kind": "concept",
    "summary": "Ein Beispiel, das zeigt, dass eine Einführung in kleinen Schritten gelingt.", "compiled_by": "editors",
    "concept_kind": "checklist", "purpose": "Zeigt, dass etwas geht.", "use_when": ["Am Anfang eines Vorhabens"],
    "avoid_when": ["Kurz vor dem Ende eines Vorhabens"],
    "steps": [{"title": "Anfangen", "text": "Fangen Sie mit einem Stadtteil an."}], "legal_scope": ["DE"],
    "maintainer": {"name": "Musterstadt"}, "evidence_level": 0, "lessons": [{**_LESSON, **_TOLD}],
    "sources": [_SOURCE],
}  # fmt: skip


def concept(record_id: str, title: str, **more: Any) -> dict[str, Any]:
    """Return a concept."""
    return {**_CONCEPT, "id": record_id, "title": title, **more}


def response(record_id: str, target: str, place: str, *, ars: str = "", **more: Any) -> dict[str, Any]:
    """Return what a municipality says about a record."""
    return {
        **_HEAD, "schema": "response/1", "id": record_id, "kind": "response", "title": f"{place} nutzt nach",
        "summary": "Bei uns auch.", "compiled_by": "municipality", "target": target, "version": f"sha256:{'0' * 64}",
        "relation": "reuses",
        "place": {"name": place, "state": "HE", "sources": ["quelle"], **({"ars": ars} if ars else {})},
        "note": "Bei uns auch.", "sources": [_SOURCE], **more,
    }  # fmt: skip
