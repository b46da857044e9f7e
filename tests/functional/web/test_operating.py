"""The operator's page tells what a monitor is told, in words, and goes on telling it while parts are ill."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import text

from app.database.jobs import CLAIM, DATABASE, MAIL, SIGN_IN, JobRow
from app.federation.harvest.models import Node, NodeState, Quarantined
from app.federation.issuer import Issuer
from app.identity import RoleKind
from app.review.by_git.answers import BranchAnswer
from app.shared.config import PROJECT_ROOT
from app.web.factory import create_app
from app.web.operating import page as operating
from app.wiring import Services
from app.wiring.condition import Disk
from app.wiring.scheduler import REMINDERS
from tests.webnode.checks import check_page
from tests.webnode.node import one_node
from tests.webnode.people import sign_in

TOKEN = "beispiel-token-1234567890"
PROVIDERS = """
[[provider]]
key = "stadt"
issuer = "https://anmeldung.example/realms/stadt"
client_id = "erfahrungsnetz"
label = "Stadt Beispielstadt"
employers = [{ name = "Stadt Beispielstadt" }]
claims = { roles = "groups" }
"""
Shown = Callable[..., html.HtmlElement]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A node of its own, because these tests make it ill."""
    file = tmp_path / "providers.toml"
    file.write_text(PROVIDERS, encoding="utf-8")
    (tmp_path / "files").mkdir()
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    given = {
        "files": tmp_path / "files",
        "metrics_token_file": tmp_path / "token",
        "mirror_url": "https://forge.example/x",
    }
    yield from one_node(tmp_path, providers=str(file), **given)


@pytest.fixture
def show(services: Services) -> Shown:
    services.follow()
    client: FlaskClient = create_app(services, testing=True).test_client()
    sign_in(client, (RoleKind.OPERATOR,))

    def page(path: str = "/betrieb") -> html.HtmlElement:
        answer = client.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:400]
        return check_page(answer.get_data(as_text=True), dict(answer.headers), "en" if path != "/betrieb" else "de")

    return page


def words(page: html.HtmlElement) -> str:
    return " ".join(page.find(".//main").text_content().split())


def value(page: html.HtmlElement, label: str) -> str:
    for row in page.iterfind(".//main//tr"):
        heads = row.findall("th")
        if len(heads) == 1 and heads[0].text == label:
            return " | ".join(" ".join(cell.text_content().split()) for cell in row.findall("td"))
    raise AssertionError(label)


def alarms(page: html.HtmlElement) -> list[str]:
    return [" ".join(item.text_content().split()) for item in page.findall(".//section[@id='zu-tun']//li")]


def test_a_well_node_needs_nobody_and_one_from_a_backup_publishes_nothing(show: Shown, services: Services) -> None:
    page = show("/en/betrieb")
    assert "Nothing needs you" in words(page)
    assert alarms(page) == []
    assert "Derzeit ist nichts zu tun" in words(show())
    services.restored.touch()
    assert [one.startswith("Nothing is published here") for one in alarms(show("/en/betrieb"))] == [True]
    services.restored.unlink()
    assert alarms(show("/en/betrieb")) == []


def test_faults_stand_first_with_their_remedy(show: Shown, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operating, "disk_of", lambda _folder: Disk(free=10_000_000, writable=True))
    with services.sessions.begin() as db:
        db.add(JobRow(name="maintenance", next_at=services.clock() - timedelta(hours=3)))
    services.results.note(DATABASE, "damaged")
    services.results.note(f"{SIGN_IN}stadt", "nicht-erreichbar")
    services.results.note(MAIL, "smtp_535")
    page = show("/en/betrieb")
    said = alarms(page)
    assert [one.split(".")[0] for one in said[:2]] == ["Only 10 MB are free on the disk", "The database is damaged"]
    assert any("erfahrungsnetz providers check" in one for one in said)
    assert any("does not accept user and password" in one for one in said)
    assert any(one.startswith("Overdue: Pack the repository") for one in said)
    assert any("Stadt Beispielstadt failed: it does not answer" in one for one in said)
    never = "Stadt Beispielstadt has never sent “groups”"
    assert not any(never in one for one in said)
    services.results.note(f"{CLAIM}stadt:roles", "missing")
    assert any(never in one for one in alarms(show("/en/betrieb")))
    services.results.note(f"{CLAIM}stadt:roles")
    services.results.note(f"{CLAIM}stadt:roles", "missing")
    assert not any(never in one for one in alarms(show("/en/betrieb"))), "somebody was in a group once"


def test_a_branch_whose_author_the_forge_does_not_tell_is_named_with_its_faults(
    show: Shown, services: Services
) -> None:
    assert services.mirror is not None
    services.mirror.answers.give(
        [BranchAnswer(branch="neu", commit="4f2a", lines=("Zeile 3: unbekannt", "    Weg damit"))]
    )
    assert alarms(show()) == [
        "Der Zweig neu auf der Code-Plattform kann nicht übernommen werden.Zeile 3: unbekannt Weg damit"
    ]


def test_partners_and_files_that_fail_and_a_part_that_is_silent_are_named(show: Shown, services: Services) -> None:
    now, partner = services.clock(), Issuer("https://partner.example")
    ill: dict[str, Any] = {"state": NodeState.ACTIVE, "failures": 3, "error": "unreachable"}
    aside: dict[str, Any] = {"path": "records/x.json", "target": "a" * 64, "reason": "json", "detail": ""}
    with services.sessions.begin() as db:
        db.add(
            Node(issuer=partner, origin=partner.origin, root="a" * 64, daily_new=1, added_at=now, next_at=now, **ill)
        )
        db.add(Quarantined(origin=partner.origin, at=now, **aside))
    assert services.own_files is not None
    shutil.rmtree(services.settings.files)
    services.own_files.check()
    page = show("/en/betrieb")
    assert value(page, "partner.example") == "With troublesThe site does not answer. | not read yet | 0 | 1"
    assert "Bilder und Dateien sind nicht erreichbar." in words(show())
    client = create_app(services, testing=True).test_client()
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "files_reachable 0" in told.get_data(as_text=True)
    with services.sessions.begin() as db:
        db.execute(text("ALTER TABLE federation_quarantine RENAME TO gone"))
    answers = [one for one in alarms(show("/en/betrieb")) if one.startswith("This part does not answer")]
    assert answers[0].startswith("This part does not answer: partners (OperationalError).")


def test_alarms_name_what_a_monitor_is_told(services: Services) -> None:
    rules = PROJECT_ROOT / "deploy" / "prometheus" / "alerts.yml"
    assert services.own_files
    services.own_files.check()
    services.harvest.nodes.add(Issuer("https://partner.example"), "a" * 64, name="Partner")
    for result in (DATABASE, f"{SIGN_IN}stadt"):
        services.results.note(result)
    services.schedule.run(REMINDERS, lambda: None)
    client = create_app(services, testing=True).test_client()
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).get_data(as_text=True)
    families = set(re.findall(r"^# TYPE (\S+) ", told, re.MULTILINE))
    named = set(re.findall(r"\berfahrungsnetz_\w+", rules.read_text("utf-8")))
    assert len(named) > 8
    assert named <= families
    page = (PROJECT_ROOT / "docs" / "reference" / "monitoring.md").read_text("utf-8")
    alarms = re.findall(r"alert: (\w+)", rules.read_text("utf-8"))
    assert alarms == re.findall(r"^\| `(Erfahrungsnetz\w+)` \|", page, re.MULTILINE)
    if judge := shutil.which("promtool"):
        subprocess.run([judge, "check", "rules", "--lint-fatal", str(rules)], check=True, capture_output=True)
