"""Events reach programs as Standard Webhooks says, whatever these do; a receiver judges by the rules of that page."""

import json
import re
import shutil
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as mac
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlmodel import col, select

from app.federation.issuer import Issuer
from app.fetching import FetchFailed
from app.identity import Role, RoleKind
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.review.models import Message, Notice, NoticeKind, Proposal
from app.review.notices.notice import PROGRAM, QUESTION_ASKED
from app.review.notices.webhooks import WebhookNotFound, signature_headers
from app.review.questions import Asked, front_of
from app.review.submission import Submission
from app.review.text.record_text import RecordText
from app.review.workflow import Unsettled
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from app.wiring.scheduler import tell_of_silence, tell_of_stopped_webhooks
from tests import deciding
from tests.functional.review.node import AUTHOR, CURATOR
from tests.webnode.clock import Clock
from tests.webnode.node import CONTENT, make_node
from tests.webnode.people import sign_in

LONGEST = timedelta(minutes=5)


class Refused(Exception):
    """The receiver does not believe a request."""


@dataclass
class Verifier:
    """Believes what a key signed lately and no second time, by „Verifying webhook authenticity“."""

    secret: str
    seen: set[str] = field(default_factory=set)

    def verify(self, head: Mapping[str, str], body: bytes, now: datetime) -> Any:
        token, stamp, signatures = (head[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        if abs(now.timestamp() - int(stamp)) > LONGEST.total_seconds():
            raise Refused("too old or too new")
        key = b64decode(self.secret.removeprefix("whsec_"), validate=True)
        assert 24 <= len(key) <= 64
        wanted = b64encode(mac(key, f"{token}.{stamp}.".encode() + body, sha256).digest()).decode()
        given = [one.partition(",") for one in signatures.split(" ")]
        if not any(version == "v1" and compare_digest(made, wanted) for version, _, made in given):
            raise Refused("signed by somebody else")
        if token in self.seen:
            raise Refused("known already")
        self.seen.add(token)
        return json.loads(body)


class Receiver:
    """A program on this machine: keeps what it is sent and answers with `status`."""

    def __init__(self) -> None:
        self.got: list[tuple[Mapping[str, str], bytes]] = []
        self.status = 204
        self.meanwhile: Callable[[], object] = lambda: None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                head = {name.lower(): value for name, value in self.headers.items()}
                receiver.got.append((head, self.rfile.read(int(self.headers["Content-Length"]))))
                receiver.meanwhile()
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_given: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/ereignisse?an=alle"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = make_node(tmp_path, issuer="http://127.0.0.1:8000")
    clock = Clock(services.clock())
    services.close()
    services = Services(services.settings, clock)
    services.vocabularies.refresh()
    services.follow()
    yield services
    services.close()


def now(services: Services) -> datetime:
    return services.clock()


def later(services: Services, **duration: float) -> None:
    assert isinstance(services.clock, Clock)
    services.clock.forward(**duration)


def asked(services: Services) -> Proposal:
    """Send a question that waits for its review."""
    front = front_of(Asked(question="Wer kennt Frau Muster aus der Schulstraße?", topic="mobility"))
    text = RecordText(front=dict(front), sections={"situation": ""})
    sent = services.review.proposals.submit(Submission(kind="question", author=AUTHOR, text=text))
    assert isinstance(sent, Proposal), sent
    return sent


def published(services: Services) -> None:
    proposal = asked(services)
    deciding.approve(services.review.curation, proposal.id, CURATOR, round=1)
    deciding.publish(services.review.curation, proposal.id, CURATOR, frozenset(Unsettled))


def waiting(services: Services) -> list[Message]:
    with services.sessions.reading() as db:
        found = select(Message).join(Notice).where(col(Notice.person).startswith(PROGRAM), col(Message.outcome) == "")
        return list(db.scalars(found))


def test_a_question_and_what_is_published_arrive_signed_and_name_nobody(services: Services, receiver: Receiver) -> None:
    _number, secret = services.webhooks.add(receiver.url)
    published(services)
    assert services.review.mail.deliver() == ["sent", "sent"]
    verifier = Verifier(secret)
    question, record = (verifier.verify(head, body, now(services)) for head, body in receiver.got)
    assert question["type"] == QUESTION_ASKED
    assert set(question["data"]) == {"kind", "url"}
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/vorschlaege/[0-9a-f-]{36}", question["data"]["url"])
    assert record["type"] == "record.published"
    assert record["data"]["title"] == "Wer kennt Frau Muster aus der Schulstraße?"
    assert datetime.fromisoformat(record["timestamp"]).tzinfo is not None
    assert "Muster" not in receiver.got[0][1].decode() + record["data"]["kind"]
    assert receiver.got[0][0]["content-type"] == "application/json"
    assert waiting(services) == []


def test_what_a_followed_folder_publishes_arrives_once(services: Services, receiver: Receiver, tmp_path: Path) -> None:
    services.webhooks.add(receiver.url)
    folder = shutil.copytree(CONTENT, tmp_path / "folder")
    changed = folder / "concepts" / "beispiel-pruefliste" / "index.md"
    node, silent = Node(services), lambda _step: lambda _done, _all: None
    node.sync(folder, silent)
    services.review.mail.deliver()
    before = len(receiver.got)
    changed.write_text(changed.read_text("utf-8") + "\nEin Satz mehr.\n", "utf-8")
    for _ in range(2):
        node.sync(folder, silent)
    while services.review.mail.deliver():
        pass
    [(_head, body)] = receiver.got[before:]
    event = json.loads(body)
    assert (event["type"], event["data"]["kind"]) == ("record.published", "concept")
    assert event["data"]["url"] == "http://127.0.0.1:8000/konzepte/beispiel-pruefliste"


def test_only_chosen_events_are_sent_and_a_withdrawal_gives_no_reason(services: Services, receiver: Receiver) -> None:
    _number, secret = services.webhooks.add(receiver.url, ["record.withdrawn"])
    published(services)
    services.review.records.withdraw_record(
        "case-study", "beispielstadt-mitfahrbank", CURATOR, reason="error", note="Herr Muster bat darum."
    )
    assert services.review.mail.deliver() == ["sent"]
    [(head, body)] = receiver.got
    event = Verifier(secret).verify(head, body, now(services))
    assert event["type"] == "record.withdrawn"
    assert set(event["data"]) == {"kind", "url"}
    assert event["data"]["url"].endswith("/beispielstadt-mitfahrbank")


def test_a_program_that_is_away_gets_the_event_later_under_the_same_id_with_a_new_time(
    services: Services, receiver: Receiver
) -> None:
    _number, secret = services.webhooks.add(receiver.url)
    receiver.status = 503
    asked(services)
    assert services.review.mail.deliver() == [""]
    assert [one.failure for one in waiting(services)] == ["status 503"]
    assert services.review.mail.deliver() == [], "not at once again"
    receiver.status = 200
    later(services, minutes=6)
    assert services.review.mail.deliver() == ["sent"]
    (first, old), (second, new) = receiver.got
    assert (first["webhook-id"], old) == (second["webhook-id"], new)
    verifier = Verifier(secret)
    assert verifier.verify(second, new, now(services))["type"] == QUESTION_ASKED
    with pytest.raises(Refused, match="known"):
        verifier.verify(second, new, now(services))
    with pytest.raises(Refused, match="too old"):
        verifier.verify(first, old, now(services))
    with pytest.raises(Refused, match="somebody else"):
        Verifier(secret).verify(second, new + b" ", now(services))


def test_events_for_a_silent_program_do_not_wait_for_it_one_by_one(services: Services, receiver: Receiver) -> None:
    services.webhooks.add(receiver.url)
    receiver.status = 500
    published(services)
    assert services.review.mail.deliver() == ["", ""]
    assert len(receiver.got) == 1


def test_a_dead_program_is_stopped_operators_told_and_a_test_resumes(services: Services, receiver: Receiver) -> None:
    profile = Profile(display_name="Kim", email=None, organisation=None, roles=(Role(kind=RoleKind.OPERATOR),))
    account = Account(provider="test", issuer="https://anmeldung.example", subject="1")
    operator = services.identity.sign_in.sign_in(account, profile).person
    number, _secret = services.webhooks.add(receiver.url)
    receiver.status = 500
    asked(services)
    begun = now(services)
    while not services.webhooks.get(number).stopped_at:
        services.review.mail.deliver()
        later(services, minutes=30)
        assert now(services) - begun < timedelta(days=3)
    assert len(receiver.got) == 7
    assert timedelta(days=1) < now(services) - begun
    for _ in range(2):
        tell_of_stopped_webhooks(services)
    [notice] = [one for one in services.review.notices.of(operator.id) if one.kind is NoticeKind.WEBHOOK_STOPPED]
    assert "ereignisse" not in json.dumps(dict(notice.params)), "some programs have a secret in their path"
    client = create_app(services, testing=True).test_client()
    sign_in(client, (RoleKind.OPERATOR,))
    told = rf"keine Ereignisse mehr: status 500\W.*erfahrungsnetz webhooks test {number}\b"
    assert re.search(told, client.get("/betrieb").get_data(as_text=True))
    with pytest.raises(FetchFailed):
        services.webhooks.test(number)
    receiver.status = 200
    services.webhooks.test(number)
    assert json.loads(receiver.got[-1][1])["type"] == "ping"
    assert services.webhooks.get(number).stopped_at is None
    assert f"webhooks test {number}" not in client.get("/betrieb").get_data(as_text=True)


def test_a_program_that_is_gone_is_stopped_at_once(services: Services, receiver: Receiver) -> None:
    number, _secret = services.webhooks.add(receiver.url)
    receiver.status = 410
    asked(services)
    assert services.review.mail.deliver() == ["stopped"]
    assert services.webhooks.get(number).failure == "status 410"
    assert waiting(services) == []


def test_one_removed_while_it_is_asked_ends_no_delivery(services: Services, receiver: Receiver) -> None:
    number, _secret = services.webhooks.add(receiver.url)
    receiver.status, receiver.meanwhile = 410, lambda: services.webhooks.remove(number)
    asked(services)
    assert services.review.mail.deliver() == ["stopped"]
    assert services.webhooks.all() == ()


def test_while_a_secret_is_rotated_both_hold(services: Services, receiver: Receiver) -> None:
    number, old = services.webhooks.add(receiver.url)
    new = services.webhooks.rotate(number)
    asked(services)
    services.review.mail.deliver()
    [(head, body)] = receiver.got
    for secret in (old, new):
        assert Verifier(secret).verify(head, body, now(services))
    assert services.webhooks.rotate(number) not in {old, new}
    services.webhooks.test(number)
    head, body = receiver.got[-1]
    assert Verifier(new).verify(head, body, now(services))
    with pytest.raises(Refused, match="somebody else"):
        Verifier(old).verify(head, body, now(services))


def test_a_chat_gets_one_sentence_in_which_a_title_calls_nobody(services: Services, receiver: Receiver) -> None:
    services.webhooks.add(receiver.url, ["peer.silent"], as_text=True)
    nodes, issuer = services.harvest.nodes, Issuer("https://still.example")
    nodes.add(issuer, "a" * 64, name="@all [Klick](https://x.example)")
    nodes.change(issuer, confirmed_until=now(services) - timedelta(days=1))
    for _ in range(2):
        tell_of_silence(services)
    assert services.review.mail.deliver() == ["sent"], "once"
    sent = json.loads(receiver.got[0][1])
    assert set(sent) == {"text"}
    assert sent["text"].startswith("Eine Seite des Netzes schweigt: @\u200ball (Klick)")
    assert sent["text"].endswith(" http://127.0.0.1:8000/betrieb#partner")


@pytest.mark.parametrize("address", ["http://10.0.0.7:8065", "http://169.254.169.254", "https://10.0.0.7"])
def test_a_private_address_is_refused(services: Services, address: str) -> None:
    number, _secret = services.webhooks.add(f"{address}/hooks/abc")
    with pytest.raises(FetchFailed) as refused:
        services.webhooks.test(number)
    assert refused.value.code in {"address", "port"}
    asked(services)
    assert services.review.mail.deliver() == [""]
    services.webhooks.remove(number)
    later(services, minutes=2)
    assert services.review.mail.deliver() == ["removed"]
    with pytest.raises(WebhookNotFound):
        services.webhooks.remove(number)


def test_the_signature_is_the_one_that_other_programs_compute() -> None:
    # The example of the reference libraries: github.com/standard-webhooks/standard-webhooks.
    secret, token = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    at = datetime.fromtimestamp(1614265330).astimezone()
    made = signature_headers([b64decode(secret.removeprefix("whsec_"))], token, at, b'{"test": 2432232314}')
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
