import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from app.wiring.scheduler import Scheduler
from tests.webnode.mail import ADDRESS, MailSite, mail_site
from tests.webnode.node import CONTENT, publish

RECORD = "20000000-0000-4000-8000-000000000001"
NEW = "case-studies/beispielstadt-rufbus/index.md"

_CASE = CONTENT / "case-studies" / "beispielstadt-irrtum" / "index.md"


class Site(MailSite):
    """A node that sends e-mail, and a reader without an account who follows something."""

    def ask(self, path: str, address: str = ADDRESS, rhythm: str = "daily", status: int = 200) -> str:
        """Enter an address and return what the page answers."""
        self.open(path)
        return self.send(path, status, adresse=address, rhythmus=rhythm)

    def subscribe(self, path: str, rhythm: str = "at_once", address: str = ADDRESS) -> str:
        """Subscribe and confirm, and return the address of the page with all subscriptions."""
        self.ask(path, address, rhythm)
        link = self.links(self.round()[-1])[0]
        assert "Möchten Sie dieses Abonnement?" in self.open(link)
        answer = self.client.post(link, data={"csrf_token": self.proof})
        return str(answer.headers["Location"]).partition("?")[0]

    def round(self) -> list[EmailMessage]:
        """Do what the running node does by itself, and return the messages that were sent meanwhile."""
        before = len(self.mailbox.received)
        self.later(minutes=2)
        Scheduler(self.services, lambda _stop: False).once()
        self.later(minutes=2)
        # It writes what is due after it has sent what waited; of the next round only that matters here.
        self.services.review.mail.deliver()
        return self.mailbox.received[before:]

    def publish(self, title: str = "Beispielstadt: Rufbus im Winter") -> None:
        """Publish a case, new or with another title."""
        written = _CASE.read_text("utf-8").replace("10000000-0000-4000-8000-000000000003", RECORD)
        publish(self.services, {NEW: re.sub(r"(?m)^title: .*$", f'title: "{title}"', written).encode()})
        self.services.follow()

    def withdraw(self) -> None:
        tombstone = (
            f"---\nschema: withdrawn/1\nid: {RECORD}\nkind: case-study\n"
            'title: "Beispielstadt: Rufbus"\nreason: error\n---\n'
        )
        publish(self.services, {NEW: tombstone.encode()})
        self.services.follow()


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with mail_site(Site, tmp_path_factory.mktemp("followers")) as site:
        yield site
