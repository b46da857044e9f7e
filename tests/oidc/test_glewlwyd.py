"""Sign-in with a second, independent provider. Reported as NOT RUN where Debian's package is missing."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.web.factory import create_app
from tests.oidc import glewlwyd
from tests.oidc.browser import Browser
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
client_authentication = "post"
label = "Stadt Beispielstadt"
employers = [{{ name = "Stadt Beispielstadt", organisation = "beispielstadt" }}]
claims = {{ trust_email = true }}
"""


def test_signing_in_and_out(tmp_path: Path) -> None:
    """This provider takes the secret from the header without decoding it, so it gets it in the form."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with glewlwyd.running(tmp_path / "provider", address, "stadt") as issuer:
        file = tmp_path / "providers.toml"
        (tmp_path / "stadt.secret").write_text(glewlwyd.SECRET, encoding="utf-8")
        file.write_text(PROVIDERS.format(issuer=issuer, client=glewlwyd.CLIENT), encoding="utf-8")
        services = made(tmp_path, MovableClock(), issuer=address, providers=file)
        with serving(create_app(services, testing=True), port):
            _sign_in_and_out(address)
        services.close()


def _sign_in_and_out(address: str) -> None:
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
