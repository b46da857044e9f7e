"""A node behind a real server, and the git binary as everybody has it."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.identity import Person, Role, RoleKind
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.web.factory import create_app
from app.wiring import Services
from tests.serving import serving
from tests.webnode.node import make_node

_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    said: str


@dataclass(frozen=True)
class Site:
    """A running node; `address` without the slash at its end."""

    services: Services
    address: str

    def person(self, name: str, *kinds: RoleKind) -> Person:
        account = Account(provider="test", issuer="https://anmeldung.example", subject=name)
        profile = Profile(display_name=name, email=None, organisation=None, roles=tuple(Role(kind=k) for k in kinds))
        return self.services.identity.sign_in.sign_in(account, profile).person

    def url(self, secret: str = "") -> str:
        scheme, _, host = self.address.partition("://")
        return f"{scheme}://beispiel:{secret}@{host}/content.git" if secret else f"{self.address}/content.git"


@dataclass(frozen=True)
class Checkout:
    folder: Path

    def git(self, *arguments: str, lang: str = "de_DE.UTF-8", given: str = "") -> Answer:
        """Run git as somebody would at their desk, with nothing of this machine's settings; `given` is its input."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder.parent),
            "LANGUAGE": lang,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": f"beispiel{'@example.org' if what == 'EMAIL' else ''}"
               for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }  # fmt: skip
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=env,
            input=given.encode(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Answer(status=done.returncode, said=(done.stdout + done.stderr).decode(errors="replace"))

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def commit(self, message: str) -> None:
        assert self.git("add", "--all").status == 0
        assert self.git("commit", "-m", message).status == 0

    def everything(self) -> str:
        """Return all objects of the clone in readable form, those that nothing names included."""
        return self.git("cat-file", "--batch-all-objects", "--batch", "--unordered").said


@contextmanager
def served(services: Services) -> Iterator[Site]:
    """Answer at a free port, and close the node in the end."""
    with serving(create_app(services)) as address:
        yield Site(services, address)
    services.close()


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For tests that publish nothing: each has an author and a clone of its own."""
    with served(make_node(tmp_path_factory.mktemp("shared"))) as site:
        yield site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with served(make_node(tmp_path)) as site:
        yield site


@pytest.fixture
def clone(site: Site, tmp_path: Path) -> Checkout:
    """What anybody gets from `git clone`; it is made once for each site and copied."""
    first = site.services.settings.data.parent / "first-clone"
    if not first.exists():
        cloned(site, first)
    shutil.copytree(first, tmp_path / "clone")
    return Checkout(tmp_path / "clone")


def cloned(site: Site, folder: Path) -> Checkout:
    folder.mkdir()
    answer = Checkout(folder).git("clone", "--quiet", site.url(), ".")
    assert answer.status == 0, answer.said
    return Checkout(folder)


@pytest.fixture
def author(site: Site) -> Person:
    """Somebody who has sent nothing yet."""
    return site.person(f"Beispiel Autorin {next(_numbers)}", RoleKind.AUTHOR)


@pytest.fixture
def secret(site: Site, author: Person) -> str:
    return site.services.identity.tokens.make(author.id, "Arbeitsplatz", 30).secret
