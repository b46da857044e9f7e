from dataclasses import replace

from app.following.followed_search import FollowedSearch, read
from app.kickoff.situation import Situation, SituationChoices
from app.reuse.place import Place

CHOICES = SituationChoices(
    states=("HE",), kinds=("town",), size_classes=(), cooperations=(), phases=(), topics=("mobility",)
)
FACETS = ("art", "land", "thema")


def test_what_is_written_is_read_again_as_the_same_search() -> None:
    place = Place(name="Ulm & Söhne", state="HE", kind="town")
    situation = Situation(place=place, topic="mobility", open_source_only=True)
    search = FollowedSearch(
        text="Bus=Bahn", filters={"land": ("HE",), "art": ("a", "b")}, situation=situation, proven=True
    )
    assert read(search.written, FACETS, lambda: CHOICES) == search


def test_equal_searches_are_written_alike() -> None:
    one = FollowedSearch(filters={"land": ("HE", "BW"), "art": ("a",)})
    other = FollowedSearch(filters={"art": ("a",), "land": ("BW", "HE")})
    assert one.written == other.written


def test_a_place_is_kept_only_where_a_limit_needs_it() -> None:
    nearby = Situation(place=Place(name="Ulm", state="HE", kind="town"), months=3)
    assert FollowedSearch(text="Bus", filters={}, situation=nearby).written == "q=Bus"
    limited = replace(nearby, obtainable_only=True)
    assert "ort=Ulm" in FollowedSearch(text="Bus", filters={}, situation=limited).written


def test_filters_that_this_node_does_not_know_any_more_are_left_out() -> None:
    assert read("q=Bus&farbe=rot", FACETS, lambda: CHOICES) == FollowedSearch(text="Bus", filters={})
