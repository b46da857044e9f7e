"""A small corpus of invented records for the contract of the search port."""

import random
from datetime import UTC, datetime, timedelta

from app.records.vocabulary import Concept
from app.search.port import IndexDocument, LessonText

START = datetime(2026, 1, 1, tzinfo=UTC)


VOCABULARY = (
    Concept(id="heavy-rain", pref={"de": "Starkregen", "en": "heavy rain"}, alt={"de": ("Sturzflut",)}),
    Concept(id="transport", pref={"de": "Nahverkehr", "en": "public transport"}, alt={"de": ("ÖPNV",)}),
    Concept(id="dial-a-ride", pref={"de": "Rufbus", "en": "dial-a-ride"}, alt={}, broader=("transport",)),
    Concept(id="issue-report", pref={"de": "Mängelmelder", "en": "issue reporting"}, alt={}),
)


FIELDS = (
    Concept(
        id="environment-water",
        pref={"de": "Umwelt und Wasser", "en": "Environment and water"},
        alt={"de": ("Luftqualität", "Grünflächen")},
    ),
)


def document(number: int, title: str, **values: object) -> IndexDocument:
    """A record with defaults; later numbers are published later."""
    given: dict[str, object] = {
        "uid": f"|{number}", "id": f"id-{number}", "origin": "", "kind": "case-study", "slug": f"record-{number}",
        "digest": f"sha256:{number}", "title": title, "summary": "", "published_at": START + timedelta(days=number),
        **values,
    }  # fmt: skip
    return IndexDocument(**given)  # type: ignore[arg-type] # the defaults above are of the right types


WORDS = ("Straße", "Bus", "Schule", "Starkregen", "Nahverkehr", "Karte", "Wald", "Beteiligung", "Rufbus", "Warnung")


def some(number: int, title: str = "") -> IndexDocument:
    """A record whose words and states are drawn, the same ones each time."""
    chance = random.Random(number)
    lands = {"land": tuple(chance.sample(("BY", "HE", "HH"), chance.randrange(3)))}
    body = " ".join(chance.choices(WORDS, weights=range(len(WORDS), 0, -1), k=chance.randrange(2, 30)))
    return document(number, title or " ".join(chance.choices(WORDS, k=2)), body=f"{body} Straße", facets=lands)


CORPUS = (
    document(
        1,
        "Starkregenfrühwarnsystem im Landkreis",
        summary="Sensoren melden steigende Bäche, die Feuerwehr wird gewarnt.",
        lessons=(
            LessonText(id="l1", text="Ohne Wartungsvertrag fallen Sensoren im Winter aus."),
            LessonText(id="l2", text="Die Feuerwehr muss von Anfang an mitreden."),
            LessonText(id="l3", text="Pegel und Feuerwehr brauchen dieselbe Warnstufe, die Sensoren liefern."),
        ),
        topics=("environment-water",),
        places=("Musterkreis",),
        facets={"art": ("case-study",), "thema": ("water",), "land": ("HE",)},
    ),
    document(
        2,
        "Hinweise aus der Bevölkerung bearbeiten",
        summary="Mit dem Mängelmelder melden Einwohner Schäden an der Straßenbeleuchtung.",
        body="Der Bauhof bekommt die Meldung in Minuten. Warnungen vor Starkregen gibt es nicht.",
        facets={"art": ("case-study",), "thema": ("administration",), "land": ("BY",)},
    ),
    document(
        3,
        "Rufbus auf dem Land",
        summary="Ein Kleinbus fährt, wenn jemand anruft.",
        body="Nach dem Förderende zahlt der Kreis den Betrieb.",
        facets={"art": ("case-study",), "thema": ("mobility",), "land": ("BY",)},
        confirmed_at=START,
    ),
    document(
        4,
        "Bürgerbeteiligungsplattform quelloffen",
        summary="Software für die Beteiligung in der Stadtplanung.",
        kind="solution",
        facets={"art": ("solution",), "thema": ("participation", "administration"), "land": ("HH",)},
    ),
    document(
        5,
        "Äpfel und Bäume",
        keywords=("Ehrenamtskarte",),
        summary="Streuobstwiesen pflegen mit Ehrenamtlichen.",
        facets={"art": ("concept",), "thema": ("water",), "land": ("HE",)},
        kind="concept",
        confirmed_at=START + timedelta(days=9),
    ),
)
