"""Subscriptions by mail through a real mail server: confirmed by link, told by change number, ended with one click."""

import logging
from collections.abc import Iterable
from typing import Any

import pytest

from app.following import service
from app.following.followed_search import FollowedSearch
from app.review import confirmations
from app.review.confirmations import HOURS, MAX_PER_HOUR, MAX_PER_MAILBOX, MAX_PER_MAILBOX_AND_HOUR
from app.search.port import IndexDamaged
from app.web.shell import rate_limit
from tests.functional.privacy.somebody import found_in
from tests.functional.web.conftest import Read
from tests.functional.web.following.conftest import RECORD, Site
from tests.webnode.mail import ADDRESS
from tests.webnode.node import STOPPED, publish

SEARCH = "/abonnieren?q=Rufbus"


def test_nothing_is_sent_before_the_link_was_opened_and_confirmed(site: Site) -> None:
    assert "Fast fertig" in site.ask(SEARCH)
    (message,) = site.round()
    assert (message["To"], message["Subject"]) == (ADDRESS, "[Erfahrungsnetz] Bitte bestätigen Sie Ihre Eingabe")
    assert "Rufbus" not in message.as_string(), "strangers may have typed it"
    (link,) = site.links(message)
    assert "Suche: „Rufbus“" in site.open(link)
    assert site.rows("SELECT COUNT(*) FROM following_subscription") == [(0,)], "looking confirms nothing"
    assert "Ihr Abonnement ist bestätigt" in site.send(link)
    assert "Unter diesem Link wartet nichts" in site.open(link, status=404)


def test_a_search_tells_what_is_new_changed_and_withdrawn_each_once(site: Site) -> None:
    site.subscribe(SEARCH)
    site.later(minutes=10)
    assert site.round() == []
    site.publish()
    (new,) = site.round()
    assert new["Subject"] == "[Erfahrungsnetz] Neu: Beispielstadt: Rufbus im Winter"
    assert f"https://erfahrungen.example/r/{RECORD}" in new.get_content()
    site.later(minutes=30)
    assert site.round() == []
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    (changed,) = site.round()
    assert "Geändert: Beispielstadt: Rufbus das ganze Jahr" in changed.get_content()
    assert "/vergleich" in changed.get_content()
    site.later(minutes=30)
    site.withdraw()
    (withdrawn,) = site.round()
    assert "Zurückgezogen: Beispielstadt: Rufbus" in withdrawn.get_content()
    site.later(minutes=30)
    assert site.round() == []


def test_what_is_withdrawn_before_the_message_leaves_is_told_once(site: Site) -> None:
    site.subscribe(SEARCH)
    site.publish()
    site.round()
    site.later(minutes=30)
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    site.services.following.notifier.run()
    site.withdraw()
    site.later(minutes=30)
    (message,) = [*site.round(), *site.round()]
    assert "Zurückgezogen: Beispielstadt: Rufbus" in message.get_content()


def test_what_was_never_told_is_not_told_as_withdrawn(site: Site) -> None:
    site.publish()
    site.subscribe(SEARCH)
    site.later(minutes=30)
    site.withdraw()
    assert site.round() == []


def test_a_search_that_fails_keeps_nobody_else_from_being_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.subscribe(SEARCH)
    site.subscribe("/abonnieren?thema=mobility", address="anderswo@beispielstadt.example")
    hits = FollowedSearch.hits

    def failing(self: FollowedSearch, *args: Any, **values: Any) -> Any:
        if self.text:
            raise IndexDamaged("the index, whatever the engine stumbled over")
        return hits(self, *args, **values)

    monkeypatch.setattr(FollowedSearch, "hits", failing)
    site.publish()
    (message,) = site.round()
    assert message["To"] == "anderswo@beispielstadt.example"


def test_fields_of_action_states_and_kinds_are_followed_like_searches_and_nobody_else_is_woken(site: Site) -> None:
    paths = ("thema=mobility", "land=HE", "art=case-study", "q=Trinkbrunnen")
    for number, path in enumerate(paths):
        site.subscribe(f"/abonnieren?{path}", address=f"{number}@beispielstadt.example")
    site.publish()
    messages = site.round()
    assert {message["To"] for message in messages} == {f"{number}@beispielstadt.example" for number in range(3)}
    assert all("Neu: Beispielstadt: Rufbus im Winter" in message.get_content() for message in messages)


def test_a_record_tells_its_versions_and_its_withdrawal(site: Site) -> None:
    site.publish()
    site.subscribe(f"/abonnieren?eintrag={RECORD}")
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    (changed,) = site.round()
    assert changed["Subject"] == "[Erfahrungsnetz] Geändert: Beispielstadt: Rufbus das ganze Jahr"
    site.later(minutes=30)
    site.withdraw()
    (withdrawn,) = site.round()
    assert withdrawn["Subject"] == "[Erfahrungsnetz] Zurückgezogen: Beispielstadt: Rufbus"


def test_one_message_holds_all_that_is_due_in_the_morning(site: Site) -> None:
    site.subscribe(SEARCH, "daily")
    site.subscribe("/abonnieren?thema=mobility", "daily")
    site.subscribe("/abonnieren?land=HE", "weekly")
    site.publish()
    assert site.round() == []
    site.later(days=1)
    (message,) = site.round()
    content = message.get_content()
    assert message["Subject"] == "[Erfahrungsnetz] Neu: Beispielstadt: Rufbus im Winter"
    assert "Suche: „Rufbus“" in content
    assert "Handlungsfelder: " in content
    assert content.count("Dieses Abonnement beenden: https://") == 2
    assert "Hessen" not in content
    site.later(days=7)
    (message,) = site.round()
    assert "Hessen" in message.get_content()


def test_a_clock_that_was_wrong_for_a_while_keeps_nobody_from_being_told(site: Site) -> None:
    site.subscribe(SEARCH)
    site.publish()
    site.later(days=2000)
    site.round()
    site.later(days=-2000)
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    site.later(minutes=30)
    (message,) = site.round()
    assert "Geändert:" in message.get_content()


def test_whoever_wants_to_hear_at_once_gets_no_flood(site: Site) -> None:
    site.subscribe(SEARCH)
    site.publish()
    assert len(site.round()) == 1
    site.publish("Beispielstadt: Rufbus, zweite Fassung")
    site.publish("Beispielstadt: Rufbus, dritte Fassung")
    assert site.round() == []
    site.later(minutes=10)
    (message,) = site.round()
    assert message.get_content().count("Geändert:") == 1


def test_the_mail_program_ends_all_with_one_click_and_a_scanner_of_links_nothing(site: Site) -> None:
    site.subscribe(SEARCH)
    site.publish()
    (message,) = site.round()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>").removeprefix("https://erfahrungen.example")
    # Mail programs look for the address as it is, not for encoded words.
    assert f"List-Unsubscribe: <https://erfahrungen.example{link}>\r\n".encode() in site.mailbox.bytes[-1]
    for address in site.links(message):
        site.client.get(address)
        site.client.head(address)
    assert "Alle Abonnements beenden?" in site.open(link)
    assert site.rows("SELECT COUNT(*) FROM following_subscriber") == [(1,)]
    mail_program = site.client.application.test_client()
    answer = mail_program.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    for table in ("following_subscriber", "following_subscription"):
        assert site.rows(f"SELECT COUNT(*) FROM {table}") == [(0,)]
    assert site.rows("SELECT COUNT(*) FROM review_notice WHERE person LIKE 'follower:%'") == [(0,)]
    assert mail_program.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    site.later(days=1)
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    assert site.round() == []


def test_one_of_several_ends_and_the_address_stays_until_the_last(site: Site) -> None:
    mine = site.subscribe(SEARCH)
    assert site.subscribe("/abonnieren?thema=mobility") == mine
    assert site.subscribe(SEARCH, address=ADDRESS.replace("@", "+b@")) != mine, "with a tag it is somebody else's"
    assert "2 Abonnements" in site.open(mine)
    first, second = site.shown.xpath("//form[contains(@action, '/beenden/')]/@action")
    assert "keine Nachrichten mehr" in site.send(first)
    assert "ein Abonnement" in site.open(mine)
    assert "Ihre Adresse ist gelöscht" in site.send(second)
    assert site.rows("SELECT COUNT(*) FROM following_subscriber") == [(1,)]
    site.open(mine, status=404)


def test_how_often_is_changed_on_the_page_and_by_subscribing_to_the_same_again(site: Site) -> None:
    mine = site.subscribe(SEARCH, "weekly")
    site.subscribe("/abonnieren?q=Rufbus&sort=title", "daily")
    assert site.rows("SELECT rhythm FROM following_subscription") == [("daily",)]
    site.open(mine)
    (address,) = site.shown.xpath("//form[contains(@action, '/aendern/')]/@action")
    site.send(address, rhythmus="at_once")
    assert site.rows("SELECT rhythm FROM following_subscription") == [("at_once",)]
    site.publish()
    assert len(site.round()) == 1


def test_strangers_cannot_have_the_node_write_to_one_address_day_and_night(site: Site) -> None:
    for _ in range(HOURS // 5):
        site.ask(SEARCH)
        site.round()
        site.later(hours=4)
    assert len(site.mailbox.received) == MAX_PER_MAILBOX


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many links a node of this test sends in an hour."""
    monkeypatch.setattr(confirmations, "MAX_PER_HOUR", 4)
    return 4


def test_strangers_cannot_have_the_node_write_to_everybody(site: Site, few: int) -> None:
    for number in range(few):
        site.ask(SEARCH, f"a{number}@beispielstadt.example")
    assert "in einer Stunde" in site.ask(SEARCH, "noch@beispielstadt.example", status=422)


TAGGED = ("+eins@beispielstadt", "+zwei+drei@BeispielStadt", "+@beispielstadt", "+a.b@beispielstadt", "@beispielstadt")


def test_a_mailbox_is_written_to_no_more_often_by_addresses_with_tags_and_the_answer_tells_nothing(site: Site) -> None:
    name, _, domain = ADDRESS.partition("@beispielstadt")
    answers = {site.ask(SEARCH, f"{name}{tag}{domain}") for tag in (*TAGGED, TAGGED[-1])}
    assert len(site.round()) == MAX_PER_MAILBOX_AND_HOUR
    assert answers == {site.ask(SEARCH, "niemand@beispielstadt.example")}
    assert site.rows("SELECT COUNT(*) FROM review_confirmation") == [(MAX_PER_MAILBOX_AND_HOUR + 1,)]
    site.later(hours=HOURS)
    site.services.review.confirmations.purge()
    assert site.rows("SELECT COUNT(*) FROM review_confirmation") == [(0,)]


def test_followers_get_a_link_when_strangers_have_used_up_those_of_the_hour(site: Site, few: int) -> None:
    site.subscribe(SEARCH)
    for number in range(few):
        site.ask(SEARCH, f"a{number}@beispielstadt.example")
    path = "/abonnieren?thema=mobility"
    site.round()
    answers = set()
    for address in (ADDRESS, "fremd@beispielstadt.example", ADDRESS.replace("@", "+neu@")):
        answers.add(site.ask(path, address, status=422).replace(address, ""))
    assert len(answers) == 1, "the answer tells nobody who follows something"
    assert "Ihr Link kann schon da sein" in answers.pop()
    assert {message["To"] for message in site.round()} == {ADDRESS, ADDRESS.replace("@", "+neu@")}


def test_one_asker_cannot_use_up_what_is_sent_for_everybody(site: Site) -> None:
    def asks(address: str, numbers: Iterable[int], status: int = 200) -> str:
        site.client.environ_base["REMOTE_ADDR"] = address
        for number in numbers:
            said = site.ask(SEARCH, f"a{number}@beispielstadt.example", status=status)
        return said

    share = MAX_PER_HOUR // 3 // site.services.settings.workers
    asks("192.0.2.1", range(share))
    assert "in einer Stunde" in asks("192.0.2.1", [98], status=422)
    assert "Fast fertig" in asks("192.0.2.2", [99])
    kept = site.client.application.extensions[rate_limit.KEY]
    assert "192.0.2" not in repr([limit._found for limit in kept])


GONE, LATER = "550 5.1.1 No such user", "451 4.3.0 Try again later"


def told_of(site: Site, title: str) -> int:
    """Publish something and return how often the mail server was asked to take a message about it."""
    before = len(site.mailbox.asked)
    site.publish(title)
    site.round()
    return len(site.mailbox.asked) - before


def test_an_address_that_is_refused_for_good_for_days_is_forgotten_unless_it_takes_one_in_between(site: Site) -> None:
    def followers() -> int:
        return int(site.rows("SELECT COUNT(*) FROM following_subscriber")[0][0])

    site.subscribe(SEARCH)
    site.later(minutes=10)
    for title, refused in (("eins", True), ("zwei", False), ("drei", True), ("vier", True)):
        site.mailbox.refused = {"": GONE} if refused else {}
        assert told_of(site, f"Rufbus: {title}") == 1
        site.later(days=2)
        assert followers() == 1
    assert told_of(site, "Rufbus: fünf") == 1
    assert followers() == 0
    assert site.rows("SELECT COUNT(*) FROM following_subscription") == [(0,)]
    site.later(days=2)
    assert told_of(site, "Rufbus: sechs") == 0


def test_days_without_a_mail_server_and_one_refusal_of_all_that_waited_end_nothing(site: Site) -> None:
    site.subscribe(SEARCH)
    site.mailbox.refused = {"": LATER}
    for title in ("Rufbus: eins", "Rufbus: zwei", "Rufbus: drei"):
        site.later(days=2)
        told_of(site, title)
    site.mailbox.refused = {"": GONE}
    site.later(days=1)
    site.round()
    assert site.rows("SELECT COUNT(*) FROM review_message WHERE outcome = 'refused'") == [(3,)]
    assert site.rows("SELECT COUNT(*) FROM following_subscriber") == [(1,)]


def test_what_is_no_address_is_not_taken(site: Site) -> None:
    for typed in ("", "keine", "a@b", "a@b.example\nBcc: c@d.example"):
        assert "Bitte geben Sie eine E-Mail-Adresse" in site.ask(SEARCH, typed, status=422)


def test_what_nobody_confirms_is_gone_with_its_address(site: Site) -> None:
    site.ask(SEARCH)
    site.round()
    site.later(hours=HOURS)
    site.round()
    for table in ("following_subscriber", "following_subscription", "review_confirmation"):
        assert site.rows(f"SELECT COUNT(*) FROM {table}") == [(0,)]
    assert site.rows("SELECT COUNT(*) FROM review_notice WHERE person LIKE 'guest:%'") == [(0,)]


def test_nobody_has_more_than_a_page_of_them(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_PER_ADDRESS", 2)
    mine = site.subscribe("/abonnieren?q=Bus0")
    assert site.subscribe("/abonnieren?q=Bus1") == mine
    site.ask("/abonnieren?q=eins+zu+viel")
    link = site.links(site.round()[-1])[0]
    site.open(link)
    assert "so viele Abonnements" in site.send(link, status=409)
    assert len(site.services.following.subscriptions.all_of(mine.rpartition("/")[2])) == 2


def test_the_address_stands_nowhere_but_encrypted(
    site: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    mine = site.subscribe(SEARCH)
    site.publish()
    (message,) = site.round()
    ((kept,),) = site.rows("SELECT address FROM following_subscriber")
    assert ADDRESS not in kept
    secrets = {
        mine.rpartition("/")[2],
        *(part for link in site.links(message) for part in link.split("/") if len(part) == 43),
    }
    forbidden = [ADDRESS, ADDRESS.partition("@")[0], *secrets]
    # Every file below the data folder, and every object of git, which are packed.
    assert found_in(site.services, "Beispielstadt")
    assert found_in(site.services, *forbidden) == set()
    # The mail server of this test logs what it is sent.
    logged = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    said = "".join(capfd.readouterr()) + "\n".join(logged)
    assert not [one for one in forbidden if one in said]


def test_a_confirmation_that_a_record_holds_is_no_news(site: Site) -> None:
    site.subscribe(f"/abonnieren?eintrag={STOPPED}")
    path = "case-studies/beispielstadt-mitfahrbank"
    written = (site.services.repository.folder(path, site.services.repository.head()).text or b"").decode()
    looked = written.replace("last_confirmed: 2026-11-01", "last_confirmed: 2026-11-20")
    assert looked != written
    publish(site.services, {f"{path}/index.md": looked.encode()})
    site.services.follow()
    assert site.round() == []


def test_messages_are_in_the_language_of_the_page_where_somebody_subscribed_last(site: Site) -> None:
    site.subscribe(SEARCH)
    site.ask("/en/abonnieren?q=Rufbus", rhythm="at_once")
    (asked,) = site.round()
    assert asked["Subject"] == "[Erfahrungsnetz] Please confirm what you entered"
    assert asked["Content-Language"] == "en"
    (link,) = site.links(asked)
    assert link.startswith("/en/bestaetigen/")
    site.open(link)
    site.send(link)
    assert site.rows("SELECT lang FROM following_subscriber") == [("en",)]
    site.publish()
    (message,) = site.round()
    assert message["Subject"] == "[Erfahrungsnetz] New: Beispielstadt: Rufbus im Winter"
    assert "End this subscription:" in message.get_content()


def test_a_node_without_mail_offers_feeds_alone(read: Read) -> None:
    page = read("/abonnieren?q=Bus")
    assert not page.xpath("//main//form[@method='post']")
    assert "/suche.atom?q=Bus" in page.find(".//main").text_content()


def test_links_that_are_guessed_have_to_wait(site: Site) -> None:
    for number in range(30):
        answer = site.client.get(
            f"/abonnements/{str(number).rjust(43, 'x')}", environ_base={"REMOTE_ADDR": "192.0.2.7"}
        )
    assert answer.status_code == 429


def test_the_page_of_a_subscriber_is_found_by_nobody_and_barriers_are_reported_without_its_key(site: Site) -> None:
    mine = site.subscribe(SEARCH)
    answer = site.client.get(mine)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    site.open(mine)
    links = site.shown.xpath("//footer//a/@href")
    assert mine.rpartition("/")[2] not in "".join(links)
    (report,) = [one for one in links if one.startswith("mailto:")]
    assert "abonnieren" in report
