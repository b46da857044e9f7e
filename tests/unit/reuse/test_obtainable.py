"""What each kind of route needs for a yes, and what is said where something is missing."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.records.record import Record
from app.reuse.network import Network
from app.reuse.obtaining.answer import Answer, Chain, Verdict
from app.reuse.obtaining.deciding import obtainable
from app.reuse.place import Place
from tests.unit.reuse.examples import member, membership, org, organisation, route, solution

TODAY = date(2026, 11, 27)
TOWN = Place(state="HE", kind="town", name="Musterstadt", population=20_000)
HUB = "govdigital-marktplatz"
OPEN = {
    "openness": "open_source",
    "software_license": "MIT",
    "repository": {"url": "https://code.example/", "sources": ["b"]},
}


def place(*memberships: str, **fields: Any) -> Place:
    return Place(
        **{"state": "HE", "kind": "town", "population": 20_000, "memberships": frozenset(memberships), **fields}
    )


def ask(asker: Place, record: Record, *organisations: Record) -> Answer:
    return obtainable(asker, record, Network.from_records(organisations), TODAY)


def only(answer: Answer) -> Chain:
    (chain,) = answer.chains
    assert chain.verdict is answer.verdict
    return chain


def gaps(chain: Chain) -> list[tuple[str, str | None]]:
    return [(step.code, step.reason) for step in chain.steps if not step.known]


def path(chain: Chain) -> list[tuple[str, str, str]]:
    return [(step.code, step.subject.key, step.object.key) for step in chain.steps]


def test_anybody_may_run_published_code_under_an_open_licence() -> None:
    chain = only(ask(TOWN, solution(route(), **OPEN)))
    assert chain.verdict is Verdict.YES
    assert path(chain) == [
        ("licence_open", "Musterstadt", "MIT"),
        ("code_published", "MIT", "https://code.example/"),
        ("contains", "https://code.example/", "solution/musterloesung"),
    ]
    assert [[source.key for source in step.sources] for step in chain.steps] == [["a"], ["b"], ["a"]]
    assert (chain.caution, chain.oldest, chain.missing) == ("own_operation", "2025", None)


@pytest.mark.parametrize(
    ("fields", "gap"),
    [
        ({"openness": "unknown"}, ("licence_open", "licence_unknown")),
        ({"software_license": "unknown"}, ("licence_open", "licence_unknown")),
        ({"software_license": None}, ("licence_open", "licence_unknown")),
        ({"openness": "open_core"}, ("licence_open", "licence_covers_a_part")),
        ({"openness": "proprietary"}, ("licence_open", "licence_not_open")),
        ({"repository": None}, ("code_published", "code_not_recorded")),
        ({"repository": {"note": "Irgendwo", "sources": ["b"]}}, ("code_published", "code_not_recorded")),
        ({"repository": {"url": "https://code.example/"}}, ("code_published", "no_source")),
        ({"repository": {"url": "https://code.example/", "sources": ["old"]}}, ("code_published", "source_old")),
    ],
)
def test_without_licence_or_code_of_late_no_way_is_documented(fields: dict[str, Any], gap: tuple[str, str]) -> None:
    chain = only(ask(TOWN, solution(route(), **{**OPEN, **fields})))
    assert chain.verdict is Verdict.UNDOCUMENTED
    assert gaps(chain) == [gap]


AGED = {**OPEN, "repository": {"url": "https://code.example/", "sources": ["old"]}}
KEPT = {"type": "community", "org": org("=Verbund"), "until": "unknown", "sources": ["old", "b"]}


def test_code_shown_long_ago_can_be_asked_for_while_somebody_is_known_to_keep_it_up() -> None:
    chain = only(ask(TOWN, solution(route(), **AGED, maintainer=KEPT)))
    assert (chain.verdict, chain.oldest, gaps(chain)) == (
        Verdict.POSSIBLE, "2019", [("code_published", "shown_long_ago")]
    )  # fmt: skip
    assert [asked.code for asked in chain.ask] == ["code_holder"]
    last = chain.steps[-1]
    assert (last.code, last.subject.name, last.object.key, last.dated) == (
        "maintained", "Verbund", "solution/musterloesung", "2025"
    )  # fmt: skip


@pytest.mark.parametrize(
    "doubt",
    [
        {"type": "unknown"}, {"type": "none"}, {"sources": ["old"]}, {"sources": None}, {"until": "2026-10"},
        {"org": None},
    ],
)  # fmt: skip
def test_upkeep_that_has_ended_or_that_no_fresh_source_shows_mends_no_age(doubt: dict[str, Any]) -> None:
    kept = {key: value for key, value in {**KEPT, **doubt}.items() if value is not None}
    chain = only(ask(TOWN, solution(route(), **AGED, maintainer=kept)))
    assert (chain.verdict, gaps(chain)) == (Verdict.UNDOCUMENTED, [("code_published", "source_old")])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"population": 19_999}, "few_staff"),
        ({"population": None}, "size_not_stated"),
        ({"population": 1_200, "kind": "independent_city"}, "few_staff"),
    ],
)
def test_a_place_that_is_not_surely_large_has_somebody_run_it(fields: dict[str, Any], reason: str) -> None:
    answer = ask(place(**fields), solution(route(), **OPEN), organisation("nachbar", states=["HE"]))
    assert answer.verdict is Verdict.POSSIBLE
    assert gaps(only(answer)) == [("operate", reason)]
    assert [found.code for found in answer.ask] == ["own_it_provider", "provider_in_state"]


@pytest.mark.parametrize("kind", ["independent_city", "district", "city_state", "state"])
def test_kinds_that_are_always_large_run_it_themselves_without_a_number(kind: str) -> None:
    assert ask(place(kind=kind, population=None), solution(route(), **OPEN)).verdict is Verdict.YES
    # The address of the listing serves where no repository is named.
    listed = solution(route(listing_url="https://liste.example/"), **{**OPEN, "repository": None})
    assert only(ask(place(kind=kind), listed)).steps[1].object.url == "https://liste.example/"


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        ("available", Verdict.YES, None), ("pilot", Verdict.UNKNOWN, "status_pilot"),
        ("planned", Verdict.UNDOCUMENTED, "status_planned"), ("unknown", Verdict.UNDOCUMENTED, "status_unknown"),
        ("withdrawn", Verdict.NO, "status_withdrawn"),
    ],
)  # fmt: skip
def test_only_an_available_route_is_a_yes(status: str, verdict: Verdict, reason: str | None) -> None:
    chain = only(ask(TOWN, solution(route(status=status), **OPEN)))
    assert chain.verdict is verdict
    assert (chain.missing.reason if chain.missing else None) == reason


@pytest.mark.parametrize(
    ("eligible", "reason"), [({"states": ["BW", "BY"]}, "outside_states"), ({"kinds": ["district"]}, "outside_kinds")]
)
def test_a_place_the_route_leaves_out_gets_a_no_with_its_source(eligible: dict[str, list[str]], reason: str) -> None:
    chain = only(ask(TOWN, solution(route("tender", "=Firma", eligible=eligible))))
    assert chain.verdict is Verdict.NO
    missing = chain.missing
    assert missing is not None
    assert (missing.code, missing.reason, missing.as_of) == ("eligible", reason, "2025")
    assert [source.key for source in missing.sources] == ["a"]
    assert [found.code for found in chain.ask] == ["provider"]
    assert chain.caution == "procedure_decided_by_procurement_office"


def test_a_place_obtains_from_the_provider_it_says_it_belongs_to() -> None:
    record = solution(route("inhouse_municipal_it", "haus"))
    chain = only(ask(place("haus"), record, organisation("haus")))
    assert chain.verdict is Verdict.YES
    assert path(chain) == [("belongs_to", "", "haus"), ("offers", "haus", "solution/musterloesung")]
    assert (chain.steps[0].stated, chain.steps[0].sources, chain.steps[1].stated) == (True, (), False)
    assert chain.caution == "in_house_relation_checked_each_time"
    demanding = solution(route("inhouse_municipal_it", "haus", eligible={"membership": ["Zweckverband"]}))
    assert ask(place("haus"), demanding, organisation("haus")).verdict is Verdict.UNKNOWN
    assert ask(place("haus", "Zweckverband"), demanding, organisation("haus")).verdict is Verdict.YES


def test_a_membership_that_nobody_recorded_is_unknown_and_never_a_no() -> None:
    record = solution(route("inhouse_municipal_it", "haus"))
    assert gaps(only(ask(place("haus"), record))) == [("offers", "provider_not_recorded")]
    house, near = organisation("haus"), organisation("nachbar", states=["HE"])
    answer = ask(TOWN, record, house, near)
    assert gaps(only(answer)) == [("belongs_to", "membership_not_recorded")]
    asked = [(found.code, found.party.key if found.party else None) for found in answer.ask]
    assert asked == [("own_it_provider", None), ("provider_in_state", "nachbar"), ("body", "haus")]


def test_a_provider_that_the_place_belongs_to_is_asked_by_its_name() -> None:
    record = solution(route("inhouse_municipal_it", "haus"))
    club = organisation("verein", org_type="association")
    bodies = organisation("haus"), organisation("genossenschaft", org_type="cooperative"), club
    asked = ask(place("genossenschaft", "verein"), record, *bodies).ask
    found = [(one.code, one.party.key if one.party else None) for one in asked]
    assert found == [("own_it_provider", "genossenschaft"), ("body", "haus")]
    small = ask(place("genossenschaft", population=1_200), solution(route(), **OPEN), *bodies)
    assert [(one.code, one.party and one.party.key) for one in small.ask] == [("own_it_provider", "genossenschaft")]


def test_being_in_an_association_is_not_being_in_what_it_has_joined() -> None:
    record = solution(route("inhouse_municipal_it", "haus"))
    club = organisation("verein", org_type="association", memberships=[membership("haus")])
    assert gaps(only(ask(place("verein"), record, club, organisation("haus")))) == [
        ("belongs_to", "membership_not_recorded")
    ]


def test_a_provider_whose_record_serves_other_states_leaves_the_chain_open() -> None:
    record = solution(route("inhouse_municipal_it", "haus"))
    elsewhere = organisation("haus", eligible={"states": ["BW"], "sources": ["a"]})
    chain = only(ask(place("haus"), record, elsewhere))
    assert gaps(chain) == [("serves", "outside_states")]
    assert chain.missing is not None
    assert [(source.record, source.key) for source in chain.missing.sources] == [("organisation/haus", "a")]


def test_a_provider_may_be_a_member_of_the_provider_and_members_may_form_a_circle() -> None:
    house = organisation("haus", memberships=[membership("verbund", kind="owner")])
    chain = only(ask(place("haus"), solution(route("inhouse_municipal_it", "verbund")), house, organisation("verbund")))
    assert (chain.verdict, [step.relation for step in chain.steps]) == (Verdict.YES, ["member", "owner", None])
    one = organisation("eins", memberships=[membership("zwei")])
    two = organisation("zwei", memberships=[membership("eins")])
    record = solution(route("inhouse_municipal_it", "haus"))
    assert ask(place("eins"), record, one, two, organisation("haus")).verdict is Verdict.UNKNOWN


SELLER = organisation("haus-sued", memberships=[membership(HUB)])
BUYER = organisation("haus-nord", memberships=[membership(HUB, as_of="2019-12-12", kind="founder")])
MARKET = organisation(HUB, org_type="cooperative", members=[member("=Stadt Köln")])


def test_two_providers_in_the_same_cooperative_make_a_chain_of_four_links() -> None:
    record = solution(route("inhouse_govdigital", "haus-sued"))
    chain = only(ask(place("haus-nord"), record, SELLER, BUYER, MARKET))
    assert chain.verdict is Verdict.YES
    assert path(chain) == [
        ("belongs_to", "", "haus-nord"),
        ("belongs_to", "haus-nord", HUB),
        ("belongs_to", "haus-sued", HUB),
        ("offers", "haus-sued", "solution/musterloesung"),
    ]
    assert chain.oldest == "2019-12-12"


@pytest.mark.parametrize(
    ("seller", "known", "gap"),
    [
        ("fremd", (organisation("fremd"), BUYER, MARKET), "membership_not_recorded"),
        ("haus-sued", (SELLER, BUYER), "body_not_recorded"),
        (
            "haus-sued",
            (SELLER, organisation("haus-nord", memberships=[membership(HUB, as_of="unknown")]), MARKET),
            "no_date",
        ),
    ],
)
def test_a_link_no_dated_record_shows_leaves_the_chain_open(seller: str, known: tuple[Record, ...], gap: str) -> None:
    chain = only(ask(place("haus-nord"), solution(route("inhouse_govdigital", seller)), *known))
    assert gaps(chain) == [("belongs_to", gap)]


@pytest.mark.parametrize("body", [HUB, "fitko"])
def test_a_member_of_either_marketplace_body_can_obtain_from_a_seller_who_is_no_member(body: str) -> None:
    record = solution(route("efa_marketplace", "=Land Musterland"))
    chain = only(ask(place(body), record, MARKET, organisation("fitko", org_type="agency")))
    assert chain.verdict is Verdict.YES
    assert path(chain) == [("belongs_to", "", body), ("offers", "name-land-musterland", "solution/musterloesung")]


def test_fields_that_let_the_place_in_are_enough_to_order() -> None:
    chain = only(ask(TOWN, solution(route("fit_store", "=Verbund", eligible={"states": ["HE"]}))))
    assert chain.verdict is Verdict.YES
    assert [step.code for step in chain.steps] == ["eligible", "offers"]
    assert chain.caution == "accession_decided_by_provider"


def test_conditions_in_words_are_for_people_to_read() -> None:
    answer = ask(TOWN, solution(route("fit_store", "=Verbund")))
    assert answer.verdict is Verdict.UNKNOWN
    assert gaps(only(answer)) == [("eligible", "conditions_in_words")]
    assert [found.party.name for found in answer.ask if found.party] == ["Verbund"]


@pytest.mark.parametrize("status", ["planned", "unknown"])
def test_who_is_named_without_an_offer_is_asked_as_such(status: str) -> None:
    answer = ask(TOWN, solution(route("public_cooperation", "=Verbund", status=status)))
    assert (answer.verdict, [found.code for found in answer.ask]) == (Verdict.UNDOCUMENTED, ["named_provider"])
    record = solution(route("inhouse_municipal_it", "haus", status=status))
    for asker, codes in ((TOWN, ["named_provider", "own_it_provider"]), (place("haus"), ["named_provider"])):
        assert [found.code for found in ask(asker, record, organisation("haus")).ask] == codes


@pytest.mark.parametrize(
    ("eligible", "reason"),
    [({"states": ["HE"]}, "accession"), ({"note": "Nur Stellen der Verwaltung."}, "accession_in_words")],
)
def test_an_open_partnership_can_be_joined(eligible: dict[str, Any], reason: str) -> None:
    answer = ask(TOWN, solution(route("public_cooperation", "=Verbund", eligible=eligible)))
    assert answer.verdict is Verdict.POSSIBLE
    assert gaps(only(answer)) == [("join", reason)]
    assert only(answer).caution == "accession_decided_by_provider"
    assert [(found.code, found.party.name) for found in answer.ask if found.party] == [("admits", "Verbund")]


@pytest.mark.parametrize("said", ["Verbünde Nord", "verbünde  nord", "name-verbuende-nord"])
def test_who_says_to_be_a_partner_already_is_in(said: str) -> None:
    chain = only(ask(place(said), solution(route("public_cooperation", "=Verbünde Nord"))))
    assert chain.verdict is Verdict.YES
    assert [(step.code, step.stated) for step in chain.steps] == [("belongs_to", True), ("offers", False)]
    assert chain.caution is None


def test_a_partnership_is_joined_by_the_place_itself_and_not_by_its_provider() -> None:
    house = organisation("haus", memberships=[membership("verbund")])
    record = solution(route("public_cooperation", "verbund"))
    network = (house, organisation("verbund", org_type="cooperative"))
    assert [step.code for step in only(ask(place("haus"), record, *network)).steps] == ["join", "offers"]
    assert ask(place("verbund"), record, *network).verdict is Verdict.YES


def test_where_another_membership_is_demanded_only_that_one_counts() -> None:
    record = solution(route("public_cooperation", "=Verbund", eligible={"membership": ["Bund", "Kreis"]}))
    assert ask(place("name-verbund"), record).verdict is Verdict.UNKNOWN
    assert ask(place("name-kreis"), record).verdict is Verdict.YES


@pytest.mark.parametrize(
    ("dvc", "verdict", "reason"),
    [
        ({"status": "listed", "as_of": "2026-01", "sources": ["b"]}, Verdict.YES, None),
        ({"status": "listed", "sources": ["b"]}, Verdict.UNDOCUMENTED, "no_date"),
        ({"status": "listed", "as_of": "2026-01"}, Verdict.UNDOCUMENTED, "no_source"),
        ({"status": "planned", "as_of": "2026-01", "sources": ["b"]}, Verdict.UNDOCUMENTED, "not_listed"),
        (None, Verdict.UNDOCUMENTED, "not_listed"),
    ],
)
def test_the_administration_cloud_must_list_it(
    dvc: dict[str, Any] | None, verdict: Verdict, reason: str | None
) -> None:
    chain = only(ask(TOWN, solution(route("dvc_portal", "=Portal", eligible={"states": ["DE"]}), dvc=dvc)))
    assert (chain.verdict, chain.missing.reason if chain.missing else None) == (verdict, reason)


@pytest.mark.parametrize("code", ["tender", "direct_award"])
def test_a_purchase_on_the_market_is_possible_and_never_promised(code: str) -> None:
    answer = ask(place("haus"), solution(route(code, "haus", eligible={"states": ["DE"]})), organisation("haus"))
    assert answer.verdict is Verdict.POSSIBLE
    assert gaps(only(answer)) == [("award", "decided_by_procurement_office")]
    assert [found.code for found in answer.ask] == ["own_procurement_office", "provider"]


def test_the_best_route_decides_and_comes_first_and_only_all_closed_routes_are_a_no() -> None:
    closed, doubtful, fine = route("tender", status="withdrawn"), route("direct_award", "=Firma"), route()
    outside = route("tender", eligible={"states": ["BW"]}, sources=[])
    assert ask(TOWN, solution(closed, outside)).verdict is Verdict.NO
    assert ask(TOWN, solution(closed, outside, route("direct_award"))).verdict is Verdict.UNKNOWN
    answer = ask(TOWN, solution(closed, doubtful, fine, **OPEN))
    assert answer.verdict is Verdict.YES
    assert [chain.verdict for chain in answer.chains] == [Verdict.YES, Verdict.POSSIBLE, Verdict.NO]
    assert answer.best is answer.chains[0]
    assert answer.ask == ()


def test_without_any_route_the_owner_and_the_publisher_are_asked_and_nobody_twice() -> None:
    ulm = {"name": "Ulm", "state": "BW", "kind": "independent_city", "role": "lead"}
    record = solution(route("tender", "=Stadt Ulm"), municipalities=[ulm], product_owner=org("=Stadt Ulm"))
    assert [found.party.name for found in ask(TOWN, record).ask if found.party] == ["Stadt Ulm"]
    lead = {"name": "Musterstadt", "state": "HE", "kind": "town", "role": "lead"}
    answer = ask(TOWN, solution(product_owner=org("=Amt"), municipalities=[lead]))
    assert (answer.verdict, answer.chains, answer.best) == (Verdict.NO, (), None)
    assert [(found.code, found.party.name if found.party else "") for found in answer.ask] == [
        ("product_owner", "Amt"),
        ("publisher", "Musterstadt"),
    ]


@pytest.mark.parametrize(("keys", "day"), [(["a"], "unknown"), (["a", "b"], "2025")])
def test_a_way_is_told_to_be_as_old_as_its_source_and_not_as_the_day_of_reading(keys: list[str], day: str) -> None:
    record = solution(route("tender", "=Firma", sources=keys))
    undated = tuple(replace(one, date=None) if one.key == "a" else one for one in record.sources)
    chain = only(ask(TOWN, replace(record, sources=undated)))
    assert chain.verdict is Verdict.POSSIBLE
    assert chain.oldest == day


def test_what_is_free_of_licence_fees_is_open_and_nothing_to_join() -> None:
    free = {"model": "free", "sources": ["a"]}
    answer = ask(TOWN, solution(route("public_cooperation", "=Bundesamt", status="unknown"), price=free))
    assert answer.verdict is Verdict.UNKNOWN
    assert gaps(only(answer)) == [("offers", "access_not_described")]
    assert [found.code for found in answer.ask] == ["provider"]
    unsourced = solution(route("public_cooperation", "=Bundesamt", status="unknown"), price={"model": "free"})
    assert ask(TOWN, unsourced).verdict is Verdict.UNDOCUMENTED


FREE, JOIN = route(), route("public_cooperation", "=Verbund")
BUY, TENDER = route("direct_award", "=Firma"), route("tender", "=Firma")


@pytest.mark.parametrize(
    ("population", "order"),
    [
        (1_200, ["inhouse_municipal_it", "public_cooperation", "direct_award", "tender", "self_host_oss"]),
        (90_000, ["inhouse_municipal_it", "self_host_oss", "public_cooperation", "direct_award", "tender"]),
    ],
)
def test_what_asks_least_of_a_place_of_this_size_comes_first(population: int, order: list[str]) -> None:
    own = route("inhouse_municipal_it", "haus")
    answer = ask(
        place("haus", population=population), solution(FREE, TENDER, own, BUY, JOIN, **OPEN), organisation("haus")
    )
    assert [chain.route.code for chain in answer.chains] == order


def test_among_equals_what_was_shown_last_comes_first_and_then_the_order_of_the_record() -> None:
    old, newer = route("tender", "=Alt", sources=["old"]), route("tender", "=Neu", sources=["a"])
    again = route("tender", "=Auch neu", sources=["b"])
    chains = ask(place(), solution(old, newer, again)).chains
    assert [chain.route.provider.name for chain in chains] == ["Neu", "Auch neu", "Alt"]
