import json
from dataclasses import replace
from typing import Any

import pytest

from app.records.five_lines import FiveLines, FiveLinesReader, Inhabitants, LineCode, LineWords, ShortLine
from app.records.record import Municipality, Record
from app.records.record_reader import RecordReader
from tests.unit.records import examples

_SOURCE = {"key": "q", "title": "Q", "publisher": "P", "self_reported": True}
_BODY = "## Was die Lösung kann {#description}\n\nViel.[^q]\n\n## So kommen Sie daran {#reuse}\n\nLeicht.[^q]\n"
_KEPT = ("id", "lang", "topics", "license", "compiled_by", "last_confirmed", "review_by", "title", "summary")
_ROUTE = {
    "route": "tender", "provider": {"name": "P"}, "eligible": {"note": "alle"}, "status": "available",
    "lead_time_days": 60,
}  # fmt: skip
_SOLUTION: dict[str, Any] = {
    **{key: examples.FRONT[key] for key in _KEPT}, "schema": "solution/1", "kind": "solution", "sources": [_SOURCE],
    "features": [{"text": "x", "sources": ["q"]}], "solution_type": "software", "openness": "open_source",
    "hosting": ["municipal_it"], "productisation": "documented",
    "maintainer": {"type": "unknown", "until": "unknown", "sources": ["q"]},
    "reuse_routes": [{**_ROUTE, "last_checked": "2026-10-15", "sources": ["q"]}], "evidence_level": 1,
}  # fmt: skip
PLACES = {"Nirgendwo": Inhabitants(12_345, "2018-12-31"), "Musterdorf": Inhabitants(900)}
PART = {"amount": 14900, "currency": "EUR", "date": "2023", "basis": "measured", "what": "App", "sources": ["bericht"]}
COST = {**PART, "covers": "all"}
ELSE = {**PART, "covers": "something_else"}
ONCE, MONTHLY = {**COST, "kind": "one_time"}, {**COST, "kind": "monthly", "amount": 400}
FRANCS = {"amount": 15_000, "currency": "CHF"}
TOWN = examples.FRONT["municipalities"][0]
COUNTED = {**TOWN, "population": 1000, "population_as_of": "2023"}
GRANT = {"programme": "Land", "sources": ["bericht"]}
ALL = {"covers": "all"}
PARTLY = {"programme": "Bund", "amount": 9_000_000, "currency": "EUR", "sources": ["bericht"]}
WHOLE = {**PARTLY, **ALL, "approx": "about"}


def known(town: Municipality) -> Inhabitants | None:
    return PLACES.get(town.name)


READ = FiveLinesReader(known, dict[str, Record]().get)
"""Where no other record is known."""


def solution(**changes: Any) -> Record:
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in {**_SOLUTION, **changes}.items()]
    return RecordReader(examples.schemas()).read("solutions/x", "---\n" + "\n".join(lines) + f"\n---\n{_BODY}")


def of_solution(code: LineCode, **changes: Any) -> str:
    lines = LineWords(examples.schemas(), "de").lines(READ(solution(**changes)))
    return next(line for line in lines if line.code == code).plain.replace("\u00a0", " ").partition(": ")[2]


def five_lines(organisations: dict[str, Record] | None = None, **changes: Any) -> FiveLines:
    return FiveLinesReader(known, (organisations or {}).get)(examples.record(**changes))


def said(code: LineCode, lang: str = "de", **changes: Any) -> str:
    lines = LineWords(examples.schemas(), lang).lines(five_lines(**changes))
    return next(line for line in lines if line.code == code).plain.replace("\u00a0", " ").partition(": ")[2]


def cost(*entries: dict[str, Any], lang: str = "de", **changes: Any) -> str:
    return said(LineCode.COST, lang, costs=list(entries), **changes)


def test_all_five_lines_stand_in_their_order_and_say_what_is_not_known() -> None:
    lines = LineWords(examples.schemas(), "de").lines(five_lines(period={"start": "unknown"}))
    assert [line.label for line in lines] == ["Ergebnis", "Kosten", "Dauer", "Größe", "Ansprechstelle"]
    assert [line.text for line in lines if not line.is_known] == ["nicht bekannt"] * 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Hat funktioniert. Der Bus fährt seit 2020 ohne Pause."),
        ({"outcome_note": {"text": "hat funktioniert: er fährt", "sources": []}}, "Hat funktioniert. Er fährt"),
        ({"outcome": "unknown"}, "Ausgang nicht bekannt. Der Bus fährt seit 2020 ohne Pause."),
        (
            {"outcome": "stopped", "stop_reason": ["budget"], "period": {"start": "2019", "end": "2023-05"}},
            "Eingestellt 2023. Der Bus fährt seit 2020 ohne Pause.",
        ),
    ],
)
def test_the_verdict_stands_before_its_sentence(changes: dict[str, Any], words: str) -> None:
    assert said(LineCode.OUTCOME, **changes) == words


SEVERAL = "mehrere Angaben, siehe „Kosten und Finanzierung“"
ELSEWHERE = "Summe nicht bekannt (Beträge zu anderem unter „Kosten und Finanzierung“)"
TOTAL = {**COST, "kind": "total", "amount": 30_000, "amount_to": 40_000}
SWITCH = {**PART, "kind": "one_time", "what": "Umstellung"}
RUNNING = {**PART, "kind": "annual", "what": "Betrieb", "amount": 400}


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([{**COST, "kind": "total", "amount": 1_000_000, "approx": "nearly"}], "knapp 1 Mio. € insgesamt (Stand 2023)"),
        ([{**COST, "kind": "budget", "amount": 750_000}], "geplant: 750.000 € (Stand 2023)"),
        ([ONCE, {**COST, "kind": "budget", "amount": 750_000}], "14.900 € einmalig (Stand 2023)"),
        (
            [TOTAL, {**TOTAL, "amount": 35_000, "amount_to": 36_000, "date": "unknown"}],
            "30.000 € bis 40.000 € je nach Quelle insgesamt (Stand 2023, teils ohne Jahr)",
        ),
        (
            [ONCE, {**ONCE, **FRANCS}, {**ONCE, "amount": 18_000}],
            "14.900 € bis 18.000 € oder 15.000 CHF je nach Quelle einmalig (Stand 2023)",
        ),
        ([{**ONCE, **FRANCS}, MONTHLY], "15.000 CHF einmalig + 400 € im Monat (Stand 2023)"),
        ([MONTHLY, {**MONTHLY, "amount": 500}], SEVERAL),
        ([SWITCH, RUNNING], "Umstellung: 14.900 €; Betrieb: 400 € im Jahr (Stand 2023)"),
        (
            [{**SWITCH, "date": "2003"}, {**RUNNING, "basis": "budgeted", "date": "unknown"}],
            "Umstellung: 14.900 € (2003); Betrieb: 400 € im Jahr geplant (ohne Jahr)",
        ),
        ([RUNNING, ONCE], "14.900 € einmalig (Stand 2023)"),
        ([SWITCH] * 4, SEVERAL),
        ([{**SWITCH, "what": "x" * 61}], SEVERAL),
        ([{**ELSE, "kind": "total"}], ELSEWHERE),
        ([{**ELSE, "kind": "one_time"}, {**PART, "kind": "total"}], "App: 14.900 € (Stand 2023)"),
        *(([{**COST, "kind": kind}], ELSEWHERE) for kind in ("per_use", "other")),
    ],
)
def test_a_cost_line_tells_the_whole_from_parts_and_plans(entries: list[dict[str, Any]], words: str) -> None:
    assert cost(*entries) == words


class TestCosts:
    def test_once_and_running_stand_apart_with_what_they_come_to_in_five_years(self) -> None:
        assert cost(ONCE, MONTHLY) == ("14.900 € einmalig + 400 € im Monat, rund 38.900 € in fünf Jahren (Stand 2023)")
        assert cost(ONCE, MONTHLY, lang="en") == (
            "€14,900 once + €400 a month, about €38,900 in five years (as of 2023)"
        )

    def test_english_words_follow_english_order(self) -> None:
        assert cost({**TOTAL, "approx": "nearly"}, TOTAL, lang="en").startswith("nearly €30,000 to")
        assert "CHF15,000, depending on the source, once" in cost(ONCE, {**ONCE, **FRANCS}, lang="en")

    def test_a_part_is_told_of_nobody_and_of_no_time(self) -> None:
        found = cost({**PART, "kind": "annual"}, municipalities=[COUNTED], funding=[{**GRANT, **ALL, "share": 90}])
        assert found == "App: 14.900 € im Jahr (Stand 2023)"

    @pytest.mark.parametrize(
        ("grant", "words"),
        [
            ({**ALL, "share": 90}, "zu 90 % gefördert · Stand 2023"),
            ({**ALL, "amount": 7450, "currency": "EUR"}, "zu 50 % gefördert · Stand 2023"),
            ({**ALL, "amount": 99_000, "currency": "EUR"}, "Stand 2023"),
            (ALL, "Stand 2023"),
            ({"share": 90}, "Stand 2023"),
        ],
    )
    def test_the_share_of_a_grant_is_told_where_it_is_known(self, grant: dict[str, Any], words: str) -> None:
        assert cost(ONCE, funding=[{**GRANT, **grant}]) == f"14.900 € einmalig ({words})"

    @pytest.mark.parametrize(
        ("grants", "words"),
        [
            ([WHOLE], "Förderung: rund 9 Mio. € (Summe nicht bekannt)"),
            ([PARTLY], "Förderung für einen Teil: 9 Mio. € (Summe nicht bekannt)"),
            ([PARTLY] * 4, "Förderung für Teile: 9 Mio. € + 9 Mio. € + 2 weitere (Summe nicht bekannt)"),
            ([PARTLY, WHOLE], "Förderung: rund 9 Mio. € (Summe nicht bekannt)"),
            ([{**WHOLE, "covers": "something_else"}], ELSEWHERE),
        ],
    )
    def test_a_grant_alone_is_told_as_a_grant_and_no_cost(self, grants: list[dict[str, Any]], words: str) -> None:
        assert cost(funding=grants) == words

    def test_each_inhabitant_of_the_only_leading_municipality_pays_a_share(self) -> None:
        assert "rund 15 € je Einwohner ·" in cost(ONCE, municipalities=[COUNTED])
        assert "rund 4,80 € je Einwohner und Jahr" in cost(MONTHLY, municipalities=[COUNTED])
        assert "je Einwohner" not in cost(ONCE, municipalities=[COUNTED, {**COUNTED, "name": "Zweite"}])

    def test_a_share_names_the_municipality_where_that_does_not_stand_beside_it(self) -> None:
        found = LineWords(examples.schemas(), "de").cost(five_lines(costs=[ONCE], municipalities=[COUNTED]), named=True)
        assert found.note.replace("\u00a0", " ") == "Probebach: rund 15 € je Einwohner · Stand 2023"

    def test_nobody_is_told_a_share_of_what_others_paid_too(self) -> None:
        district = {**COUNTED, "kind": "district", "ars": "06631"}
        partner = {**TOWN, "name": "Zweite", "role": "partner"}
        inside, outside = {**partner, "ars": "06631006"}, {**partner, "ars": "06632006"}
        assert "rund 15 € je Einwohner ·" in cost(ONCE, municipalities=[district, inside])
        assert "je Einwohner" not in cost(ONCE, municipalities=[district, inside, outside])
        assert "je Einwohner" not in cost(ONCE, municipalities=[district, partner])

    @pytest.mark.parametrize("bound", [{"approx": "up_to"}, {"approx": "at_least"}, {"amount_to": 30_000}])
    def test_no_share_and_no_multiple_is_worked_out_of_a_bound_or_a_range(self, bound: dict[str, Any]) -> None:
        found = cost({**ONCE, **bound}, MONTHLY, municipalities=[COUNTED])
        assert "je Einwohner" not in found
        assert "fünf Jahren" not in found

    def test_who_states_a_price_and_what_it_hangs_on_stand_beside_the_amount(self) -> None:
        note = "nach einer Eingabe, gestaffelt nach Einwohnerzahl"
        planned = {**ONCE, "kind": "budget", "note": "nur ein Ansatz"}
        prices = [{**entry, "note": note, "sources": ["q"]} for entry in (ONCE, MONTHLY)]
        costs = [*prices, {**planned, "sources": ["q"]}]
        assert of_solution(LineCode.COST, costs=costs).endswith(f"in fünf Jahren (Stand 2023 · {note})")

    @pytest.mark.parametrize(
        ("price", "words"),
        [
            (
                {"model": "flat", "setup": 100, "annual": 12},
                "100 € einmalig + 12 € im Jahr, rund 160 € in fünf Jahren (ohne Jahr)",
            ),
            (
                {"model": "flat", "annual": 12, "per": "Gemeinde, nach einem Angebot"},
                "12 € im Jahr, rund 60 € in fünf Jahren (ohne Jahr · Gemeinde, nach einem Angebot)",
            ),
            ({"model": "on_request"}, "Auf Anfrage"),
            ({"model": "unknown"}, "nicht bekannt"),
        ],
    )
    def test_a_solution_without_costs_has_those_of_its_price(self, price: dict[str, Any], words: str) -> None:
        assert of_solution(LineCode.COST, price=price) == words


OVER = {"start": "2022-06", "end": "2024-04"}


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (OVER, "Juni 2022 bis April 2024, 22 Monate"),
        ({"start": "2022-12-12", "end": "2024-12-31"}, "12. Dezember 2022 bis 31. Dezember 2024, 25 Monate"),
        ({"start": "2021", "end": "2019"}, "2021 bis 2019"),
        ({"start": "2019-09"}, "seit September 2019"),
        ({"start": "2019-09", "end": "unknown"}, "seit September 2019 (Ende nicht bekannt)"),
        ({"start": "2024", "end": "2029"}, "2024 bis 2029, rund 5 Jahre (Ende geplant)"),
        ({"start": "2022-02", "end": "2022-02"}, "Februar 2022"),
    ],
)
def test_a_duration_names_both_ends_and_its_length(period: dict[str, str], words: str) -> None:
    assert said(LineCode.DURATION, period=period, phase="ended") == words


@pytest.mark.parametrize(
    ("phase", "lang", "period", "words"),
    [
        ("operation", "de", OVER, "Juni 2022 bis April 2024, 22 Monate, seitdem in Betrieb"),
        ("operation", "de", {**OVER, "end": "2029"}, "Juni 2022 bis 2029, rund 7 Jahre (Ende geplant)"),
        ("concept", "de", {"start": "2016"}, "in Planung seit 2016"),
        ("idea", "en", {"start": "2016"}, "being planned since 2016"),
    ],
)
def test_what_is_in_use_or_planned_is_not_ended(phase: str, lang: str, period: dict[str, str], words: str) -> None:
    assert said(LineCode.DURATION, lang, period=period, phase=phase) == words


@pytest.mark.parametrize(
    ("towns", "words"),
    [
        ([{**TOWN, "population": 18_000, "population_as_of": "2023"}], "18.000 Einw. (Stand 2023)"),
        ([{**TOWN, "name": "Nirgendwo"}], "12.345 Einw. (laut Ortsliste, 2018)"),
        ([{**TOWN, "name": "Musterdorf"}], "900 Einw. (laut Ortsliste, ohne Jahr)"),
    ],
)
def test_size_is_that_of_the_leading_municipality(towns: list[dict[str, Any]], words: str) -> None:
    assert said(LineCode.SIZE, municipalities=towns) == f"kreisangehörige Stadt, {words}"


class TestContact:
    def test_an_office_that_answers_comes_first(self) -> None:
        office = {"role": "Bauamt", "mailbox": "bauamt@musterstadt.example", "phone": "0123 456"}
        town = {**TOWN, "url": "https://www.musterstadt.example/"}
        found = five_lines(contact=office, municipalities=[town])
        assert found.contact.mailbox == "bauamt@musterstadt.example"
        assert said(LineCode.CONTACT, contact=office) == "Bauamt (bauamt@musterstadt.example · 0123 456)"

    def test_else_the_official_site_of_the_municipality(self) -> None:
        town = {**TOWN, "url": "https://www.musterstadt.example/"}
        assert said(LineCode.CONTACT, municipalities=[town]) == "Probebach (musterstadt.example)"

    def test_of_a_solution_the_provider_answers_by_its_profile(self) -> None:
        body = {"name": "Verbund", "ref": "organisation/verbund"}
        record = solution(sales_role={"org": body, "sources": ["q"]})
        profile = replace(examples.record(), data={"website": "https://verbund.example/app"})
        found = FiveLinesReader(known, {"organisation/verbund": profile}.get)(record).contact
        assert (found.name, found.url) == ("Verbund", "https://verbund.example/app")
        assert not READ(record).contact.is_known


def test_of_a_solution_stage_lead_time_and_users_are_told() -> None:
    users = [
        {"text": "x", "value": number, "unit": "Städte", "date": f"20{number}", "sources": ["q"]} for number in (20, 24)
    ]
    assert of_solution(LineCode.OUTCOME) == "Dokumentiert"
    assert of_solution(LineCode.DURATION) == "Bezug in 60 Tagen"
    assert of_solution(LineCode.SIZE, users=users) == "24 Städte (Stand 2024)"


def test_the_words_of_the_record_are_told_from_those_of_the_site() -> None:
    users = [{"text": "x", "value": 24, "unit": "Orte", "date": "2024", "sources": ["q"]}]
    found = READ(solution(users=users))
    assert own(LineWords(examples.schemas(), "en").size(found.size)) == ["Orte"]
    words = LineWords(examples.schemas(), "en")
    assert own(words.cost(five_lines(costs=[{**PART, "kind": "one_time", "what": "once"}]))) == ["once"]
    assert own(words.cost(five_lines(costs=[{**ONCE, "note": "laut Angebot"}]))) == ["laut Angebot"]
    assert own(words.outcome(five_lines())) == [five_lines().note]


def own(line: ShortLine) -> list[str]:
    pieces = [*line.pieces(line.text), *line.pieces(line.note)]
    assert "".join(piece for piece, _own in pieces) == line.text + line.note
    return [piece for piece, is_own in pieces if is_own]


def test_a_solution_begins_with_its_maturity_and_is_not_asked_how_long_it_takes() -> None:
    routes = [{key: value for key, value in _SOLUTION["reuse_routes"][0].items() if key != "lead_time_days"}]
    lines = LineWords(examples.schemas(), "de").lines(READ(solution(reuse_routes=routes)))
    assert [line.code for line in lines] == [LineCode.OUTCOME, LineCode.COST, LineCode.SIZE, LineCode.CONTACT]
    assert lines[0].label == "Reife"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Gemeinsam getragenes Produkt. Wer es betreibt und pflegt, ist nicht bekannt"),
        (
            {"operator": [{"org": {"name": "X"}, "sources": ["q"]}]},
            "Gemeinsam getragenes Produkt. Wer es pflegt, ist nicht bekannt",
        ),
        (
            {"maintainer": {"type": "community", "until": "unknown", "sources": ["q"]}},
            "Gemeinsam getragenes Produkt. Betrieb nicht belegt",
        ),
        ({"productisation": "packaged"}, "Verpackt und installierbar"),
    ],
)
def test_a_product_that_nobody_is_known_to_run_says_so(changes: dict[str, Any], words: str) -> None:
    role = {"org": {"name": "X"}, "sources": ["q"]}
    product = {
        "productisation": "shared_product", "product_owner": {"name": "X", "sources": ["q"]},
        "legal_role": {**role, "rights_held": "unknown"}, "sales_role": role,
    }  # fmt: skip
    assert of_solution(LineCode.OUTCOME, **{**product, **changes}) == words
    found = READ(solution(**{**product, **changes}))
    note = LineWords(examples.schemas(), "en").outcome(found).note
    assert note == note[:1].upper() + note[1:], "it stands as a sentence of its own"


STOPPED = {"outcome": "stopped", "stop_reason": ["demand", "budget"]}


def test_what_was_stopped_does_not_go_on_where_nobody_knows_when_it_ended() -> None:
    changes: dict[str, Any] = {**STOPPED, "period": {"start": "2022-10", "end": "unknown"}}
    assert said(LineCode.DURATION, **changes) == "begonnen Oktober 2022, beendet, Zeitpunkt nicht bekannt"
    assert said(LineCode.DURATION, "en", **changes) == "begun October 2022, ended, date not known"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        (
            {"period": {"start": "2019", "end": "2023-05"}, **STOPPED, "stop_reason": ["budget"]},
            "Eingestellt 2023, Grund: Geld",
        ),
        (
            {"period": {"start": "2019"}, **STOPPED},
            "Eingestellt, Zeitpunkt nicht bekannt, Gründe: zu wenig Nachfrage, Geld",
        ),
        ({"period": {"start": "2019"}, "outcome": "stopped"}, "Eingestellt, Zeitpunkt nicht bekannt"),
    ],
)
def test_an_ending_says_when_and_why(changes: dict[str, Any], words: str) -> None:
    assert LineWords(examples.schemas(), "de").ending(five_lines(**changes)) == words
    english = LineWords(examples.schemas(), "en")
    stopped: dict[str, Any] = {**STOPPED, "period": {"start": "2019", "end": "2023-05"}}
    assert english.ending(five_lines(**stopped)) == "Stopped in 2023, reasons: too little demand, money"


def test_what_is_read_while_other_records_change_does_not_stand_afterwards() -> None:
    record, stamp, asked = examples.record(), [1], list[int]()

    def known(_town: object) -> Inhabitants:
        asked.append(stamp[0])
        if len(asked) == 1:
            # Another thread reads the same after a change, while this one is not done yet.
            stamp[0] = 2
            assert read(record).size.population == 1002
            return Inhabitants(1001)
        return Inhabitants(1000 + stamp[0])

    read = FiveLinesReader(known, dict[str, Record]().get, lambda: stamp[0])
    assert read(record).size.population == 1001
    assert read(record).size.population == 1002
