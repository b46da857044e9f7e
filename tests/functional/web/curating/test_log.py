"""The log of the editors says what by its title, is narrowed down, and comes as a table that computes nothing."""

import csv
import io
from datetime import date

import pytest

from app.identity import RoleKind
from app.web.curating import audit_log
from app.web.factory import create_app
from app.web.identity.changes import LogForm
from app.wiring import Services
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, Seen, record_at
from tests.webnode.people import sign_in


@pytest.fixture
def operator(join: Join) -> Member:
    return join("Betrieb Beispiel", RoleKind.OPERATOR)


def rows(seen: Seen) -> list[list[str]]:
    found = seen.document.xpath("//main//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.findall("td")] for row in found]


def table(member: Member, path: str) -> list[list[str]]:
    answer = member.client.get(path)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""), strict=True))


def test_lines_name_titles_and_lead_to_their_pages(author: Member, operator: Member) -> None:
    proposal = author.proposes(summary="Ein Betreff, der hier fehlt.")
    seen = operator.open("/protokoll")
    (line,) = [row for row in rows(seen) if author.person.display_name in row[1]]
    assert line[3] == proposal.title
    assert proposal.id not in seen.words
    links = {link.text_content(): link.get("href") for link in seen.document.xpath("//main//tbody//a")}
    assert links[author.person.display_name] == f"/verwaltung/personen/{author.person.id}"
    assert operator.open(links[proposal.title]).status == 200


def test_what_is_unpublished_is_named_by_number(author: Member, curator: Member, operator: Member, join: Join) -> None:
    record = record_at(curator.services, CASE)
    new = author.proposes_new("Schildbürgerdorf: noch geheim")
    change = author.proposes(title="Schildbürgerdorf: neuer Titel")
    for proposal in (new, change):
        curator.decide(curator.open(f"/vorschlaege/{proposal.id}"), "freigeben")
    for person in (operator, join("Beides Beispiel", RoleKind.OPERATOR, RoleKind.CURATOR)):
        seen = person.open("/protokoll")
        assert "Schildbürgerdorf" not in seen.document.text_content()
        assert f"Vorschlag {new.id}" in seen.words
        assert record.title in seen.words
        assert "Schildbürgerdorf" not in person.client.get("/protokoll.csv").text
        assert new.id in person.client.get("/protokoll.csv").text


def test_log_is_narrowed_down_by_kind_person_and_time(author: Member, curator: Member, operator: Member) -> None:
    proposal = author.proposes(summary="Eingegrenzt.")
    curator.decide(curator.open(f"/vorschlaege/{proposal.id}"), "ablehnen", text="Ein vertraulicher Grund.")
    name = curator.person.display_name
    assert "Ein vertraulicher Grund." not in operator.open("/protokoll").words
    by_person = rows(operator.open(f"/protokoll?wer={name}"))
    assert [(row[1], row[2]) for row in by_person] == [(name, "hat abgelehnt")]
    assert rows(operator.open(f"/protokoll?wer={name}&art=submit")) == []
    assert rows(operator.open("/protokoll?wer=Niemand")) == []
    today = "2026-11-24"
    assert rows(operator.open(f"/protokoll?wer={name}&von={today}&bis={today}")) == by_person
    assert rows(operator.open(f"/protokoll?wer={name}&von=2026-11-25")) == []
    assert rows(operator.open(f"/protokoll?wer={name}&bis=2026-11-23")) == []
    # What nobody can ask for is left out.
    assert len(rows(operator.open("/protokoll?art=quatsch&von=gestern"))) > 1
    assert len(rows(operator.open("/protokoll?von=0001-01-01&bis=9999-12-31"))) > 1


@pytest.mark.parametrize(
    ("day", "begins"), [(date(2026, 1, 15), "2026-01-14T23:00"), (date(2026, 7, 15), "2026-07-14T22:00")]
)
def test_a_day_of_the_log_begins_at_midnight_of_the_site(services: Services, day: date, begins: str) -> None:
    with create_app(services, testing=True).test_request_context(f"/protokoll?von={day}"):
        since = LogForm.read(()).wanted.since
    assert since is not None
    assert since.isoformat(timespec="minutes") == f"{begins}+00:00"


def test_table_holds_what_the_page_shows(author: Member, operator: Member) -> None:
    author.proposes(summary="Als Tabelle.")
    name = author.person.display_name
    head, line = table(operator, f"/protokoll.csv?wer={name}")
    assert head[:3] == ["Wann", "Durch wen", "Was"]
    assert line[0].startswith("2026-11-24 ")
    assert line[1:3] == [name, "hat zur Prüfung gesendet"]
    assert line[5].startswith("https://erfahrungen.example/")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_name_that_a_spreadsheet_would_run_is_text(operator: Member, services: Services, sign: str) -> None:
    person = sign_in(operator.client.application.test_client(), (RoleKind.READER,), name=f"{sign}1+1 {sign}")
    named = {cell for row in table(operator, "/verwaltung/protokoll.csv") for cell in row}
    assert f"'{person.display_name}" in named
    assert person.display_name not in named


def test_changes_of_people_are_narrowed_down_and_come_as_a_table(author: Member, operator: Member) -> None:
    name = author.person.display_name
    found = rows(operator.open(f"/verwaltung/protokoll?wer={name}&art=joined"))
    assert [row[2] for row in found] == [name]
    assert rows(operator.open(f"/verwaltung/protokoll?wer={name}&art=revoked")) == []
    assert len(table(operator, f"/verwaltung/protokoll.csv?wer={name}&art=joined")) == 2


def test_older_lines_keep_what_was_asked_for(author: Member, operator: Member, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(audit_log, "PAGE_LINES", 1)
    name = author.person.display_name
    first, second = author.proposes(summary="Erstens."), author.proposes(summary="Zweitens.")
    assert first.id != second.id
    seen = operator.open(f"/protokoll?wer={name}&art=submit")
    (older,) = [link.get("href") for link in seen.document.xpath("//main//a") if "vor=" in link.get("href", "")]
    later = operator.open(older)
    assert len(rows(later)) == 1
    assert rows(later)[0][1] == name


def test_a_log_begins_with_the_newest_where_its_line_is_none(author: Member, operator: Member) -> None:
    author.proposes(summary="Erstens.")
    for line in ("1000001", "2147483647", "", "0", "-1", "9" * 30, "٣", "erste"):
        assert rows(operator.open(f"/protokoll?wer={author.person.display_name}&art=submit&vor={line}")), line
