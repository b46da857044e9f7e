"""What every search engine behind the port must do. A second engine is added to ENGINES."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.answering.sets import documents_of
from app.search.plan import QueryPlanner
from app.search.port import Cursor, SearchIndex, SimilarTo
from app.search.query import MatchedBy, SearchQuery, Sort
from app.search.synonyms import Synonyms
from app.search.whoosh_index import WhooshIndex
from tests.contract.search_documents import CORPUS, FIELDS, START, VOCABULARY, document
from tests.prepared import lexicon

if TYPE_CHECKING:
    from app.search.meaning.vectors import QuestionNearness

Engine = Callable[[Path, GermanAnalyser, QueryPlanner], SearchIndex]
Open = Callable[[], SearchIndex]


def _tantivy() -> Engine:
    pytest.importorskip("tantivy", reason="NOT RUN: Tantivy is not installed here; pip install .[tantivy]")
    engine: Engine = importlib.import_module("app.search.tantivy_index").TantivyIndex
    return engine


ENGINES: dict[str, Callable[[], Engine]] = {"whoosh": lambda: WhooshIndex, "tantivy": _tantivy}


@pytest.fixture(scope="session")
def german() -> GermanAnalyser:
    return load_analyser(lexicon())


@pytest.fixture(params=ENGINES)
def open_index(request: pytest.FixtureRequest, tmp_path: Path, german: GermanAnalyser) -> Open:
    """Opens the same index again and again, as further processes would."""
    synonyms = Synonyms({"terms": VOCABULARY, "topics": FIELDS}, german)
    planner = QueryPlanner(german, lambda: synonyms)
    engine = ENGINES[request.param]()
    return lambda: engine(tmp_path / "index", german, planner)


@pytest.fixture
def index(open_index: Open) -> SearchIndex:
    opened = open_index()
    opened.replace(CORPUS, cursor=Cursor(5))
    return opened


def found(index: SearchIndex, text: str, **query: object) -> list[str]:
    return [hit.id for hit in index.search(SearchQuery(text=text, **query)).hits]  # type: ignore[arg-type]


def near(uid: str, *, answers: bool = False) -> QuestionNearness:
    """The nearness of one record: it alone means what was asked."""
    return cast("QuestionNearness", Near(uid, answers=answers))


class Near:
    """As much of it as an engine asks for."""

    def __init__(self, uid: str, *, answers: bool = False) -> None:
        self.uid = uid
        self.answers = answers

    def standing_out(self, uids: Sequence[str], places: int, most: int) -> list[int]:
        return [place for place in documents_of(places) if uids[place] == self.uid][:most]

    def ordered(self, uids: Sequence[str], places: int, by_words: Mapping[int, float], first: int) -> dict[int, float]:
        scores = {place: by_words.get(place, 0.0) + 9 * (uids[place] == self.uid) for place in documents_of(places)}
        return {place: scores[place] for place in sorted(scores, key=lambda one: -scores[one])[:first]}

    def stands_out(self, uid: str) -> bool:
        return uid == self.uid


def test_tidying_changes_no_answer(index: SearchIndex) -> None:
    query, cursor = SearchQuery(text="Starkregen"), index.cursor()
    before = index.search(query)
    index.tidy()
    assert (index.search(query), index.cursor()) == (before, cursor)


class TestMeaning:
    def test_record_that_no_word_led_to_is_a_hit_counted_like_the_others(self, index: SearchIndex) -> None:
        query = SearchQuery(text="Starkregen")
        by_words = index.search(query)
        other = next(one for one in CORPUS if one.uid not in {hit.uid for hit in by_words.hits})
        result = index.search(query, near(other.uid))
        assert (result.hits[0].uid, result.hits[0].matched_by) == (other.uid, MatchedBy.MEANING)
        assert result.hits[0].reasons == ()
        assert result.total == by_words.total + 1
        assert [hit.uid for hit in result.hits[1:]] == [hit.uid for hit in by_words.hits]
        assert {hit.matched_by for hit in result.hits[1:]} == {MatchedBy.WORDS}

    def test_record_found_both_ways_stands_once(self, index: SearchIndex) -> None:
        query = SearchQuery(text="Starkregen")
        last = index.search(query).hits[-1]
        result = index.search(query, near(last.uid))
        assert (result.hits[0].uid, result.hits[0].matched_by) == (last.uid, MatchedBy.BOTH)
        assert result.total == index.search(query).total

    def test_filter_keeps_out_what_fits_by_its_meaning_alone(self, index: SearchIndex) -> None:
        found_by_words = {hit.uid for hit in index.search(SearchQuery(text="Starkregen")).hits}
        other = next(one for one in CORPUS if one.uid not in found_by_words)
        query = SearchQuery(text="Starkregen", filters={"art": ("no-such-kind",)})
        assert index.search(query, near(other.uid)).total == 0


class TestWhatIsNeeded:
    def test_word_that_says_what_is_to_be_done_makes_no_hit_and_is_not_missed(self, index: SearchIndex) -> None:
        assert found(index, "Wir wollen Starkregen vermeiden") == found(index, "Starkregen")
        assert not index.search(SearchQuery(text="Wir wollen Starkregen vermeiden")).relaxed

    def test_alone_it_is_searched_for_like_any_word(self, index: SearchIndex) -> None:
        index.apply([document(99, "Wie Gemeinden Fehler vermeiden")], (), cursor=Cursor(9))
        assert found(index, "vermeiden") == ["id-99"]

    @pytest.mark.parametrize(
        ("text", "label"),
        [("Stark Regen", "Starkregen"), ("mängel melder", "Mängelmelder"), ("transport public", "Nahverkehr")],
    )
    def test_label_is_known_where_it_is_written_apart_or_in_another_order(
        self, index: SearchIndex, text: str, label: str
    ) -> None:
        assert found(index, text)[0] == found(index, label)[0]

    def test_field_of_a_word_is_no_hit_where_enough_records_are_about_the_word(self, index: SearchIndex) -> None:
        topics = ("environment-water",)
        index.apply([document(90, "Streuobst", topics=topics)], (), cursor=Cursor(9))
        assert "id-90" in found(index, "Luftqualität")
        index.apply([document(n, f"Luftqualität {n}", topics=topics) for n in (91, 92, 93)], (), cursor=Cursor(10))
        assert set(found(index, "Luftqualität")) == {"id-91", "id-92", "id-93"}


class TestNaming:
    def test_all_that_was_found_is_named_beside_the_page_where_that_is_wanted(self, index: SearchIndex) -> None:
        whole = index.search(SearchQuery(text="Starkregen", size=100))
        named = index.search(SearchQuery(text="Starkregen", size=1, named=100))
        assert set(named.uids) == {hit.uid for hit in whole.hits}
        assert whole.uids == ()
        assert len(index.search(SearchQuery(named=2)).uids) == 2


class TestFinding:
    def test_a_hit_carries_the_facet_values_of_its_document(self, index: SearchIndex) -> None:
        held = {one.uid: one.facets for one in CORPUS}
        for hit in index.search(SearchQuery(text="Starkregen")).hits:
            assert dict(hit.facets) == dict(held[hit.uid])

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("Starkregen", "id-1"),
            ("starkregen warnung", "id-1"),
            ("Sturzflut", "id-1"),
            ("heavy rain", "id-1"),
            ("dial-a-ride", "id-3"),
            ("ÖPNV", "id-3"),
            ("Maengelmelder", "id-2"),
            ("Mängelmelder", "id-2"),
            ("Beleuchtung", "id-2"),
            ("Beteiligung", "id-4"),
            ("Bürgerbeteiligung", "id-4"),
            ("Was kommt nach dem Förderende?", "id-3"),
            ("Apfel Baum", "id-5"),
        ],
    )
    def test_the_right_record_comes_first(self, index: SearchIndex, text: str, first: str) -> None:
        assert found(index, text)[0] == first

    @pytest.mark.parametrize("text", ["Schaft", "Staub", "Hundesteuer", "quantum annealing"])
    def test_nothing_is_found_where_nothing_is(self, index: SearchIndex, text: str) -> None:
        result = index.search(SearchQuery(text=text))

        assert (result.total, result.hits) == (0, ())

    def test_question_words_change_nothing(self, index: SearchIndex) -> None:
        assert found(index, "Wie können wir vor Starkregen warnen?") == found(index, "Starkregen warnen")

    def test_a_title_counts_more_than_the_text(self, index: SearchIndex) -> None:
        assert found(index, "Starkregen") == ["id-1", "id-2"]

    def test_all_words_come_before_some_words(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery(text="Feuerwehr Kleinbus"))

        assert result.relaxed
        assert {hit.id for hit in result.hits} == {"id-1", "id-3"}
        assert any(reason.code == "word_missing" for reason in result.hits[0].reasons)

    def test_when_all_words_are_found_nothing_is_relaxed(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery(text="Sensoren Feuerwehr"))

        assert [hit.id for hit in result.hits] == ["id-1"]
        assert not result.relaxed

    def test_enough_records_with_all_words_do_not_hide_one_that_is_titled_so(self, index: SearchIndex) -> None:
        others = [document(n, f"Sensoren für die Feuerwehr {n}", body="Ein Rufbus fuhr nicht.") for n in range(6, 11)]
        index.apply(others, [], cursor=Cursor(6))

        result = index.search(SearchQuery(text="Rufbus Feuerwehr"))
        assert "id-3" in {hit.id for hit in result.hits}
        assert not result.relaxed

    def test_a_compound_that_stands_nowhere_is_sought_by_its_parts(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery(text="Apfelmangel"))

        assert result.hits[0].id == "id-5"
        assert [reason.code for reason in result.hits[0].reasons] == ["compound_part"]

    def test_without_words_everything_is_shown_newest_first(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery())

        assert result.total == 5
        assert [hit.id for hit in result.hits] == ["id-5", "id-4", "id-3", "id-2", "id-1"]

    @pytest.mark.parametrize("text", ["?", '"', "a AND b OR (", "*", "title:x", "\x00", "ß" * 5000, "und oder"])
    def test_no_text_is_a_syntax_error(self, index: SearchIndex, text: str) -> None:
        assert index.search(SearchQuery(text=text)).total >= 0

    def test_a_misspelt_word_is_read_as_the_nearest_and_said_so(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery(text="Mengelmelder"))

        assert result.suggestion == "Mängelmelder"
        assert [hit.id for hit in result.hits] == ["id-2"]
        assert (result.hits[0].reasons[0].code, result.hits[0].reasons[0].params["label"]) == ("typo", "Mängelmelder")

    def test_a_word_that_the_dictionary_has_is_not_read_as_another_one(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery(text="Sektoren"))

        assert (result.suggestion, result.total) == (None, 0)

    def test_what_the_vocabulary_added_is_named_in_the_language_of_the_reader(self, index: SearchIndex) -> None:
        assert index.search(SearchQuery(text="heavy rain", lang="de")).expanded == ("Starkregen",)
        assert index.search(SearchQuery(text="Starkregen", lang="en")).expanded == ()


class TestMissing:
    """A word that a query is about and that stands in no record is named; what is shown then is no answer."""

    @pytest.fixture
    def index(self, open_index: Open) -> SearchIndex:
        opened = open_index()
        titles = ("Beleuchtung am Weg", "Beleuchtung der Schule", "Beleuchtung im Wald", "Beleuchtung am Markt")
        opened.replace([*CORPUS, *(document(n, title) for n, title in enumerate(titles, 6))], cursor=Cursor(5))
        return opened

    @pytest.mark.parametrize(
        ("text", "missing"),
        [
            ("KI für die Beleuchtung", ("KI",)),
            ("ki für die beleuchtung", ("ki",)),
            ("Taubenvergrämung", ("Taubenvergrämung",)),
            ("Hallenbad Beleuchtung", ("Hallenbad",)),
            ("Beleuchtung", ()),
            ("Starkregengefahren", ()),
            ("Mengelmelder", ()),
            ("beantragen", ()),
            ("how much does lighting cost", ()),
            ("", ()),
        ],
    )
    def test_it_is_named_as_typed(self, index: SearchIndex, text: str, missing: tuple[str, ...]) -> None:
        assert index.search(SearchQuery(text=text)).missing == missing

    def test_it_is_not_said_where_a_record_means_what_was_asked(self, index: SearchIndex) -> None:
        query = SearchQuery(text="Beleuchtung KI")
        uid = CORPUS[0].uid
        assert index.search(query, near(uid)).missing == ("KI",)

        result = index.search(query, near(uid, answers=True))
        assert (result.missing, result.total, result.relaxed) == ((), 6, True)
        assert result.hits[0].uid == uid

    def test_at_most_three_are_shown_and_everything_counts_them(self, index: SearchIndex) -> None:
        assert index.search(SearchQuery(text="Beleuchtung")).total == 5

        result = index.search(SearchQuery(text="Beleuchtung KI"))
        assert (result.total, len(result.hits), result.relaxed) == (3, 3, False)
        assert all(value.count <= 3 for facet in result.facets for value in facet.values)
        again = index.search(SearchQuery(text="Beleuchtung KI", sort=Sort.TITLE))
        assert {hit.id for hit in again.hits} == {hit.id for hit in result.hits}
        assert index.search(SearchQuery(text="Beleuchtung KI", page=2)).hits == ()

    def test_filters_narrow_before_the_three_are_chosen(self, index: SearchIndex) -> None:
        every = found(index, "Beleuchtung", size=5)
        last = index.search(SearchQuery(text="Beleuchtung", size=5)).hits[-1]
        filters = {"land": tuple(last.facets["land"])}

        result = index.search(SearchQuery(text="Beleuchtung KI", filters=filters))
        assert 0 < result.total == len(result.hits) <= 3
        assert {hit.id for hit in result.hits} <= set(every)


class TestReasons:
    @pytest.mark.parametrize(
        ("text", "code", "zone"),
        [
            ("Rufbus", "word_in_title", "title"),
            ("Wartungsvertrag", "word_in_lesson", "lesson"),
            ("Kleinbus", "word_in_summary", "summary"),
            ("Musterkreis", "word_in_place", "places"),
            ("Frühwarnsystem", "compound_part", "title"),
            ("Ehrenamtskarte", "word_in_keyword", "keywords"),
            ("dial-a-ride", "synonym", "title"),
            ("Umwelt und Wasser", "word_in_topic", "topics"),
            ("environment and water", "word_in_topic", "topics"),
            ("Luftqualität", "word_in_topic", "topics"),
        ],
    )
    def test_each_word_says_where_it_stands(self, index: SearchIndex, text: str, code: str, zone: str) -> None:
        reason = index.search(SearchQuery(text=text)).hits[0].reasons[0]

        assert (reason.code, reason.params["zone"]) == (code, zone)

    def test_a_question_that_a_record_answers_is_searched_and_named(self, index: SearchIndex) -> None:
        index.apply([document(6, "Bus", questions=("Wer bezahlt die Fahrerinnen?",))], [], cursor=Cursor(6))
        hit = index.search(SearchQuery(text="Fahrerinnen")).hits[0]
        assert (hit.id, hit.reasons[0].code) == ("id-6", "word_in_question")

    def test_a_word_of_the_body_is_in_the_text(self, index: SearchIndex) -> None:
        assert index.search(SearchQuery(text="Bauhof")).hits[0].reasons[0].code == "word_in_text"

    def test_another_word_in_the_text_is_not_told_as_the_one_typed(self, index: SearchIndex) -> None:
        (reason,) = index.search(SearchQuery(text="Sturzflut")).hits[-1].reasons
        assert (reason.code, reason.params["label"]) == ("synonym", "Starkregen")

    def test_a_part_that_names_a_concept_finds_what_the_whole_compound_does_not(self, index: SearchIndex) -> None:
        assert found(index, "Starkregengefahren") == ["id-1", "id-2"]
        (reason,) = index.search(SearchQuery(text="Starkregengefahren")).hits[-1].reasons
        assert (reason.code, reason.params["label"]) == ("compound_part", "Starkregen")

    def test_words_of_another_name_that_stand_apart_are_not_told_as_it(self, index: SearchIndex) -> None:
        apart = document(7, "Gemeinsame Mittel", questions=("Who pays?",), body="Public money. Transport of goods.")
        index.apply([apart], [], cursor=Cursor(7))
        (hit,) = [hit for hit in index.search(SearchQuery(text="ÖPNV")).hits if hit.id == "id-7"]
        assert [reason.code for reason in hit.reasons] == ["word_missing"]

    def test_another_form_of_a_word_is_told_as_it_stands_there(self, index: SearchIndex) -> None:
        index.apply([document(8, "Warnung der Bevölkerung")], [], cursor=Cursor(8))
        (hit,) = [hit for hit in index.search(SearchQuery(text="warnen")).hits if hit.id == "id-8"]
        assert (hit.reasons[0].code, hit.reasons[0].params["label"]) == ("related", "Warnung")

    def test_misspelt_half_of_a_word_is_mended(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery(text="Starkrgensensoren"))
        assert result.suggestion == "Starkregensensoren"
        assert result.hits[0].id == "id-1"

    def test_the_two_best_lessons_are_named(self, index: SearchIndex) -> None:
        assert index.search(SearchQuery(text="Feuerwehr Sensoren")).hits[0].lessons[0] == "l3"
        assert len(index.search(SearchQuery(text="Feuerwehr Sensoren")).hits[0].lessons) == 2

    def test_terms_are_those_the_record_matched_by(self, index: SearchIndex, german: GermanAnalyser) -> None:
        terms = index.search(SearchQuery(text="Beteiligung")).hits[0].terms

        assert german.word("Beteiligung").term in terms


class TestFacets:
    def test_counts_are_over_all_matches(self, index: SearchIndex) -> None:
        facets = {facet.key: facet for facet in index.search(SearchQuery(size=1)).facets}

        assert {value.value: value.count for value in facets["land"].values} == {"BY": 2, "HE": 2, "HH": 1}

    def test_a_record_with_several_values_counts_for_each(self, index: SearchIndex) -> None:
        facets = {facet.key: facet for facet in index.search(SearchQuery()).facets}

        assert {value.value: value.count for value in facets["thema"].values}["administration"] == 2

    def test_a_facet_that_does_not_split_the_hits_is_left_out(self, index: SearchIndex) -> None:
        assert index.search(SearchQuery(text="Rufbus")).facets == ()

    def test_those_that_are_wanted_are_counted_in_any_case_and_alone(self, index: SearchIndex) -> None:
        (land,) = index.search(SearchQuery(text="Rufbus", counted=("land",))).facets
        assert [(value.value, value.count) for value in land.values] == [("BY", 1)]
        assert index.search(SearchQuery(counted=())).facets == ()

    def test_values_of_one_facet_are_alternatives_and_facets_narrow(self, index: SearchIndex) -> None:
        assert set(found(index, "", filters={"land": ("BY", "HH")})) == {"id-2", "id-3", "id-4"}
        assert found(index, "", filters={"land": ("BY", "HH"), "thema": ("mobility",)}) == ["id-3"]

    def test_a_selected_facet_still_shows_its_other_values(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery(filters={"land": ("BY",)}))
        land = next(facet for facet in result.facets if facet.key == "land")

        assert {value.value: (value.count, value.selected) for value in land.values} == {
            "BY": (2, True),
            "HE": (2, False),
            "HH": (1, False),
        }

    def test_an_unknown_value_or_facet_finds_nothing_and_stays_removable(self, index: SearchIndex) -> None:
        result = index.search(SearchQuery(filters={"land": ("XX",), "nonsense": ("y",)}))

        assert result.total == 0
        assert any(value.value == "XX" and value.selected for facet in result.facets for value in facet.values)


class TestOrder:
    def test_newest(self, index: SearchIndex) -> None:
        assert found(index, "", sort=Sort.NEWEST)[0] == "id-5"

    def test_confirmed(self, index: SearchIndex) -> None:
        assert found(index, "", sort="confirmed")[:2] == ["id-5", "id-3"]

    def test_title_after_din_5007(self, index: SearchIndex) -> None:
        assert found(index, "", sort="title") == ["id-5", "id-4", "id-2", "id-3", "id-1"]

    def test_pages_neither_overlap_nor_leave_gaps(self, index: SearchIndex) -> None:
        pages = [found(index, "", page=page, size=2) for page in (1, 2, 3, 4)]

        assert [one for page in pages for one in page] == found(index, "", size=10)
        assert pages[3] == []


class TestSuggestions:
    @pytest.mark.parametrize(
        ("prefix", "suggested"),
        [
            ("stark", ("Starkregen", "Starkregenfrühwarnsystem im Landkreis")),
            ("MUSTER", ("Musterkreis",)),
            ("ruf", ("Rufbus", "Rufbus auf dem Land")),
            ("rufbus auf", ("Rufbus auf dem Land",)),
            ("bäu", ("Äpfel und Bäume",)),
            ("kosten ruf", ()),
        ],
    )
    def test_topics_places_and_titles_go_on_from_the_prefix_and_no_fragments(
        self, index: SearchIndex, prefix: str, suggested: tuple[str, ...]
    ) -> None:
        assert index.suggest(prefix, 5) == suggested

    def test_questions_come_before_other_titles(self, index: SearchIndex) -> None:
        index.apply([document(6, "Wer hat einen Rufbus?")], [], cursor=Cursor(6))

        assert index.suggest("ruf", 2) == ("Rufbus", "Wer hat einen Rufbus?")

    def test_real_questions_of_records_are_offered_few_at_a_time(self, index: SearchIndex) -> None:
        asked = tuple(f"Was kostet ein Rufbus im Jahr {year}?" for year in (2021, 2022, 2023, 2024))
        index.apply([document(6, "Bus", questions=asked)], [], cursor=Cursor(6))

        assert index.suggest("was kostet", 8) == asked[:3]
        assert index.suggest("ruf", 3) == ("Rufbus", *asked[:2])

    def test_what_is_gone_is_not_suggested(self, index: SearchIndex) -> None:
        index.apply([replace(CORPUS[2], title="Anrufsammeltaxi")], ["|1"], cursor=Cursor(6))

        assert index.suggest("rufbus auf", 5) == ()
        assert index.suggest("MUSTER", 5) == ()

    @pytest.mark.parametrize("prefix", ["", "s", "   ", "zzz"])
    def test_nothing_to_go_on_from(self, index: SearchIndex, prefix: str) -> None:
        assert index.suggest(prefix, 5) == ()

    def test_limit(self, index: SearchIndex) -> None:
        assert len(index.suggest("st", 1)) == 1


class TestSimilar:
    def test_neighbours_share_words_or_topics_and_never_hold_the_record_itself(self, index: SearchIndex) -> None:
        index.apply([document(6, "Sensoren am Bach warnen die Feuerwehr vor Starkregen")], [], cursor=Cursor(6))
        like = SimilarTo(id="id-1", text="Starkregenfrühwarnsystem Sensoren Feuerwehr", facets={"thema": ("water",)})

        neighbours = [hit.id for hit in index.similar(like, 3)]
        assert neighbours[0] == "id-6"
        assert "id-1" not in neighbours

    def test_record_that_shares_nothing_or_one_common_word_has_no_neighbours(self, index: SearchIndex) -> None:
        assert index.similar(SimilarTo(id="new", text="Quittung", facets={"thema": ("water",)}), 3) == ()
        assert index.similar(SimilarTo(id="new", text="Kleinbus", facets={}), 3) == ()


class TestWriting:
    def test_a_new_index_is_empty_and_at_zero(self, open_index: Open) -> None:
        index = open_index()

        assert index.cursor() == Cursor()
        assert index.search(SearchQuery(text="Rufbus")).total == 0
        assert index.suggest("ruf", 5) == ("Rufbus",)
        assert dict(index.digests()) == {}

    def test_documents_and_cursor_come_with_the_same_commit(self, index: SearchIndex, open_index: Open) -> None:
        index.apply([document(6, "Neue Mitfahrbank")], ["|1"], cursor=Cursor(7))

        other = open_index()
        assert other.cursor() == Cursor(7)
        assert found(other, "Mitfahrbank") == ["id-6"]
        assert found(other, "Starkregen") == ["id-2"]

    def test_its_state_is_another_after_each_commit_with_the_same_cursor_too(
        self, index: SearchIndex, open_index: Open
    ) -> None:
        reading = open_index()
        states = [reading.state()]
        assert reading.state() == states[0]
        for number in range(3):
            index.apply([document(6, f"Neue Mitfahrbank {number}")], [], cursor=Cursor(6))
            states.append(reading.state())
        index.replace([document(6, "Neue Mitfahrbank")], cursor=Cursor(6))
        states.append(reading.state())
        assert len(set(states)) == len(states)

    def test_an_open_index_sees_what_another_process_wrote(self, index: SearchIndex, open_index: Open) -> None:
        reading = open_index()
        assert found(reading, "Mitfahrbank") == []

        index.apply([document(6, "Neue Mitfahrbank")], [], cursor=Cursor(6))

        assert found(reading, "Mitfahrbank") == ["id-6"]

    def test_a_new_version_takes_the_place_of_the_old(self, index: SearchIndex) -> None:
        index.apply(
            [replace(CORPUS[2], title="Anrufsammeltaxi", digest="sha256:new", lessons=())], [], cursor=Cursor(6)
        )

        assert found(index, "Anrufsammeltaxi") == ["id-3"]
        assert found(index, "Rufbus") == []
        assert dict(index.digests())["|3"] == "sha256:new"
        assert len(dict(index.digests())) == 5

    def test_applying_twice_is_harmless(self, index: SearchIndex) -> None:
        for _ in range(2):
            index.apply([document(6, "Neue Mitfahrbank")], ["|2"], cursor=Cursor(6))

        assert found(index, "Mitfahrbank") == ["id-6"]
        assert len(dict(index.digests())) == 5

    def test_a_failing_batch_leaves_everything_as_it_was(self, index: SearchIndex) -> None:
        broken = replace(document(7, "Kaputt"), facets={"art": (b"bytes",)})  # type: ignore[dict-item]

        with pytest.raises(TypeError):
            index.apply([document(6, "Neue Mitfahrbank"), broken], ["|1"], cursor=Cursor(9))

        assert index.cursor() == Cursor(5)
        assert found(index, "Mitfahrbank") == []
        assert found(index, "Starkregenfrühwarnsystem")[0] == "id-1"
        index.apply([document(6, "Neue Mitfahrbank")], [], cursor=Cursor(6))
        assert found(index, "Mitfahrbank") == ["id-6"]

    def test_replacing_all_by_nothing_forgets_all(self, index: SearchIndex) -> None:
        index.replace([], Cursor())

        assert index.cursor() == Cursor()
        assert index.search(SearchQuery()).total == 0

    def test_replace_drops_what_is_not_given(self, index: SearchIndex) -> None:
        index.replace([CORPUS[3]], cursor=Cursor(8))

        assert index.cursor() == Cursor(8)
        assert set(dict(index.digests())) == {"|4"}

    def test_one_record_from_several_nodes_is_one_hit(self, index: SearchIndex) -> None:
        foreign = replace(CORPUS[2], uid="other.example|3", origin="other.example")
        index.apply([foreign], [], cursor=Cursor(6))

        result = index.search(SearchQuery(text="Rufbus"))
        assert [(hit.id, hit.origin) for hit in result.hits] == [("id-3", "")]
        assert "other.example|3" in dict(index.digests())

    def test_one_text_under_several_identifiers_is_counted_and_paged_once(self, index: SearchIndex) -> None:
        said = [replace(document(number, f"Lastenrad {number}"), wording=f"w{number}") for number in range(20, 25)]
        copies = [
            replace(one, uid=f"{origin}|copy-{one.id}", id=f"copy-{one.id}", origin=origin, facets=facets)
            for one in said
            for origin, facets in (("a.example", {"art": ("case-study",)}), ("b.example", {"land": ("HE",)}))
        ]
        index.apply([*copies, *said], [], cursor=Cursor(6))
        pages = [index.search(SearchQuery(text="Lastenrad", page=page, size=2, named=99)) for page in (1, 2, 3, 4)]
        assert [page.total for page in pages] == [5] * 4
        assert sorted(hit.uid for page in pages for hit in page.hits) == [one.uid for one in said]
        assert set(pages[0].uids) == {one.uid for one in said}
        assert pages[0].facets == ()
        assert set(index.twins("|20")) == {"a.example|copy-id-20", "b.example|copy-id-20"}
        assert index.twins("|1") == ()
        index.apply([], [one.uid for one in said], cursor=Cursor(7))
        found = index.search(SearchQuery(text="Lastenrad"))
        assert [hit.origin for hit in found.hits] == ["a.example"] * 5
        assert found.total == 5

    def test_two_records_of_one_node_with_the_same_wording_are_both_found(self, index: SearchIndex) -> None:
        index.apply([replace(document(number, "Lastenrad"), wording="w") for number in (20, 21)], [], cursor=Cursor(6))
        assert sorted(found(index, "Lastenrad")) == ["id-20", "id-21"]

    def test_many_small_commits_answer_like_one_big_one(self, open_index: Open) -> None:
        words = ["Rufbus", "Starkregen", "Beteiligung", "Laden", "Schule", "Sensor", "Pegel", "Karte"]
        chooser = random.Random(7)
        documents = [
            document(
                number,
                " ".join(chooser.sample(words, 3)),
                facets={"land": (chooser.choice(["BY", "HE"]),)},
                published_at=START + timedelta(hours=number),
            )
            for number in range(60)
        ]
        small = open_index()
        for number, one in enumerate(documents):
            small.apply([replace(one, title="Entwurf")], [], cursor=Cursor(number))
            small.apply([one], [], cursor=Cursor(number))
        answers = [small.search(SearchQuery(text=word, size=60)) for word in words]
        small.replace(documents, cursor=Cursor(60))

        for word, before in zip(words, answers, strict=True):
            after = small.search(SearchQuery(text=word, size=60))
            assert {hit.id for hit in before.hits} == {hit.id for hit in after.hits}
            assert before.facets == after.facets
