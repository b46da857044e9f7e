"""A question by somebody without an account, through a real mail server, up to the desk of the editors."""

import logging
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.review.confirmations import HOURS, MAX_PER_HOUR, MAX_PER_MAILBOX, MAX_PER_MAILBOX_AND_HOUR
from app.review.submission import Via
from tests.functional.web.conftest import OPERATOR
from tests.webnode.forms import send
from tests.webnode.mail import ADDRESS, MailSite, mail_site

ASK = "/frage-stellen"
WORDS = {"frage": "Wer hat einen Rufbus im Winter?", "thema": "mobility", "lage": "Wir planen für Januar."}


class Site(MailSite):
    """A node that sends e-mail, and a reader without an account who asks."""

    def ask(self, status: int = 200, **changes: str) -> str:
        answer = send(self.client, ASK, {**WORDS, "adresse": ADDRESS, **changes}, follow_redirects=True)
        assert answer.status_code == status
        self.shown = html.document_fromstring(answer.get_data(as_text=True))
        return self.words

    def link(self) -> str:
        """Deliver what is due and return the address in the newest message, without the name of the site."""
        self.services.review.mail.deliver()
        return self.links(self.mailbox.received[-1])[0]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with mail_site(Site, tmp_path_factory.mktemp("guests")) as site:
        yield site


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site where nobody asks anything."""
    with mail_site(Site, tmp_path_factory.mktemp("idle")) as site:
        yield site


def test_a_question_is_confirmed_by_link_and_waits_for_the_editors(site: Site) -> None:
    assert "Fast fertig" in site.ask()
    assert site.rows("SELECT COUNT(*) FROM review_proposal WHERE via = 'guest'") == [(0,)]
    link = site.link()
    (message,) = site.mailbox.received
    assert message["To"] == ADDRESS
    assert WORDS["frage"] not in message.as_string(), "strangers may have typed it"
    seen = site.open(link)
    assert "Ist das Ihre Frage?" in seen
    assert WORDS["lage"] in seen
    assert site.rows("SELECT COUNT(*) FROM review_proposal WHERE via = 'guest'") == [(0,)], "looking confirms nothing"
    assert "Danke, die Redaktion hat Ihre Frage" in site.send(link)
    ((title, state, via, author),) = site.rows(
        "SELECT title, state, via, author FROM review_proposal WHERE via = 'guest'"
    )
    assert (title, state, via) == (WORDS["frage"], "submitted", Via.GUEST)
    assert author.startswith("guest:")
    assert "Unter diesem Link wartet nichts" in site.open(link, status=404)


def test_the_address_stays_encrypted_until_the_message_has_left(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    site.ask()
    ((kept,),) = site.rows("SELECT address FROM review_confirmation")
    assert kept
    assert ADDRESS not in kept
    link = site.link()
    assert site.rows("SELECT address FROM review_confirmation") == [(None,)]
    site.open(link)
    site.send(link)
    site.services.review.mail.deliver()
    assert site.rows("SELECT address, wanted FROM review_confirmation") == [(None, "{}")]
    assert site.rows("SELECT COUNT(*) FROM review_notice WHERE kind = 'confirm_address'") == [(0,)]
    for path in site.services.settings.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert ADDRESS.encode() not in content, path
            assert link.rpartition("/")[2].encode() not in content, path
    # The mail server of this test logs what it is sent.
    assert not any(ADDRESS in record.getMessage() for record in caplog.records if record.name != "mail.log")
    assert len(site.mailbox.received) == 1


def test_an_address_that_is_refused_for_good_is_forgotten_and_not_tried_again(site: Site) -> None:
    site.mailbox.refused = {"": "550 5.1.1 No such user"}
    site.ask()
    for _ in range(4):
        site.services.review.mail.deliver()
        site.later(hours=1)
    assert site.mailbox.asked == [ADDRESS]
    assert site.rows("SELECT address FROM review_confirmation") == [(None,)]


def test_what_is_not_confirmed_is_forgotten(site: Site) -> None:
    site.ask()
    link = site.link()
    site.later(hours=HOURS + 1)
    assert "Unter diesem Link wartet nichts" in site.open(link, status=404)
    assert site.services.review.confirmations.purge() == 1
    assert site.rows("SELECT COUNT(*) FROM review_confirmation") == [(0,)]
    assert site.rows("SELECT COUNT(*) FROM review_notice WHERE person LIKE 'guest:%'") == [(0,)]


def test_one_address_is_not_written_to_again_and_again(site: Site) -> None:
    def asked(number: int, address: str = ADDRESS) -> int:
        """Ask so many times, and return how many messages that made."""
        before = len(site.mailbox.received)
        answers = {site.ask(adresse=address) for _ in range(number)}
        assert len(answers) == 1, "the answer tells nobody that an address was written to"
        site.services.review.mail.deliver()
        return len(site.mailbox.received) - before

    assert asked(MAX_PER_MAILBOX_AND_HOUR + 2) == MAX_PER_MAILBOX_AND_HOUR
    assert asked(1, ADDRESS.upper()) == 0
    assert asked(1, "andere@beispielstadt.example") == 1
    link = site.link()
    site.open(link)
    site.send(link)
    site.later(hours=1)
    # Confirming frees no room.
    assert asked(MAX_PER_MAILBOX_AND_HOUR) == MAX_PER_MAILBOX - MAX_PER_MAILBOX_AND_HOUR
    site.later(hours=1)
    assert asked(1) == 0
    site.later(hours=HOURS + 1)
    assert asked(1) == 1


def test_one_asker_cannot_use_up_the_questions_of_everybody(site: Site) -> None:
    share = MAX_PER_HOUR // 3 // site.services.settings.workers
    site.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    for number in range(share):
        site.ask(adresse=f"a{number}@b.example")
    assert "Zu viele Fragen" in site.ask(status=422, adresse="noch@b.example")
    site.client.environ_base["REMOTE_ADDR"] = "192.0.2.2"
    site.ask(adresse="noch@b.example")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"adresse": ""}, "E-Mail-Adresse"), ({"adresse": "frau.a"}, "E-Mail-Adresse"),
        ({"adresse": "a@b.example, c@d.example"}, "E-Mail-Adresse"),
        ({"adresse": "a@b.example\nBcc: c@d.example"}, "E-Mail-Adresse"),
        ({"adresse": "=?utf-8?q?v=40d.example=2C?=.x1@b.example"}, "E-Mail-Adresse"), ({"frage": ""}, "Handlungsfeld"),
        ({"thema": "nichts"}, "Handlungsfeld"), ({"frage": "x" * 150}, "Frage"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_what_was_typed_stays(idle: Site, changes: dict[str, str], said: str) -> None:
    assert said in idle.ask(status=422, **changes)
    (situation,) = idle.shown.xpath("//textarea[@name='lage']")
    assert situation.text_content().strip() == WORDS["lage"]
    assert idle.rows("SELECT COUNT(*) FROM review_confirmation") == [(0,)]


def test_a_link_that_nobody_sent_leads_nowhere(idle: Site) -> None:
    answer = idle.client.get(f"/bestaetigen/{'x' * 43}")
    assert answer.status_code == 404
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_asking_is_offered_only_where_mail_is_sent(idle: Site, client: FlaskClient) -> None:
    page, without = (one.get("/fragen").get_data(as_text=True) for one in (idle.client, client))
    assert "Noch hat niemand gefragt." in page
    assert "Noch hat niemand gefragt." in without
    assert ("Sie brauchen kein Konto." in page, "Sie brauchen kein Konto." in without) == (True, False)
    assert html.fromstring(page).xpath(f"//main//a[@href='{ASK}']")
    idle.open("/suche?q=Xyzzyplugh")
    assert f"{ASK}?q=Xyzzyplugh" in idle.shown.xpath("//main//a/@href")
    told = ['id="fragen"' in one.get("/datenschutz").get_data(as_text=True) for one in (idle.client, client)]
    assert told == [True, False]
    instead = client.get(ASK).get_data(as_text=True)
    assert 'name="frage"' not in instead
    assert f"mailto:{OPERATOR['operator_email']}" in instead
