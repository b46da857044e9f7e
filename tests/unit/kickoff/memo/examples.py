"""A memo as a district might write it. Places and bodies are examples."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.documents.writing.exports import PageExports
from app.kickoff.memo.exports import MemoExports
from app.kickoff.memo.format import MemoFormat
from app.kickoff.memo.memo import (
    Asked,
    CitedSource,
    Decision,
    Duty,
    DutyAnswer,
    DutyState,
    Figures,
    Filter,
    Find,
    GoalAnswer,
    GoalState,
    Inquiry,
    MemoSituation,
    NodeAsked,
    PinnedLesson,
    PinnedRecord,
    ReuseMemo,
    SearchDone,
    SearchedState,
    SeenHit,
    Way,
)
from app.kickoff.memo.wording import MemoLabels
from app.records.five_lines import Amount, Contact, Duration, Grant, Size
from app.records.schema import SchemaSet
from app.records.vocabulary import Vocabulary
from app.shared.confinement import Confinement

ROOT = Path(__file__).parents[4]
HOME = "https://erfahrungen.example"
PARTNER = "https://partner.example/netz"
NOW = datetime(2026, 11, 24, 9, 12, 30, tzinfo=UTC)
LONG_ADDRESS = (
    "https://www.beispielkreis.example/verwaltung/" + "sehr-langer-pfad-ohne-jede-luecke/" * 6 + "bericht.pdf?a=1&b=2"
)
PLACES = Path(tempfile.gettempdir()) / f"erfahrungsnetz-places-{os.getpid()}"
FORMAT = MemoFormat.load(ROOT / "schemas")


def exports(fonts: Path = ROOT / "static" / "vendor" / "fira-sans") -> MemoExports:
    topics = Vocabulary.parse((ROOT / "content" / "vocabulary" / "topics.yaml").read_bytes())
    labels = MemoLabels(SchemaSet.load(ROOT / "schemas"), {"topics": topics})
    pages = PageExports(fonts, Confinement(PLACES, places=2, patience=20))
    return MemoExports(FORMAT, labels, ZoneInfo("Europe/Berlin"), pages)


def empty_memo() -> ReuseMemo:
    return ReuseMemo(at=NOW, site="Erfahrungsnetz", issuer=HOME)


FIGURES = Figures(
    amounts=(
        Amount(kind="one_time", value=38_000, date="2024", approx="about", covers="all"),
        Amount(kind="annual", value=9_500, date="2025", covers="all"),
    ),
    grants=(Grant(programme="Förderprogramm", share=80, covers="all"),),
    duration=Duration(start="2022-06", end="2024-04", phase="operation"),
    size=Size(kind="district", population=225_000),
    contact=Contact(name="Fachdienst Gefahrenabwehr", mailbox="warnung@beispielkreis.example"),
)


def record(number: int = 1, **changes: object) -> PinnedRecord:
    values = {
        "home": HOME,
        "id": f"10000000-0000-4000-8000-{number:012d}",
        "ver": 2,
        "digest": f"sha256:{number:064x}",
        "at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
        "kind": "case-study",
        "title": "Beispielkreis: Frühwarnung vor Starkregen",
        "lang": "de",
        "license": "CC-BY-4.0",
        "summary": "Der Kreis warnt mit Sensoren und Radar. Feuerwehren erhalten die Warnung bis zu 40 Minuten früher.",
        "places": ("Beispielkreis",),
        "outcome": "success",
        "openness": "partly",
        "figures": FIGURES,
        "lessons": (
            PinnedLesson(
                kind="open_question", statement="Ob ein Sensor genügt, ist offen.", recommendation="Messen Sie."
            ),
        ),
        "sources": (
            CitedSource(title="Bericht über zwei Jahre", publisher="Beispielkreis", url=LONG_ADDRESS, date="2024-09"),
            CitedSource(title="Niederschrift des Ausschusses", publisher="Beispielkreis", date="unknown"),
        ),
    }
    return PinnedRecord(**(values | changes))  # type: ignore[arg-type]  # a dictionary of fields has no narrower type


def seen(number: int, title: str, lang: str = "de") -> SeenHit:
    return SeenHit(home=HOME, id=f"10000000-0000-4000-8000-{number:012d}", ver=2, title=title, lang=lang)


def full_memo() -> ReuseMemo:
    return ReuseMemo(
        at=NOW,
        site="Erfahrungsnetz",
        issuer=HOME,
        reference="10.2-621.41/2026-7",
        office="Fachdienst Digitalisierung",
        cosigners=("Kämmerei", "Datenschutz"),
        inquiries=(
            Inquiry(asked=Asked.OPENCODE, on="2026-11-20", result="Zwei Bausteine, keiner mit Radar."),
            Inquiry(asked=Asked.MARKET, on="2026-11-23", result="Drei Firmen angeschrieben, eine Antwort."),
        ),
        occasion=(
            "Im Sommer 2026 liefen nach Starkregen in drei Ortsteilen Keller voll. Die Warnung kam zu spät.\n\n"
            "Der Kreistag hat die Verwaltung beauftragt, ein Frühwarnsystem zu prüfen."
        ),
        question="Wie warnen wir Einwohner und Feuerwehr rechtzeitig vor Starkregen, ohne ein eigenes System zu bauen?",
        situation=MemoSituation(
            place="Musterkreis",
            state="HE",
            place_kind="district",
            population=90000,
            topic="environment-water",
            phase="idea",
            memberships=("Zweckverband Beispiel-IT",),
            months=12,
            budget=250000,
            staff=0.5,
            open_source_only=True,
        ),
        searches=(
            SearchDone(
                at=NOW,
                text="Starkregen warnen",
                filters=(Filter(name="land", value="HE"),),
                found=7,
                hits=(seen(1, "Beispielkreis: Frühwarnung vor Starkregen"), seen(7, "Pegel [online]", lang="en")),
            ),
            SearchDone(at=NOW, text="Frühwarnsystem Sensoren", found=12),
        ),
        nodes=(
            NodeAsked(name="Erfahrungsnetz", address=HOME, as_of=NOW),
            NodeAsked(name="Partnernetz", address=PARTNER, state=SearchedState.CACHED, as_of=NOW),
            NodeAsked(name="Drittes Netz", address="https://dritte.example", state=SearchedState.UNREACHABLE),
        ),
        finds=(
            Find(
                record=record(1),
                decision=Decision.TAKEN,
                reason="Gleiche Größenklasse, gleiches Land. Unser Zweckverband kann sie betreiben.",
                way=Way(
                    verdict="possible",
                    route="public_cooperation",
                    provider="Verbund Warnen",
                    step="join",
                    as_of="2025-03",
                ),
                in_scope=True,
            ),
            Find(
                record=record(
                    2,
                    home=PARTNER,
                    title="Musterstadt: Hochwasser-App nach zwei Jahren eingestellt",
                    outcome="stopped",
                    places=("Musterstadt", "Nebenstadt"),
                ),
                decision=Decision.REJECTED,
                reason="Läuft nicht mehr. Der Preis hat sich verdoppelt und es gab zu wenige Nutzende.",
            ),
            Find(
                record=record(
                    3, kind="solution", title="A solution in English", lang="en", outcome="packaged", sources=()
                )
            ),
        ),
        duties=(
            DutyAnswer(duty=Duty.CHECKED, state=DutyState.MET, text="Zwei Suchen am 24. November 2026."),
            DutyAnswer(duty=Duty.USED, state=DutyState.MET, text="Die Lösung des Beispielkreises wird nachgenutzt."),
            DutyAnswer(duty=Duty.OPEN_SOURCE, state=DutyState.NOT_APPLICABLE),
        ),
        goals=(
            GoalAnswer(
                question="Sind die Ziele mit der Politik vereinbart?",
                answer=GoalState.YES,
                note="Beschluss vom 3. September.",
            ),
            GoalAnswer(question="Ist vor der Entwicklung geklärt, wer für das Produkt verantwortlich ist?"),
        ),
        conclusion="Wir übernehmen die Lösung des Beispielkreises.\nDer Zweckverband legt bis Januar ein Angebot vor.",
    )
