import json
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.records.checks.checker import Checker, NoContentFolder, Report
from tests.unit.records import examples

TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC)

TERMS = """\
schema: vocabulary/1
id: terms
title: {de: Begriffe, en: Terms}
license: CC0-1.0
concepts:
  - id: transport
    pref: {de: Verkehrswesen, en: transport}
  - id: dial-a-ride
    pref: {de: Rufbus, en: dial-a-ride}
    broader: [transport]
"""


class Content:
    """A content folder to fill and to check."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write(
            "vocabulary/topics.yaml", (examples.ROOT / "content" / "vocabulary" / "topics.yaml").read_text("utf-8")
        )
        self.write("vocabulary/terms.yaml", TERMS)
        self.case()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def case(self, slug: str = "musterstadt-rufbus", body: str = examples.BODY, **changes: Any) -> None:
        self.write(f"case-studies/{slug}/index.md", examples.text(body, **changes))

    def check(self) -> Report:
        return Checker(examples.schemas(), lambda: TODAY).check_path(self.root)

    def found(self) -> list[tuple[str, str, str]]:
        return [(problem.file, problem.code, problem.field) for problem in self.check().problems]

    def codes(self) -> list[str]:
        return [problem.code for problem in self.check().problems]


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path / "content")


FIRST = "case-studies/musterstadt-rufbus/index.md"
OTHER = "7a1f0a52-6f6c-4d8e-9d37-0b1c2d3e4f51"


def relation(target: str) -> dict[str, Any]:
    return {"relations": [{"rel": "related", "target": target, "note": "ebenso"}]}


def test_a_faulty_field_hides_no_fault_elsewhere(content: Content) -> None:
    body = examples.BODY.replace("## Was kam heraus", "Ein Satz ohne Beleg.\n\n## Was kam heraus", 1)
    assert body != examples.BODY
    content.case(body=body, topics=["so-nicht"], phase="irgendwie", review_by="2026-02-31")
    codes = {(code, field.partition(".")[0]) for _, code, field in content.found()}
    assert {("not_allowed", "phase"), ("unknown_term", "topics"), ("no_such_day", "review_by")} <= codes
    assert ("paragraph_without_source", "body") in codes


def test_a_fault_is_told_once_and_makes_no_others(content: Content) -> None:
    content.case(lang=5, lessons=7, media=[{"file": 3}], last_confirmed=None)
    found = {field.partition(".")[0] for _, _, field in content.found()}
    assert found == {"lang", "lessons", "media", "last_confirmed"}


def test_a_sound_folder_gives_an_empty_report(content: Content) -> None:
    # Of the two terms one is used, and the other one stands above it.
    report = content.check()
    assert report.problems == ()
    assert report.records == 1
    assert report.to_text("de") == "Geprüft: 1 Einträge. Fehler: 0. Hinweise: 0."


def test_relations_must_lead_to_records(content: Content) -> None:
    content.case(**relation("solution/nirgends"))
    assert content.found() == [(FIRST, "unknown_record", "relations.0.target")]
    content.case(**relation("case-study/musterstadt-rufbus"))
    assert content.codes() == ["points_to_itself"]
    content.case(partners=[{"name": "Amt", "ref": "organisation/amt"}])
    assert content.found() == [(FIRST, "unknown_record", "partners.0.ref")]
    content.case(**relation("https://a.example/r/1"))
    assert content.codes() == []
    content.case("zweite", id=OTHER, title="Zweite")
    content.case(**relation("case-study/zweite"))
    assert content.codes() == []


def test_links_in_the_text_must_lead_somewhere(content: Content) -> None:
    def link(address: str) -> list[str]:
        content.case(body=examples.BODY.replace("Die Menschen", f"[Die Menschen]({address})"))
        return content.codes()

    assert link("case-study/nirgends") == ["unknown_record"]
    assert link("/fallstudien/nirgends") == ["unknown_record"]
    assert link("/en/fallstudien/nirgends") == ["unknown_record"]
    assert link("fehlt.odt") == ["link_leads_nowhere"]
    assert link("../x") == ["link_leads_nowhere"]
    assert link("case-study/musterstadt-rufbus#lehre-klein-anfangen") == []
    assert link("case-study/musterstadt-rufbus#lehre-nie-gelernt") == ["link_leads_nowhere"]
    assert link("https://a.example/") == []
    assert link("/ueber-uns") == []
    assert link("#lehre-klein-anfangen") == []


def test_a_reference_to_a_withdrawn_record_is_a_warning(content: Content) -> None:
    content.write(
        "case-studies/alt/index.md", f"---\nschema: withdrawn/1\nid: {OTHER}\nkind: case-study\nreason: legal\n---\n"
    )
    content.case(**relation("case-study/alt"))
    report = content.check()
    assert [problem.code for problem in report.warnings] == ["target_withdrawn"]
    assert report.errors == ()


def test_identifiers_and_names_are_given_once(content: Content) -> None:
    content.case("zweite")
    assert content.found() == [("case-studies/zweite/index.md", "duplicate_id", "id")]
    organisation = examples.ROOT / "content" / "organisations"
    source = next(iter(sorted(organisation.glob("*/index.md")))).read_text(encoding="utf-8")
    content.write("organisations/musterstadt-rufbus/index.md", source)
    assert ("organisations/musterstadt-rufbus/index.md", "duplicate_slug", "") in content.found()


def test_topics_and_funding_programmes_must_be_in_the_vocabulary(content: Content) -> None:
    content.case(topics=["mobility", "no-such-topic"])
    assert content.found() == [(FIRST, "unknown_term", "topics.1")]
    content.write(
        "vocabulary/programmes.yaml", (examples.ROOT / "content/vocabulary/programmes.yaml").read_text("utf-8")
    )
    grant = {"programme": "Region gestalten", "sources": ["bericht"]}
    content.case(funding=[{**grant, "programme_id": "region-gestalten"}, {**grant, "programme_id": "nirgends"}])
    assert content.found() == [(FIRST, "unknown_term", "funding.1.programme_id")]


def test_one_broken_file_is_reported_and_the_others_are_still_checked(content: Content) -> None:
    content.write("case-studies/kaputt/index.md", "---\na: &x 1\n---\n")
    content.case("zweite", id=OTHER, outcome="stopped")
    assert content.codes() == ["yaml_anchor", "stop_reason_missing"]


def test_what_nothing_reads_is_reported(content: Content) -> None:
    content.write("poems/x/index.md", "x")
    content.write("case-studies/leer/notiz.txt", "x")
    content.write("case-studies/notiz.txt", "x")
    content.write("case-studies/musterstadt-rufbus/bilder/a.png", "x")
    assert sorted(content.codes()) == ["folder_in_record", "no_record_here", "no_record_here", "unknown_folder"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: terms", "id: words", "not_allowed"),
        ("id: terms", "id: topics", "vocabulary_id"),
        ("broader: [transport]", "broader: [nothing]", "unknown_term"),
        ("broader: [transport]", "related: [nothing]", "unknown_term"),
        ("broader: [transport]", "broader: [dial-a-ride]", "points_to_itself"),
        ("broader: [transport]", "topic: nothing", "unknown_term"),
        ("id: transport", "id: dial-a-ride", "duplicate_value"),
        ("de: Verkehrswesen", "de: RUFBUS", "label_twice"),
        ("de: Rufbus", "de: Seilbahn", "unused_term"),
        ("en: transport}", "en: transport}\n    broader: [dial-a-ride]", "broader_circle"),
        ("id: transport", "id: transport\n    colour: red", "unknown_field"),
        ("concepts:", "concepts: &c", "yaml_anchor"),
    ],
)
def test_vocabulary_findings(content: Content, old: str, new: str, code: str) -> None:
    content.write("vocabulary/terms.yaml", TERMS.replace(old, new, 1))
    found = content.found()
    assert code in {name for _, name, _ in found}
    assert {file for file, name, _ in found if name == code} == {"vocabulary/terms.yaml"}


def test_a_part_is_checked_against_the_whole(content: Content) -> None:
    content.case(outcome="stopped", **relation("case-study/zweite"))
    content.case("zweite", id=OTHER, title="Zweite", outcome="stopped")
    checker = Checker(examples.schemas(), lambda: TODAY)
    for part in ("case-studies/zweite", "case-studies/zweite/index.md"):
        report = checker.check_path(content.root / part)
        assert [problem.file for problem in report.problems] == ["case-studies/zweite/index.md"]
    assert len(checker.check_path(content.root / "case-studies").problems) == 2
    assert checker.check_path(content.root / "vocabulary").problems == ()


def test_a_folder_without_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoContentFolder):
        Checker(examples.schemas()).check_path(tmp_path)


def test_the_report_says_where_what_and_what_to_do_in_both_languages(content: Content) -> None:
    content.case(outcome="stopped")
    line = next(n for n, text in enumerate(examples.text(outcome="stopped").split("\n"), 1) if text.startswith("---"))
    report = content.check()
    assert report.to_text("de").split("\n") == [
        f"{FIRST}:{line}: Fehler: Grund für das Ende (stop_reason): Das Vorhaben ist eingestellt, der Grund fehlt.",
        "    Ergänzen Sie stop_reason, zum Beispiel [budget].",
        "Geprüft: 1 Einträge. Fehler: 1. Hinweise: 0.",
    ]
    assert "Error: Reason for stopping (stop_reason): The project was stopped" in report.to_text("en")
    [entry] = json.loads(report.to_json("en"))["problems"]
    assert (entry["file"], entry["field"], entry["code"], entry["severity"]) == (
        FIRST, "stop_reason", "stop_reason_missing", "error",
    )  # fmt: skip
    assert entry["remedy"] == "Add stop_reason, for example [budget]."


def test_the_day_of_the_check_is_passed_in(content: Content) -> None:
    late = Checker(examples.schemas(), lambda: datetime(2030, 1, 1, tzinfo=UTC)).check_path(content.root)
    assert [problem.code for problem in late.problems] == ["review_overdue"]


def test_shipped_vocabularies_contradict_neither_themselves_nor_each_other(content: Content) -> None:
    shutil.copytree(examples.ROOT / "content" / "vocabulary", content.root / "vocabulary", dirs_exist_ok=True)
    assert content.check().errors == ()


def seconds_for(folder: Path, count: int) -> float:
    """Return the computing time that checking so many records takes."""
    sources = sorted((examples.ROOT / "content").glob("*/*/index.md"))
    for number in range(count):
        source = sources[number % len(sources)]
        target = folder / source.parent.parent.name / f"fall-{number}"
        target.mkdir(parents=True)
        shutil.copy(source, target / "index.md")
    begun = time.process_time()
    assert Checker(examples.schemas(), lambda: TODAY).check_path(folder).records == count
    return time.process_time() - begun


@pytest.mark.slow
def test_four_times_as_many_records_take_about_four_times_as_long_to_check(tmp_path: Path) -> None:
    # A ratio, so that a busy machine is no failure; comparing each record with each other would make it sixteen.
    few, many = seconds_for(tmp_path / "few", 20), seconds_for(tmp_path / "many", 80)
    assert many / few < 9
