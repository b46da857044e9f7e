"""An association, two members and a stranger, as processes of their own; what leaves them is read byte by byte."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.identity.person import Person, Role, RoleKind
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.review.models import Proposal
from app.review.responses.response import Reaction, ResponseKind
from app.review.submission import Published, Submission
from app.review.text.record_text import RecordText, sections_of
from app.shared.clock import utc_now
from app.wiring import Services
from tests import deciding
from tests.netnodes.answering import correction, correction_id
from tests.netnodes.net import concept, copied_node, path, record_id
from tests.webnode.node import publish, settings
from tests.webnode.people import town
from tests.webnode.texts import withdrawn
from tools.serving_node import free_port, serving

ONE, TWO, THREE, FOUR = map(record_id, range(1, 5))
KEY = "06999001"
NAMES = ("verbund", "stadt", "dorf", "fremd")


@dataclass
class Wire:
    """Stands before a node and keeps every byte in either direction."""

    port: int
    behind: int
    seen: bytearray = field(default_factory=bytearray)
    is_cut: bool = False

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _address = listening.accept()
                if self.is_cut:
                    client.close()
                    continue
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.behind)) as server:
            back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
            back.start()
            self._pump(client, server)
            back.join(30)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                # Nothing may be packed, or nobody could read what is in it.
                data = data.replace(b"Accept-Encoding: gzip", b"Accept-Encoding: none")
                self.seen += data
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@dataclass
class Town:
    """One node: its process, what its operator types, and what its editors do."""

    name: str
    folder: Path
    wire: Wire
    services: Services

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.wire.port}"

    @property
    def origin(self) -> str:
        return f"127.0.0.1:{self.wire.port}"

    def types(self, *arguments: str, typed: str | None = None, code: int = 0) -> str:
        """Return what a command says."""
        given = {"NODE_DATA": str(self.folder / "node"), "NODE_ISSUER": self.url, "NODE_CONTENT": ""}
        done = CliRunner(env={**given, "NODE_LOG_LEVEL": "error"}).invoke(main, arguments, input=typed)
        assert done.exit_code == code, (arguments, done.output, done.exception)
        return done.output

    def publishes(self, *ids: str) -> None:
        publish(self.services, {path(one): concept(one, f"Aus {self.name}: {one[-2:]}") for one in ids})
        self.services.follow()

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.wire.behind}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def shows(self, other: Town, record_id: str) -> bool:
        """Tell whether readers of the running site see a record of another node."""
        with suppress(urllib.error.HTTPError):
            return bool(self.page(f"/r/{other.origin}/{record_id}"))
        return False


@contextmanager
def _wire(behind: int) -> Iterator[Wire]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        wire = Wire(listening.getsockname()[1], behind)
        threading.Thread(target=wire.serve, args=(listening,), daemon=True).start()
        yield wire


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Town]]:
    folder, found = tmp_path_factory.mktemp("four"), dict[str, Town]()
    with ExitStack() as stack:
        for name in NAMES:
            behind = free_port()
            wire = stack.enter_context(_wire(behind))
            url = f"http://127.0.0.1:{wire.port}"
            services = Services(settings(copied_node(folder / name), issuer=url, name=name), utc_now)
            services.federation.listing.ensure()
            services.follow()
            given = {"NODE_WORKERS": "1", "NODE_CONTENT": "", "NODE_ISSUER": url, "NODE_MEANING": "off"}
            stack.enter_context(serving(folder / name / "node", given, seconds=120, port=behind))
            found[name] = Town(name, folder / name, wire, services)
        yield found
        for one in found.values():
            one.services.close()


def person(at: Town, number: int = 4711, kinds: Sequence[RoleKind] = (RoleKind.AUTHOR, RoleKind.OPERATOR)) -> Person:
    """Let somebody have an account at a node, with all that is known of people."""
    account = Account(provider="test", issuer="https://anmeldung.example", subject=f"konto-{at.name}-{number}")
    roles = tuple(Role(kind=kind) for kind in kinds)
    profile = Profile(
        display_name=f"Erika Unverkennbar-{at.name}",
        email=f"erika.unverkennbar-{number}@{at.name}.example",
        organisation=None,
        roles=roles,
        municipality=town("Beispielstadt", 1),
    )
    return at.services.identity.sign_in.sign_in(account, profile).person


def test_from_the_link_to_the_first_record_are_three_commands(towns: dict[str, Town]) -> None:
    association, city, village, stranger = (towns[name] for name in NAMES)
    for one in towns.values():
        person(one)
    city.publishes(ONE, TWO)
    link = association.types("members", "invite", "Beispielstadt", "--official-key", KEY).strip()
    city.types("join", link)
    association.types("members", "admit", "1")
    assert "2 new" in association.types("harvest")
    assert association.shows(city, ONE)
    stranger.types("join", link, code=4)
    village.types("join", association.types("members", "invite", "Beispieldorf").strip())
    association.types("members", "admit", "2")
    village.types("harvest")
    village.types("harvest")
    assert village.shows(city, ONE)
    assert f"127.0.0.1:{city.wire.port}" in village.page("/netz")
    assert stranger.types("peers", "list").startswith("No peers")


def test_a_response_counts_at_its_target_from_the_node_that_may_speak_for_the_town(towns: dict[str, Town]) -> None:
    association, city, village, _stranger = (towns[name] for name in NAMES)
    village.publishes(THREE)
    for _time in range(2):
        city.types("harvest")
    said = Reaction(
        record_id=THREE,
        digest=city.services.catalogue.head(THREE, village.origin).digest,
        relation=ResponseKind.REUSES,
        origin=village.origin,
        note="Bei uns auch.",
    )
    city.services.review.responses.respond(said, person(city))
    city.services.follow()
    village.types("harvest")
    assert sum(one.reuses for one in village.services.review.responses.counts(THREE)) == 1
    assert association.services.review.responses.of(THREE, origin=village.origin) == ()


def test_a_correction_goes_home_and_comes_back_with_each_of_its_answers(towns: dict[str, Town]) -> None:
    _association, city, village, _stranger = (towns[name] for name in NAMES)
    home = f"{village.url}/r/{THREE}"
    publish(
        city.services,
        correction(1, home, field="", text="Noch ein Wort.")
        | correction(2, home, text="Kurz gesagt.")
        | correction(3, home, text="Falsch."),
    )
    city.services.follow()
    village.types("harvest", city.url)
    review, readers = village.services.review, [person(village, number, (RoleKind.CURATOR,)) for number in range(3)]
    waiting = [item.proposal for item in review.queue.queue(readers[0])]
    accepted, partly, declined = (
        next(
            row
            for row in waiting
            if (found := review.corrections.behind(row)) and found.record.id == correction_id(one)
        )
        for one in (1, 2, 3)
    )
    text = village.services.catalogue.record(village.services.catalogue.head(THREE))
    front = {**text.data, "summary": "Kürzer gesagt."}
    wish = Submission(
        kind=text.kind,
        author=readers[0],
        base=text.digest,
        text=RecordText(front=front, sections=sections_of(text.body)),
    )
    revised = review.proposals.revise(partly.id, wish)
    assert isinstance(revised, Proposal), revised
    for row in (revised, accepted):
        deciding.approve(review.curation, row.id, readers[1], round=row.rounds)
        assert isinstance(deciding.publish(review.curation, row.id, readers[2]), Published)
    deciding.decline(review.curation, declined.id, readers[1], "Im Plan steht es anders.")
    village.services.follow()
    city.types("harvest", village.url)
    for number, words in ((1, "übernommen"), (2, "zum Teil übernommen"), (3, "Im Plan steht es anders.")):
        page = city.page(f"/korrekturen/k-{number}").partition("Das sagt die Redaktion dazu")[2]
        assert words in page, number
    assert "Kürzer gesagt." in city.page(f"/r/{village.origin}/{THREE}")


def test_while_the_hub_does_not_answer_members_read_each_other(towns: dict[str, Town]) -> None:
    association, city, village, _stranger = (towns[name] for name in NAMES)
    association.wire.is_cut = True
    assert "cut_off" in village.types("harvest", association.url, code=3)
    city.publishes(FOUR)
    assert "1 new" in village.types("harvest", city.url)
    assert village.shows(city, FOUR)
    association.wire.is_cut = False
    village.types("harvest", association.url)


def test_the_association_ends_a_lost_key_and_the_other_member_follows_by_itself(
    towns: dict[str, Town], tmp_path: Path
) -> None:
    association, city, village, _stranger = (towns[name] for name in NAMES)
    words = {one.name: (one.folder / "node" / "keys" / "recovery.txt").read_text() for one in (association, city)}
    (hex_key,) = re.findall(r"Root key: +(\w+)", association.types("keys", "list"))
    city.types("keys", "let-recover", hex_key, typed=words["stadt"])
    (city.folder / "node" / "keys" / "online.pem").unlink()
    new = city.types("keys", "prepare").strip()
    root = tmp_path / "2.root.json"
    with urllib.request.urlopen(f"{city.url}/netz/tuf/metadata/2.root.json", timeout=30) as answer:
        root.write_bytes(answer.read())
    association.types("keys", "recover-for", str(root), new, typed=words["verbund"])
    city.types("keys", "install", str(tmp_path / "3.root.json"))
    publish(city.services, {path(ONE): concept(ONE, "Mit neuem Schlüssel")})
    city.services.follow()
    assert "1 updated" in village.types("harvest", city.url)
    assert "Mit neuem Schlüssel" in village.page(f"/r/{city.origin}/{ONE}")


def test_another_association_takes_over(towns: dict[str, Town]) -> None:
    association, _city, village, stranger = (towns[name] for name in NAMES)
    root = stranger.services.federation.listing.listed.root(1).sha256
    association.types("members", "hand-over", stranger.url, "--root", root)
    village.types("harvest", association.url)
    assert "(association" in village.types("peers", "list").partition(stranger.url)[2].splitlines()[0]


def test_what_is_erased_goes_where_somebody_left_too_and_who_is_excluded_is_forgotten(towns: dict[str, Town]) -> None:
    association, city, village, stranger = (towns[name] for name in NAMES)
    stranger.types("peers", "add", city.url, "--yes")
    assert "new" in stranger.types("harvest", city.url)
    publish(city.services, {path(TWO): withdrawn("concept", TWO, "personal-data")})
    city.services.follow()
    assert "1 erased" in stranger.types("harvest", city.url)
    assert not stranger.shows(city, TWO)
    association.types("members", "end", city.url, "--reason", "excluded")
    assert not association.shows(city, ONE)
    village.types("harvest", association.url)
    assert not village.shows(city, ONE)
    assert city.url not in village.types("peers", "list")
    # Who does not ask any more loses its copies by their age.
    assert stranger.shows(city, ONE)
    shutil.rmtree(stranger.folder / "node" / "lists")
    later = Services(stranger.services.settings, lambda: utc_now() + timedelta(days=91))
    later.harvest.moderation.age()
    later.close()
    end = time.monotonic() + 20
    while stranger.shows(city, ONE) and time.monotonic() < end:
        time.sleep(0.2)
    assert not stranger.shows(city, ONE)


def test_a_member_that_left_loses_what_is_erased_and_whom_it_knew_by_the_association(towns: dict[str, Town]) -> None:
    association, city, village, _stranger = (towns[name] for name in NAMES)
    assert association.url in village.types("peers", "list")
    village.types("peers", "add", city.url, "--yes")
    village.types("harvest", city.url)
    village.types("leave", association.url)
    assert association.url not in village.types("peers", "list")
    assert village.shows(city, ONE)
    publish(city.services, {path(ONE): withdrawn("concept", ONE, "personal-data")})
    city.services.follow()
    assert "1 erased" in village.types("harvest", city.url)
    assert not village.shows(city, ONE)


def test_nothing_about_a_person_has_left_any_of_the_four(towns: dict[str, Town]) -> None:
    seen = b"".join(bytes(one.wire.seen) for one in towns.values()).lower()
    assert seen.count(b"members.json") > 2
    assert b"bei uns auch." in seen
    assert len(seen) > 100_000
    for one in towns.values():
        account = person(one)
        known = (account.id, "unverkennbar", "konto-", "anmeldung.example", f"@{one.name}.example")
        assert [word for word in known if word.lower().encode() in seen] == []
