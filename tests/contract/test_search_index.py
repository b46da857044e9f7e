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

if TYPE_CHECKING:
    from app.search.meaning.vectors import QuestionNearness

Engine = Callable[[Path, GermanAnalyser, QueryPlanner], SearchIndex]
Open = Callable[[], SearchIndex]


def _tantivy() -> Engine:
    pytest.importorskip("tantivy", reason="NOT RUN: Tantivy is not installed here; pip install .[tantivy]")
    engine: Engine = importlib.import_module("app.search.tantivy_index").TantivyIndex
    return engine


ENGINES: dict[str, Callable[[], Engine]] = {"whoosh": lambda: WhooshIndex, "tantivy": _tantivy}


@pytest.fixture(scope="module")
def german() -> GermanAnalyser:
    return load_analyser()


@pytest.fixture(scope="module", params=ENGINES)
def open_at(request: pytest.FixtureRequest, german: GermanAnalyser) -> Callable[[Path], SearchIndex]:
    """Opens the index in a folder; again and again the same one, as further processes would."""
    synonyms = Synonyms({"terms": VOCABULARY, "topics": FIELDS}, german)
    planner = QueryPlanner(german, lambda: synonyms)
    engine = ENGINES[request.param]()
    return lambda folder: engine(folder / "index", german, planner)


@pytest.fixture(scope="module")
def held(open_at: Callable[[Path], SearchIndex], tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """An index of the corpus, which no test changes."""
    opened = open_at(tmp_path_factory.mktemp("held"))
    opened.replace(CORPUS, cursor=Cursor(5))
    return opened


@pytest.fixture
def open_index(open_at: Callable[[Path], SearchIndex], tmp_path: Path) -> Open:
    return lambda: open_at(tmp_path)


@pytest.fixture
def index(open_index: Open) -> SearchIndex:
    """An index of the corpus of a test that changes it."""
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
        self.highest = 0.0

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
    def test_record_that_no_word_led_to_is_a_hit_counted_like_the_others(self, held: SearchIndex) -> None:
        query = SearchQuery(text="Starkregen")
        by_words = held.search(query)
        other = next(one for one in CORPUS if one.uid not in {hit.uid for hit in by_words.hits})
        result = held.search(query, near(other.uid))
        assert (result.hits[0].uid, result.hits[0].matched_by) == (other.uid, MatchedBy.MEANING)
        assert result.hits[0].reasons == ()
        assert result.total == by_words.total + 1
        assert [hit.uid for hit in result.hits[1:]] == [hit.uid for hit in by_words.hits]
        assert {hit.matched_by for hit in result.hits[1:]} == {MatchedBy.WORDS}

    def test_record_found_both_ways_stands_once(self, held: SearchIndex) -> None:
        query = SearchQuery(text="Starkregen")
        last = held.search(query).hits[-1]
        result = held.search(query, near(last.uid))
        assert (result.hits[0].uid, result.hits[0].matched_by) == (last.uid, MatchedBy.BOTH)
        assert result.total == held.search(query).total

    def test_filter_keeps_out_what_fits_by_its_meaning_alone(self, held: SearchIndex) -> None:
        found_by_words = {hit.uid for hit in held.search(SearchQuery(text="Starkregen")).hits}
        other = next(one for one in CORPUS if one.uid not in found_by_words)
        query = SearchQuery(text="Starkregen", filters={"art": ("no-such-kind",)})
        assert held.search(query, near(other.uid)).total == 0


class TestWhatIsNeeded:
    def test_word_that_says_what_is_to_be_done_makes_no_hit_and_is_not_missed(self, held: SearchIndex) -> None:
        assert found(held, "Wir wollen Starkregen vermeiden") == found(held, "Starkregen")
        assert not held.search(SearchQuery(text="Wir wollen Starkregen vermeiden")).relaxed

    def test_alone_it_is_searched_for_like_any_word(self, index: SearchIndex) -> None:
        index.apply([document(99, "Wie Gemeinden Fehler vermeiden")], (), cursor=Cursor(9))
        assert found(index, "vermeiden") == ["id-99"]

    @pytest.mark.parametrize(
        ("text", "label"),
        [("Stark Regen", "Starkregen"), ("mängel melder", "Mängelmelder"), ("transport public", "Nahverkehr")],
    )
    def test_label_is_known_written_apart_or_in_another_order(self, held: SearchIndex, text: str, label: str) -> None:
        assert found(held, text)[0] == found(held, label)[0]

    def test_field_of_a_word_is_no_hit_where_enough_records_are_about_the_word(self, index: SearchIndex) -> None:
        topics = ("environment-water",)
        index.apply([document(90, "Streuobst", topics=topics)], (), cursor=Cursor(9))
        assert "id-90" in found(index, "Luftqualität")
        index.apply([document(n, f"Luftqualität {n}", topics=topics) for n in (91, 92, 93)], (), cursor=Cursor(10))
        assert set(found(index, "Luftqualität")) == {"id-91", "id-92", "id-93"}


class TestFinding:
    def test_a_hit_carries_its_document_s_facet_values_and_all_are_named_where_wanted(self, held: SearchIndex) -> None:
        facets = {one.uid: dict(one.facets) for one in CORPUS}
        whole = held.search(SearchQuery(text="Starkregen", size=100))
        assert {hit.uid: dict(hit.facets) for hit in whole.hits} == {hit.uid: facets[hit.uid] for hit in whole.hits}
        assert whole.uids == ()
        assert set(held.search(SearchQuery(text="Starkregen", size=1, named=100)).uids) == {h.uid for h in whole.hits}
        assert len(held.search(SearchQuery(named=2)).uids) == 2

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("Starkregen", "id-1"), ("starkregen warnung", "id-1"), ("Sturzflut", "id-1"), ("heavy rain", "id-1"),
            ("dial-a-ride", "id-3"), ("ÖPNV", "id-3"), ("Maengelmelder", "id-2"), ("Mängelmelder", "id-2"),
            ("Beleuchtung", "id-2"), ("Beteiligung", "id-4"), ("Bürgerbeteiligung", "id-4"),
            ("Was kommt nach dem Förderende?", "id-3"), ("Apfel Baum", "id-5"),
        ],
    )  # fmt: skip
    def test_the_right_record_comes_first(self, held: SearchIndex, text: str, first: str) -> None:
        assert found(held, text)[0] == first

    @pytest.mark.parametrize("text", ["Schaft", "Staub", "Hundesteuer", "quantum annealing"])
    def test_nothing_is_found_where_nothing_is(self, held: SearchIndex, text: str) -> None:
        result = held.search(SearchQuery(text=text))
        assert (result.total, result.hits) == (0, ())

    def test_question_words_change_nothing_and_a_title_counts_more_than_the_text(self, held: SearchIndex) -> None:
        assert found(held, "Wie können wir vor Starkregen warnen?") == found(held, "Starkregen warnen")
        assert found(held, "Starkregen") == ["id-1", "id-2"]

    def test_all_words_come_before_some_words(self, held: SearchIndex) -> None:
        result = held.search(SearchQuery(text="Feuerwehr Kleinbus"))
        assert result.relaxed
        assert {hit.id for hit in result.hits} == {"id-1", "id-3"}
        assert any(reason.code == "word_missing" for reason in result.hits[0].reasons)
        result = held.search(SearchQuery(text="Sensoren Feuerwehr"))
        assert [hit.id for hit in result.hits] == ["id-1"]
        assert not result.relaxed

    def test_enough_records_with_all_words_do_not_hide_one_that_is_titled_so(self, index: SearchIndex) -> None:
        others = [document(n, f"Sensoren für die Feuerwehr {n}", body="Ein Rufbus fuhr nicht.") for n in range(6, 11)]
        index.apply(others, [], cursor=Cursor(6))
        result = index.search(SearchQuery(text="Rufbus Feuerwehr"))
        assert "id-3" in {hit.id for hit in result.hits}
        assert not result.relaxed

    def test_a_compound_that_stands_nowhere_is_sought_by_its_parts(self, held: SearchIndex) -> None:
        result = held.search(SearchQuery(text="Apfelmangel"))
        assert result.hits[0].id == "id-5"
        assert [reason.code for reason in result.hits[0].reasons] == ["compound_part"]

    @pytest.mark.parametrize("text", ["?", '"', "a AND b OR (", "*", "title:x", "\x00", "ß" * 5000, "und oder"])
    def test_no_text_is_a_syntax_error(self, held: SearchIndex, text: str) -> None:
        assert held.search(SearchQuery(text=text)).total >= 0

    def test_a_misspelt_word_is_read_as_the_nearest_and_said_so(self, held: SearchIndex) -> None:
        result = held.search(SearchQuery(text="Mengelmelder"))
        assert result.suggestion == "Mängelmelder"
        assert [hit.id for hit in result.hits] == ["id-2"]
        assert (result.hits[0].reasons[0].code, result.hits[0].reasons[0].params["label"]) == ("typo", "Mängelmelder")
        result = held.search(SearchQuery(text="Starkrgensensoren"))
        assert (result.suggestion, result.hits[0].id) == ("Starkregensensoren", "id-1"), "a half of it is misspelt"
        result = held.search(SearchQuery(text="Sektoren"))
        assert (result.suggestion, result.total) == (None, 0), "the dictionary has it"

    def test_what_the_vocabulary_added_is_named_in_the_language_of_the_reader(self, held: SearchIndex) -> None:
        assert held.search(SearchQuery(text="heavy rain", lang="de")).expanded == ("Starkregen",)
        assert held.search(SearchQuery(text="Starkregen", lang="en")).expanded == ()


@pytest.fixture(scope="module")
def lighting(open_at: Callable[[Path], SearchIndex], tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """An index with more of one subject, which no test changes."""
    opened = open_at(tmp_path_factory.mktemp("lighting"))
    titles = ("Beleuchtung am Weg", "Beleuchtung der Schule", "Beleuchtung im Wald", "Beleuchtung am Markt")
    opened.replace([*CORPUS, *(document(n, title) for n, title in enumerate(titles, 6))], cursor=Cursor(5))
    return opened


class TestMissing:
    """A word that a query is about and that stands in no record is named; what is shown then is no answer."""

    @pytest.fixture
    def held(self, lighting: SearchIndex) -> SearchIndex:
        return lighting

    @pytest.mark.parametrize(
        ("text", "missing"),
        [
            ("KI für die Beleuchtung", ("KI",)), ("ki für die beleuchtung", ("ki",)),
            ("Taubenvergrämung", ("Taubenvergrämung",)), ("Hallenbad Beleuchtung", ("Hallenbad",)),
            ("Beleuchtung", ()), ("Starkregengefahren", ()), ("Mengelmelder", ()), ("beantragen", ()),
            ("how much does lighting cost", ()), ("", ()),
        ],
    )  # fmt: skip
    def test_it_is_named_as_typed(self, held: SearchIndex, text: str, missing: tuple[str, ...]) -> None:
        assert held.search(SearchQuery(text=text)).missing == missing

    def test_it_is_not_said_where_a_record_means_what_was_asked(self, held: SearchIndex) -> None:
        query = SearchQuery(text="Beleuchtung KI")
        uid = CORPUS[0].uid
        assert held.search(query, near(uid)).missing == ("KI",)
        result = held.search(query, near(uid, answers=True))
        assert (result.missing, result.total, result.relaxed) == ((), 6, True)
        assert result.hits[0].uid == uid

    def test_at_most_three_are_shown_and_everything_counts_them(self, held: SearchIndex) -> None:
        assert held.search(SearchQuery(text="Beleuchtung")).total == 5
        result = held.search(SearchQuery(text="Beleuchtung KI"))
        assert (result.total, len(result.hits), result.relaxed) == (3, 3, False)
        assert all(value.count <= 3 for facet in result.facets for value in facet.values)
        again = held.search(SearchQuery(text="Beleuchtung KI", sort=Sort.TITLE))
        assert {hit.id for hit in again.hits} == {hit.id for hit in result.hits}
        assert held.search(SearchQuery(text="Beleuchtung KI", page=2)).hits == ()

    def test_filters_narrow_before_the_three_are_chosen(self, held: SearchIndex) -> None:
        every = found(held, "Beleuchtung", size=5)
        last = held.search(SearchQuery(text="Beleuchtung", size=5)).hits[-1]
        filters = {"land": tuple(last.facets["land"])}
        result = held.search(SearchQuery(text="Beleuchtung KI", filters=filters))
        assert 0 < result.total == len(result.hits) <= 3
        assert {hit.id for hit in result.hits} <= set(every)


class TestReasons:
    @pytest.mark.parametrize(
        ("text", "code", "zone"),
        [
            ("Rufbus", "word_in_title", "title"), ("Wartungsvertrag", "word_in_lesson", "lesson"),
            ("Kleinbus", "word_in_summary", "summary"), ("Musterkreis", "word_in_place", "places"),
            ("Frühwarnsystem", "compound_part", "title"), ("Ehrenamtskarte", "word_in_keyword", "keywords"),
            ("dial-a-ride", "synonym", "title"), ("Umwelt und Wasser", "word_in_topic", "topics"),
            ("environment and water", "word_in_topic", "topics"), ("Luftqualität", "word_in_topic", "topics"),
            ("Bauhof", "word_in_text", None),
        ],
    )  # fmt: skip
    def test_each_word_says_where_it_stands(self, held: SearchIndex, text: str, code: str, zone: str | None) -> None:
        reason = held.search(SearchQuery(text=text)).hits[0].reasons[0]
        assert (reason.code, reason.params.get("zone")) == (code, zone)

    def test_a_question_that_a_record_answers_is_searched_and_named(self, index: SearchIndex) -> None:
        index.apply([document(6, "Bus", questions=("Wer bezahlt die Fahrerinnen?",))], [], cursor=Cursor(6))
        hit = index.search(SearchQuery(text="Fahrerinnen")).hits[0]
        assert (hit.id, hit.reasons[0].code) == ("id-6", "word_in_question")

    def test_another_word_in_the_text_is_not_told_as_the_one_typed(self, held: SearchIndex) -> None:
        (reason,) = held.search(SearchQuery(text="Sturzflut")).hits[-1].reasons
        assert (reason.code, reason.params["label"]) == ("synonym", "Starkregen")

    def test_a_part_that_names_a_concept_finds_what_the_whole_compound_does_not(self, held: SearchIndex) -> None:
        assert found(held, "Starkregengefahren") == ["id-1", "id-2"]
        (reason,) = held.search(SearchQuery(text="Starkregengefahren")).hits[-1].reasons
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

    def test_the_terms_and_the_two_best_lessons_are_named(self, held: SearchIndex, german: GermanAnalyser) -> None:
        assert german.word("Beteiligung").term in held.search(SearchQuery(text="Beteiligung")).hits[0].terms
        assert held.search(SearchQuery(text="Feuerwehr Sensoren")).hits[0].lessons[0] == "l3"
        assert len(held.search(SearchQuery(text="Feuerwehr Sensoren")).hits[0].lessons) == 2


class TestFacets:
    def test_counts_are_over_all_matches_and_only_of_what_splits_them(self, held: SearchIndex) -> None:
        facets = {facet.key: facet for facet in held.search(SearchQuery(size=1)).facets}
        assert {value.value: value.count for value in facets["land"].values} == {"BY": 2, "HE": 2, "HH": 1}
        assert {value.value: value.count for value in facets["thema"].values}["administration"] == 2
        assert held.search(SearchQuery(text="Rufbus")).facets == ()
        (land,) = held.search(SearchQuery(text="Rufbus", counted=("land",))).facets
        assert [(value.value, value.count) for value in land.values] == [("BY", 1)], "wanted in any case, and alone"
        assert held.search(SearchQuery(counted=())).facets == ()

    def test_values_of_one_facet_are_alternatives_and_facets_narrow(self, held: SearchIndex) -> None:
        assert set(found(held, "", filters={"land": ("BY", "HH")})) == {"id-2", "id-3", "id-4"}
        assert found(held, "", filters={"land": ("BY", "HH"), "thema": ("mobility",)}) == ["id-3"]

    def test_a_selected_facet_still_shows_its_other_values(self, held: SearchIndex) -> None:
        result = held.search(SearchQuery(filters={"land": ("BY",)}))
        land = next(facet for facet in result.facets if facet.key == "land")
        assert {value.value: (value.count, value.selected) for value in land.values} == {
            "BY": (2, True),
            "HE": (2, False),
            "HH": (1, False),
        }

    def test_an_unknown_value_or_facet_finds_nothing_and_stays_removable(self, held: SearchIndex) -> None:
        result = held.search(SearchQuery(filters={"land": ("XX",), "nonsense": ("y",)}))
        assert result.total == 0
        assert any(value.value == "XX" and value.selected for facet in result.facets for value in facet.values)


class TestOrder:
    def test_newest_confirmed_and_title_after_din_5007(self, held: SearchIndex) -> None:
        newest = ["id-5", "id-4", "id-3", "id-2", "id-1"]
        assert found(held, "") == found(held, "", sort=Sort.NEWEST) == newest
        assert found(held, "", sort="confirmed")[:2] == ["id-5", "id-3"]
        assert found(held, "", sort="title") == ["id-5", "id-4", "id-2", "id-3", "id-1"]

    def test_pages_neither_overlap_nor_leave_gaps(self, held: SearchIndex) -> None:
        pages = [found(held, "", page=page, size=2) for page in (1, 2, 3, 4)]
        assert [one for page in pages for one in page] == found(held, "", size=10)
        assert pages[3] == []


class TestSuggestions:
    @pytest.mark.parametrize(
        ("prefix", "suggested"),
        [
            ("stark", ("Starkregen", "Starkregenfrühwarnsystem im Landkreis")), ("MUSTER", ("Musterkreis",)),
            ("ruf", ("Rufbus", "Rufbus auf dem Land")), ("rufbus auf", ("Rufbus auf dem Land",)),
            ("bäu", ("Äpfel und Bäume",)), *(("kosten ruf", ()), ("", ()), ("s", ()), ("   ", ()), ("zzz", ())),
        ],
    )  # fmt: skip
    def test_topics_places_and_titles_go_on_from_the_prefix_and_no_fragments(
        self, held: SearchIndex, prefix: str, suggested: tuple[str, ...]
    ) -> None:
        assert held.suggest(prefix, 5) == suggested
        assert len(held.suggest(prefix, 1)) == min(1, len(suggested))

    def test_questions_come_before_other_titles_few_at_a_time_and_nothing_gone(self, index: SearchIndex) -> None:
        asked = tuple(f"Was kostet ein Rufbus im Jahr {year}?" for year in (2021, 2022, 2023, 2024))
        index.apply([document(6, "Bus", questions=asked)], [], cursor=Cursor(6))
        assert index.suggest("was kostet", 8) == asked[:3]
        assert index.suggest("ruf", 3) == ("Rufbus", *asked[:2])
        index.apply(
            [replace(CORPUS[2], title="Anrufsammeltaxi"), document(6, "Wer hat einen Rufbus?")], ["|1"], Cursor(7)
        )
        assert index.suggest("ruf", 2) == ("Rufbus", "Wer hat einen Rufbus?")
        assert index.suggest("rufbus auf", 5) == ()
        assert index.suggest("MUSTER", 5) == ()


class TestSimilar:
    def test_neighbours_share_words_or_topics_and_never_hold_the_record_itself(self, index: SearchIndex) -> None:
        index.apply([document(6, "Sensoren am Bach warnen die Feuerwehr vor Starkregen")], [], cursor=Cursor(6))
        like = SimilarTo(id="id-1", text="Starkregenfrühwarnsystem Sensoren Feuerwehr", facets={"thema": ("water",)})
        neighbours = [hit.id for hit in index.similar(like, 3)]
        assert neighbours[0] == "id-6"
        assert "id-1" not in neighbours

    def test_record_that_shares_nothing_or_one_common_word_has_no_neighbours(self, held: SearchIndex) -> None:
        assert held.similar(SimilarTo(id="new", text="Quittung", facets={"thema": ("water",)}), 3) == ()
        assert held.similar(SimilarTo(id="new", text="Kleinbus", facets={}), 3) == ()


class TestWriting:
    def test_a_new_index_is_empty_and_at_zero(self, open_index: Open) -> None:
        index = open_index()
        assert index.cursor() == Cursor()
        assert index.search(SearchQuery(text="Rufbus")).total == 0
        assert index.suggest("ruf", 5) == ("Rufbus",)
        assert dict(index.digests()) == {}

    def test_documents_and_cursor_come_with_the_same_commit(self, index: SearchIndex, open_index: Open) -> None:
        reading = open_index()
        assert found(reading, "Mitfahrbank") == []
        index.apply([document(6, "Neue Mitfahrbank")], ["|1"], cursor=Cursor(7))
        for other in (reading, open_index()):
            assert other.cursor() == Cursor(7)
            assert found(other, "Mitfahrbank") == ["id-6"]
            assert found(other, "Starkregen") == ["id-2"]

    def test_its_state_changes_with_each_commit_even_at_one_cursor(self, index: SearchIndex, open_index: Open) -> None:
        reading = open_index()
        states = [reading.state()]
        assert reading.state() == states[0]
        for number in range(3):
            index.apply([document(6, f"Neue Mitfahrbank {number}")], [], cursor=Cursor(6))
            states.append(reading.state())
        index.replace([document(6, "Neue Mitfahrbank")], cursor=Cursor(6))
        states.append(reading.state())
        assert len(set(states)) == len(states)

    def test_a_new_version_takes_the_place_of_the_old_and_twice_is_harmless(self, index: SearchIndex) -> None:
        for _ in range(2):
            newer = replace(CORPUS[2], title="Anrufsammeltaxi", digest="sha256:new", lessons=())
            index.apply([newer], ["|2"], cursor=Cursor(6))
        assert found(index, "Anrufsammeltaxi") == ["id-3"]
        assert found(index, "Rufbus") == []
        assert dict(index.digests())["|3"] == "sha256:new"
        assert len(dict(index.digests())) == 4

    def test_a_failing_batch_leaves_everything_as_it_was(self, index: SearchIndex) -> None:
        broken = replace(document(7, "Kaputt"), facets={"art": (b"bytes",)})  # type: ignore[dict-item]
        with pytest.raises(TypeError):
            index.apply([document(6, "Neue Mitfahrbank"), broken], ["|1"], cursor=Cursor(9))
        assert index.cursor() == Cursor(5)
        assert found(index, "Mitfahrbank") == []
        assert found(index, "Starkregenfrühwarnsystem")[0] == "id-1"
        index.apply([document(6, "Neue Mitfahrbank")], [], cursor=Cursor(6))
        assert found(index, "Mitfahrbank") == ["id-6"]

    def test_replace_drops_what_is_not_given(self, index: SearchIndex) -> None:
        index.replace([CORPUS[3]], cursor=Cursor(8))
        assert index.cursor() == Cursor(8)
        assert set(dict(index.digests())) == {"|4"}
        index.replace([], Cursor())
        assert index.cursor() == Cursor()
        assert index.search(SearchQuery()).total == 0

    def test_one_record_from_several_nodes_is_one_hit(self, index: SearchIndex) -> None:
        foreign = replace(CORPUS[2], uid="other.example|3", origin="other.example")
        index.apply([foreign], [], cursor=Cursor(6))
        result = index.search(SearchQuery(text="Rufbus"))
        assert [(hit.id, hit.origin) for hit in result.hits] == [("id-3", "")]
        assert "other.example|3" in dict(index.digests())
        # Two of one node with the same wording are no copies of each other.
        index.apply([replace(document(number, "Lastenrad"), wording="w") for number in (20, 21)], [], cursor=Cursor(7))
        assert sorted(found(index, "Lastenrad")) == ["id-20", "id-21"]

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
            for number in range(30)
        ]
        small = open_index()
        for number, one in enumerate(documents):
            small.apply([replace(one, title="Entwurf")], [], cursor=Cursor(number))
            small.apply([one], [], cursor=Cursor(number))
        answers = [small.search(SearchQuery(text=word, size=30)) for word in words]
        small.replace(documents, cursor=Cursor(30))
        for word, before in zip(words, answers, strict=True):
            after = small.search(SearchQuery(text=word, size=30))
            assert {hit.id for hit in before.hits} == {hit.id for hit in after.hits}
            assert before.facets == after.facets
