"""Providers change their keys, and withdraw those that leaked."""

from __future__ import annotations

from datetime import timedelta

from tests.oidc.browser import Browser, problem_of
from tests.oidc.site import Site


def test_description_is_read_once_for_many_and_a_new_key_when_the_first_token_names_it(
    site: Site, reader: Browser
) -> None:
    for each in (reader, Browser(site.address)):
        each.sign_in()
    asked = site.town.asked()
    assert (asked["/.well-known/openid-configuration"], asked["/jwks"]) == (1, 1)
    site.clock.ahead += timedelta(seconds=30)
    site.town.tell("rotate")
    other = Browser(site.address)
    other.sign_in()
    assert other.name == "Alex Beispiel"


def test_withdrawn_key_is_not_trusted_for_long(site: Site, reader: Browser) -> None:
    reader.sign_in()
    site.town.tell("publish", kids=[])
    site.clock.ahead += timedelta(minutes=11)
    other = Browser(site.address)
    assert problem_of(other.sign_in()) == "nicht-bestaetigt"
    assert other.name is None


def test_odd_keys_do_not_make_the_node_ask_again_and_again(site: Site, reader: Browser) -> None:
    site.town.misbehave(header={"kid": "nowhere"})
    for _ in range(2):
        reader.sign_in()
    assert site.town.asked()["/jwks"] == 1
