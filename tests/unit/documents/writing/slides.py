"""Slides as full as they become, and with what strangers may write."""

from app.documents.blocks import Deck, Figure, Point, Slide, Span
from app.kickoff.slides import shortened

ADDRESS = "https://erfahrungen.example/r/10000000-0000-4000-8000-000000000001/v/3"
HOSTILE = '<script>alert(1)</script> & "Zeichen" '
_SENTENCE = "Die Bank am Markt nutzte kaum jemand, und der Fahrdienst fuhr nur am Dienstag in die Kreisstadt zurück. "


def full_deck() -> Deck:
    """Return five sheets with as much text as records lead to."""
    points = tuple(
        Point(text=(Span(text=(_SENTENCE * 2)[:190], lang="de"),), label="Empfehlung", note="[1, 2, 14]")
        for _ in range(4)
    )
    figures = tuple(
        Figure(value="rund 1.200 Fahrgäste", label=Span(text="Fahrgäste im Monat"), note="Stand Mai 2024 · [1]")
        for _ in range(3)
    )
    sources = tuple((Span(text=f"[{n}] Beispielzeitung: {shortened(_SENTENCE * 2)}"),) for n in range(1, 5))
    slides = (
        Slide(title="Das Problem", points=points[:2], sources=sources, is_first=True),
        Slide(title="Was andere getan haben", points=points[:2], figures=figures, sources=sources),
        Slide(title="Was es kostet", points=points[:2], figures=figures, sources=sources),
        Slide(title="Fehlschläge und Risiken", points=(Point(text=(Span(text=HOSTILE),)), *points), sources=sources),
        Slide(title="Vorschlag und nächster Schritt", points=points),
    )
    return Deck(
        lang="de",
        title=Span(text="Beispielstadt: Mitfahrbank nach dreizehn Monaten eingestellt und abgebaut"),
        subtitle="Fallstudie · Beispielstadt, Hessen · Erfahrungsnetz, Fassung 3 · noch nicht bestätigt",
        address=ADDRESS,
        code=f"QR-Code, führt zu {ADDRESS}",
        page="Blatt",
        of="von",
        sources="Quellen",
        slides=tuple(slide.fitted() for slide in slides),
    )
