from typing import Any

import pytest

from app.identity import Municipality, Role, RoleKind, Scope
from app.identity.providers import ClaimMapping, Employer, Provider, profile
from app.identity.providers.provider import example_provider

TOWN = Employer(name="Stadt Beispielstadt", organisation="beispielstadt")
OTHER = Employer(name="Gemeinde Anderswo", organisation="anderswo")
READER = Role(kind=RoleKind.READER)


def provider(*employers: Employer, for_guests: bool = False, **mapping: Any) -> Provider:
    return Provider(
        key="p",
        issuer="https://anmeldung.example",
        client_id="c",
        client_secret="hush",
        label="P",
        employers=employers,
        for_guests=for_guests,
        claims=ClaimMapping(**mapping),
    )


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Alex Beispiel"}, "Alex Beispiel"),
        ({"given_name": "Alex", "family_name": "Beispiel"}, "Alex Beispiel"),
        ({"preferred_username": "abeispiel"}, "abeispiel"),
        ({"name": "  Alex\u202e\n\tBeispiel\x00 "}, "Alex Beispiel"), ({"name": ["Alex"]}, ""),
        ({"name": "x" * 500}, "x" * 200), ({}, ""),
    ],
)  # fmt: skip
def test_name(claims: dict[str, Any], name: str) -> None:
    assert profile(claims, provider(TOWN)).display_name == name


@pytest.mark.parametrize(
    ("claims", "trusted", "email"),
    [
        ({"email": "a@b.example", "email_verified": True}, False, "a@b.example"),
        ({"email": "a@b.example"}, False, None),
        ({"email": "a@b.example"}, True, "a@b.example"),
        ({"email": "a@b.example", "email_verified": "true"}, False, None),
        ({"email": "a b@c.example", "email_verified": True}, False, None),
        ({"email": "nothing", "email_verified": True}, False, None),
        (
            {"email": "müller-lüdenscheidt@kreis-köln.example", "email_verified": True},
            False,
            "müller-lüdenscheidt@kreis-köln.example",
        ),
        ({"email": "a@", "email_verified": True}, False, None),
        ({"email": "a@[", "email_verified": True}, False, None),
        ({"email": "a@b.example,c@d.example", "email_verified": True}, False, None),
        ({"email": "=?utf-8?q?=0a?=@b.example", "email_verified": True}, False, None),
        ({"email": "a@" + "b" * 400, "email_verified": True}, False, None),
        ({"email": "a@b.example\nBcc: c@d.example", "email_verified": True}, True, None),
    ],
)
def test_only_a_confirmed_address_counts(claims: dict[str, Any], trusted: bool, email: str | None) -> None:
    assert profile(claims, provider(TOWN, trust_email=trusted)).email == email


def test_provider_of_one_organisation_needs_no_claim_for_it_and_its_municipality() -> None:
    ulm = Municipality(name="Ulm", state="BW", ars="08421000")
    alone = Employer(name="Stadt Ulm", municipality=ulm)
    assert profile({}, provider(alone)).municipality == ulm
    assert profile({}, provider(alone, OTHER)).municipality is None
    assert profile({}, provider(alone, for_guests=True)).municipality is None
    assert profile({}, provider(TOWN)).organisation == "beispielstadt"
    assert profile({}, provider(TOWN, OTHER)).organisation is None
    assert profile({}, provider(TOWN, for_guests=True)).organisation is None


def test_claim_tells_the_organisation_only_by_the_list() -> None:
    known = provider(TOWN, OTHER, organisation="ags", organisations={"064": "beispielstadt", "065": "anderswo"})
    assert profile({"ags": "065"}, known).organisation == "anderswo"
    assert profile({"ags": ["000", "064"]}, known).organisation == "beispielstadt"
    assert profile({"ags": "anderswo"}, known).organisation is None
    assert profile({"ags": {"065": True}}, known).organisation is None


def test_claim_tells_the_municipality_only_by_the_list_and_only_one() -> None:
    ulm = Municipality(name="Ulm", state="BW", ars="08421000")
    other = Municipality(name="Konstanz", state="BW", ars="08335043")
    known = provider(TOWN, organisation="ags", municipalities={"ulm": ulm, "ulm-alt": ulm, "kn": other})
    assert profile({"ags": "ulm"}, known).municipality == ulm
    assert profile({"ags": ["ulm", "ulm-alt", "x"]}, known).municipality == ulm
    assert profile({"ags": ["ulm", "kn"]}, known).municipality is None
    assert profile({"ags": "08421000"}, known).municipality is None
    assert profile({"ags": {"ulm": True}}, known).municipality is None


def test_example_town_is_one_that_does_not_exist() -> None:
    example = example_provider("http://127.0.0.1:9000")
    town = profile({"organisation": "beispielstadt"}, example).municipality
    assert town is not None
    assert "erfunden" in town.name
    # Districts of Hessen have keys that begin with 064, 065 or 066.
    assert town.ars.startswith("069")
    assert Municipality.of(town.name, town.state, town.ars) == town
    assert profile({"organisation": "beispielverbund"}, example).municipality is None


def test_roles_come_from_the_claim_by_the_rules_and_no_representation_holds_the_secret() -> None:
    curator = Role(kind=RoleKind.CURATOR, scope=Scope.of(states=["HE"]))
    rules = (("redaktion", curator), ("technik", Role(kind=RoleKind.OPERATOR)))
    author = Role(kind=RoleKind.AUTHOR)
    known = provider(TOWN, roles="groups", role_rules=rules, default_roles=(author,))
    assert profile({"groups": ["redaktion", "kantine"]}, known).roles == (author, curator)
    assert profile({"groups": "technik"}, known).roles == (author, Role(kind=RoleKind.OPERATOR))
    assert profile({"groups": {"technik": 1}}, known).roles == (author,)
    assert profile({"groups": ["redaktion"]}, provider(TOWN)).roles == (READER,)
    assert "hush" not in repr(provider(TOWN))
