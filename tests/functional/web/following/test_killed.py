"""kill -9 between all steps of telling followers: nobody is told twice, and what may be lost is named."""

import multiprocessing
import signal

import pytest

from app.review.notices.mail import Mail, SmtpMail
from tests.functional.web.following import dying
from tests.functional.web.following.conftest import Site

UNSURE = "ist nicht sicher"


def killed(site: Site, step: str) -> None:
    """Go round in another process, which is killed at a step."""
    site.later(minutes=2)
    site.services.sessions.engine.dispose()
    given = site.services.settings
    mail = {name: getattr(given, name) for name in ("smtp_host", "smtp_port", "smtp_security", "smtp_from")}
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([dying.__name__])
    process = made.Process(target=dying.main, args=(given.data.parent, mail, site.services.clock(), step))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def rest(site: Site) -> None:
    """Let others go round until every lease and every claim of the dead process is over."""
    for _ in range(3):
        site.later(minutes=31)
        site.round()


@pytest.mark.parametrize(("step", "arrived"), [("digest", 0), ("claimed", 0), ("accepted", 1)])
def test_a_digest_arrives_once_wherever_the_process_dies(site: Site, step: str, arrived: int) -> None:
    site.subscribe("/abonnieren?q=Rufbus")
    before = len(site.mailbox.received)
    site.publish()
    killed(site, step)
    assert len(site.mailbox.received) - before == arrived
    rest(site)
    (message,) = site.mailbox.received[before:]
    assert "Neu: Beispielstadt: Rufbus im Winter" in message.get_content()


def test_what_died_while_it_was_handed_over_is_not_sent_again_but_named_once(site: Site) -> None:
    site.subscribe("/abonnieren?q=Rufbus")
    before = len(site.mailbox.received)
    site.publish()
    killed(site, "handing over")
    rest(site)
    assert site.mailbox.received[before:] == []
    # A message of another kind lies between.
    site.subscribe("/abonnieren?thema=mobility")
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    rest(site)
    assert UNSURE in site.mailbox.received[-1].get_content()
    site.publish("Beispielstadt: Rufbus bis Mitternacht")
    rest(site)
    assert UNSURE not in site.mailbox.received[-1].get_content()


def test_a_server_that_hangs_up_before_it_answers_gets_a_digest_once_and_the_next_one_names_it(site: Site) -> None:
    site.subscribe("/abonnieren?q=Rufbus")
    before = len(site.mailbox.received)
    site.publish()
    site.mailbox.hangs_up = True
    site.round()
    site.mailbox.hangs_up = False
    rest(site)
    assert len(site.mailbox.received) - before == 1
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    rest(site)
    (message,) = site.mailbox.received[before + 1 :]
    assert UNSURE in message.get_content()


def test_a_digest_arrives_once_where_a_slow_sender_is_overtaken(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ["a@beispielstadt.example", "b@beispielstadt.example"]
    for address in addresses:
        site.subscribe("/abonnieren?q=Rufbus", address=address)
    site.publish()
    site.later(minutes=2)
    site.services.following.notifier.run()
    send, mail, before = SmtpMail.send, site.services.review.mail, len(site.mailbox.received)

    def slow(port: SmtpMail, message: Mail) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(SmtpMail, "send", send)
            site.later(minutes=6)
            mail.deliver()
        send(port, message)

    with monkeypatch.context() as patch:
        patch.setattr(SmtpMail, "send", slow)
        mail.deliver()
    assert sorted(message["To"] for message in site.mailbox.received[before:]) == addresses
