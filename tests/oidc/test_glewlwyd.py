"""Sign-in with a second, independent provider. Reported as NOT RUN where Debian's package is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.web.factory import create_app
from tests.oidc import glewlwyd
from tests.oidc.browser import Browser, problem_of
from tests.oidc.provider import free_port
from tests.oidc.site import MovableClock, made
from tests.serving import serving

pytestmark = pytest.mark.skipif(
    glewlwyd.PROGRAM is None or not glewlwyd.TABLES.exists(),
    reason="NOT RUN: the second provider is missing (apt-get install -y --no-install-recommends glewlwyd)",
)

PROVIDERS = """\
[[provider]]
key = "stadt"
issuer = "{issuer}"
client_id = "{client}"
client_secret_file = "stadt.secret"
client_authentication = "{authentication}"
label = "Stadt Beispielstadt"
employers = [{{ name = "Stadt Beispielstadt", organisation = "beispielstadt" }}]
claims = {{ trust_email = true }}
"""


@contextmanager
def node(folder: Path, authentication: str) -> Iterator[str]:
    """Run a node whose people sign in at glewlwyd; give its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with glewlwyd.running(folder / "provider", address, "stadt") as issuer:
        file = folder / "providers.toml"
        (folder / "stadt.secret").write_text(glewlwyd.SECRET, encoding="utf-8")
        text = PROVIDERS.format(issuer=issuer, client=glewlwyd.CLIENT, authentication=authentication)
        file.write_text(text, encoding="utf-8")
        services = made(folder, MovableClock(), issuer=address, providers=file)
        with serving(create_app(services, testing=True), port):
            yield address
        services.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with node(tmp_path_factory.mktemp("glewlwyd"), "post") as address:
        yield address


def test_signing_in_and_out(address: str) -> None:
    reader = Browser(address)
    asked = reader.begin(query="?weiter=/ueber")
    assert urlsplit(asked.url).path == "/login.html"
    assert glewlwyd.choose(reader, asked).url == f"{address}/ueber"
    assert reader.name == "Alex Beispiel"
    page = reader.get("/konto")
    assert "alex@beispielstadt.example" in page.text
    done = reader.submit(page, "/abmelden")
    assert done.headers["Refresh"].startswith("0; url=http://127.0.0.1:")
    assert "/api/oidc/end_session?" in done.headers["Refresh"]
    assert reader.name is None


def test_answer_in_another_browser_signs_nobody_in(address: str) -> None:
    reader, victim = Browser(address), Browser(address)
    asked = reader.begin()
    victim.begin()
    page = glewlwyd.choose(victim, asked)
    assert problem_of(page) == "abgelaufen"
    assert victim.name is None


def test_client_that_is_not_believed_signs_nobody_in(tmp_path: Path) -> None:
    """This provider takes the secret from the header without decoding it, so it does not know this one."""
    with node(tmp_path, "basic") as address:
        reader = Browser(address)
        page = glewlwyd.choose(reader, reader.begin())
        assert problem_of(page) == "nicht-bestaetigt"
        assert reader.name is None
