import pytest

from app.records.vocabulary import Concept
from app.search.analysis.analyser import GermanAnalyser
from app.search.plan import NAMED_PART_BOOST, Group, MatchVia, QueryPlanner
from app.search.synonyms import NARROWER, RELATED, SAME, Synonyms
from app.search.terms import topic_term

TERMS = (
    Concept(id="transport", pref={"de": "Nahverkehr", "en": "public transport"}, alt={"de": ("ÖPNV",)}),
    Concept(id="dial-a-ride", pref={"de": "Rufbus", "en": "dial-a-ride"}, broader=("transport",), related=("bench",)),
    Concept(id="bench", pref={"de": "Mitfahrbank", "en": "ride-sharing bench"}),
)
TOPICS = (
    Concept(id="mobility", pref={"de": "Verkehr und Wege", "en": "Mobility"}, alt={"de": ("Parken", "Luftlinie")}),
)


@pytest.fixture(scope="module")
def synonyms(german: GermanAnalyser) -> Synonyms:
    return Synonyms({"terms": TERMS, "topics": TOPICS}, german)


def planned(german: GermanAnalyser, text: str, *concepts: Concept) -> tuple[Group, ...]:
    """Return the plan of a question where these are the terms."""
    return QueryPlanner(german, lambda: Synonyms({"terms": concepts}, german)).plan(text).groups


def weights(synonyms: Synonyms, german: GermanAnalyser, text: str) -> dict[str, float]:
    terms = [german.query_word(token).term for token in german.query_tokens(text)]
    return {one.label: one.weight for one in synonyms.expand(terms)}


def test_other_labels_in_all_languages_count_most(synonyms: Synonyms, german: GermanAnalyser) -> None:
    assert weights(synonyms, german, "ÖPNV")["Nahverkehr"] == SAME
    assert weights(synonyms, german, "public transport")["ÖPNV"] == SAME


def test_narrower_concepts_are_found_by_the_broader_not_vice_versa(synonyms: Synonyms, german: GermanAnalyser) -> None:
    assert weights(synonyms, german, "Nahverkehr")["Rufbus"] == NARROWER
    assert "Nahverkehr" not in weights(synonyms, german, "Rufbus")


def test_related_concepts_count_least(synonyms: Synonyms, german: GermanAnalyser) -> None:
    assert weights(synonyms, german, "Rufbus")["Mitfahrbank"] == RELATED


def test_what_belongs_to_a_field_leads_to_it_not_to_neighbours(synonyms: Synonyms, german: GermanAnalyser) -> None:
    found = synonyms.expand([german.word("Luftlinie").term])
    assert {one.terms for one in found} == {(topic_term("mobility"),)}
    assert found[0].weight == RELATED


def test_a_label_of_several_words_is_one_group_of_the_plan(synonyms: Synonyms, german: GermanAnalyser) -> None:
    plan = QueryPlanner(german, lambda: synonyms).plan("public transport Kosten")
    assert [group.text for group in plan.groups] == ["public transport", "Kosten"]
    assert "Nahverkehr" in [one.label for one in plan.groups[0].alternatives if one.via is MatchVia.SYNONYM]


def test_a_compound_is_also_found_by_the_part_that_names_a_concept(synonyms: Synonyms, german: GermanAnalyser) -> None:
    (group,) = QueryPlanner(german, lambda: synonyms).plan("Nahverkehrsplanung").groups

    alone = [one for one in group.alternatives if one.terms == (german.word("Nahverkehr").term,)]
    assert [one.boost for one in alone] == [NAMED_PART_BOOST]
    # It is no other name of the whole.
    assert "public transport" in [one.label for one in group.alternatives if one.via is MatchVia.PARTS]


def test_words_of_a_label_are_known_in_any_order(synonyms: Synonyms, german: GermanAnalyser) -> None:
    assert weights(synonyms, german, "transport public") == weights(synonyms, german, "public transport")


def test_label_that_loses_its_little_words_leads_nowhere(german: GermanAnalyser) -> None:
    village = Concept(id="village", pref={"de": "Dorf"}, alt={"de": ("auf dem Land",)})
    assert weights(Synonyms({"terms": (village,)}, german), german, "Dorf") == {}


def test_what_is_said_of_the_matter_may_be_missing(synonyms: Synonyms, german: GermanAnalyser) -> None:
    planner = QueryPlanner(german, lambda: synonyms)
    assert {one.text: one.is_optional for one in planner.plan("Rufbus einführen").groups} == {
        "Rufbus": False,
        "einführen": True,
    }
    assert [one.is_optional for one in planner.plan("Hersteller").groups] == [False]


def test_no_part_leads_to_a_field_of_action(synonyms: Synonyms, german: GermanAnalyser) -> None:
    (group,) = QueryPlanner(german, lambda: synonyms).plan("Luftlinienplanung").groups
    assert not [one for one in group.alternatives if one.via in {MatchVia.SYNONYM, MatchVia.RELATED}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Two words that make a label together are one.
        ("Miete Fahrbank", ["Miete", "Fahrbank"]),
        ("Mitfahr Bank", ["MitfahrBank"]),
        # How many people there are is not searched for.
        ("Kosten für 1.200 Leute", ["Kosten"]),
        ("Kosten bei 1200 Einwohnern", ["Kosten"]),
        ("Einwohner: 950, Kosten", ["Kosten"]),
        ("Kosten von 1.200 Sensoren", ["Kosten", "1.200", "Sensoren"]),
        ("Kosten je Einwohner", ["Kosten", "Einwohner"]),
        ("1.200 Leute", ["1.200", "Leute"]),
        # A word typed twice is asked once.
        ("Kosten Kosten kosten", ["Kosten"]),
        # Question and filler words are dropped where there are others.
        ("Was kommt nach dem Förderende?", ["Förderende"]),
        ("How can we warn of a landslide?", ["warn", "landslide"]),
        ("Wie kriegen wir die Leute dazu, die App zu nutzen?", ["App", "nutzen"]),
        ("how much does a website cost", ["website", "cost"]),
        ("KI in der Verwaltung", ["KI", "Verwaltung"]),
        ("warum", ["warum"]),
        ("Wie tun wir das?", ["tun"]),
    ],
)
def test_what_is_asked_of_a_question(synonyms: Synonyms, german: GermanAnalyser, text: str, words: list[str]) -> None:
    assert [group.text for group in QueryPlanner(german, lambda: synonyms).plan(text).groups] == words


def test_noun_and_verb_of_a_label_tell_less_than_a_name_of_one_word(german: GermanAnalyser) -> None:
    defects = Concept(id="defects", pref={"de": "Mängelmelder"}, alt={"de": ("Schäden melden", "Open Data")})
    people, reporting = planned(german, "Bürger melden Schäden", defects)
    (data,) = planned(german, "Open Data", defects)
    assert (people.text, reporting.text) == ("Bürger", "melden Schäden")
    assert [(one.via, one.loose) for one in reporting.alternatives[:2]] == [
        (MatchVia.WORD, True),
        (MatchVia.SYNONYM, False),
    ]
    assert not data.alternatives[0].loose


SHORTAGE = Concept(id="shortage", pref={"de": "Personalmangel"}, alt={"de": ("kein Personal", "keine Leute")})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("keine Kosten", ["Kosten"]),
        ("Personal", ["Personal"]),
        ("Ich brauche Personal, aber keine Software", ["Personal", "Software"]),
        ("App für Leute, keine Werbung", ["App", "Werbung"]),
        ("Wir haben kein Personal, keine Software", ["kein Personal", "Software"]),
    ],
)
def test_a_negation_belongs_to_what_follows_and_is_no_word(german: GermanAnalyser, text: str, words: list[str]) -> None:
    assert [group.text for group in planned(german, text, SHORTAGE)] == words


def test_what_is_said_to_be_missing_names_a_concept_is_looked_for_and_counts_little(german: GermanAnalyser) -> None:
    (missing,) = planned(german, "Wir haben kein Personal", SHORTAGE)
    assert "Personalmangel" in [one.label for one in missing.alternatives if not one.loose]
    _library, missing = planned(german, "Bibliothek und kein Personal", SHORTAGE)
    own, other = missing.alternatives[:2]
    assert (own.terms, own.label, own.loose) == (("personal",), "Personal", True)
    assert (other.label, other.loose) == ("Personalmangel", False)
    assert own.boost < other.boost


@pytest.mark.parametrize("text", ["Offene Daten", "offene daten"])
def test_a_noun_that_is_written_like_a_verb_is_none_in_a_label(german: GermanAnalyser, text: str) -> None:
    catalogue = Concept(id="catalogue", pref={"de": "Datenkatalog"}, alt={"de": ("Offene Daten",)})
    (data,) = planned(german, text, catalogue)
    assert not data.alternatives[0].loose


CONTINUATION = (
    Concept(id="grant", pref={"de": "Förderung"}, alt={"de": ("Zuwendung",)}),
    Concept(id="after", pref={"de": "Verstetigung"}, alt={"de": ("nach der Förderung", "Förderende", "Projektende")}),
    Concept(id="heat", pref={"de": "Wärmeplan"}, alt={"de": ("Wärmewende",)}),
)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Förderung", {"Zuwendung"}), ("Was kommt nach der Förderung?", {"Zuwendung", "Verstetigung"}),
        ("Förderende", {"Zuwendung", "Verstetigung"}), ("Projekt", set()), ("Projektende", {"Verstetigung"}),
        ("Verstetigung", set()), ("Wärmeplan", {"Wärmewende"}),
    ],
)  # fmt: skip
def test_label_with_one_term_left_is_meant_by_its_words(german: GermanAnalyser, text: str, labels: set[str]) -> None:
    (group,) = planned(german, text, *CONTINUATION)
    assert {one.label for one in group.alternatives if one.via is MatchVia.SYNONYM} == labels


def test_a_thing_told_by_what_is_done_to_it_is_named_for_those_who_compare_by_meaning(german: GermanAnalyser) -> None:
    now = [Synonyms({}, german)]
    planner = QueryPlanner(german, lambda: now[0])
    assert planner.in_one_word("Bürger melden Schäden") == "Bürger melden Schäden"

    # Terms are edited while the node runs.
    reporting = Concept(id="reporting", pref={"de": "Mängelmelder"}, alt={"de": ("Schäden melden", "Stadt Mängel")})
    now[0] = Synonyms({"terms": (reporting,)}, german)
    assert planner.in_one_word("Bürger melden Schäden") == "Mängelmelder: Bürger melden Schäden"
    assert planner.in_one_word("Schäden an der Straße") == "Schäden an der Straße"
    assert planner.in_one_word("Stadt Mängel") == "Stadt Mängel"
