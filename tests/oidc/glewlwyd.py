"""Debian's glewlwyd, a provider written in C by other people: what only works with oidc-provider shows here."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc.jwk import RSAKey

from tests.oidc.browser import Browser
from tests.oidc.provider import free_port

PROGRAM = shutil.which("glewlwyd")
TABLES = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
MODULES = Path("/usr/lib/glewlwyd")
CLIENT, SECRET = "erfahrungsnetz", "a secret for tests & nothing else: 100 %"
USER, PASSWORD = "alex", "a password for tests"
SCOPES = ("openid", "profile", "email")

CONFIGURATION = """\
port={port}
bind_address="127.0.0.1"
external_url="http://127.0.0.1:{port}"
login_url="login.html"
api_prefix="api"
log_mode="file"
log_level="INFO"
log_file="{folder}/log"
cookie_secure=0
admin_session_authentication="cookie"
profile_session_authentication="cookie"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{modules}/user"
client_module_path="{modules}/client"
user_auth_scheme_module_path="{modules}/scheme"
plugin_module_path="{modules}/plugin"
use_secure_connection=false
secure_connection_key_file="none"
secure_connection_pem_file="none"
hash_algorithm="SHA512"
database={{ type="sqlite3"; path="{folder}/db"; }};
"""


@contextmanager
def running(folder: Path, node: str, key: str) -> Iterator[str]:
    """Run the provider for a node that knows it under `key`; give its issuer."""
    port = free_port()
    folder.mkdir()
    database = sqlite3.connect(folder / "db")
    database.executescript(TABLES.read_text(encoding="utf-8"))
    database.close()
    file = folder / "conf"
    file.write_text(CONFIGURATION.format(port=port, folder=folder, modules=MODULES), encoding="utf-8")
    process = subprocess.Popen([PROGRAM or "", f"--config-file={file}"], stdout=subprocess.DEVNULL)
    try:
        _configure(f"http://127.0.0.1:{port}/api", node, key)
        yield f"http://127.0.0.1:{port}/api/oidc"
    finally:
        process.terminate()
        process.wait(timeout=10)


def choose(browser: Browser, page: requests.Response) -> requests.Response:
    """Do what glewlwyd's own page would do in a browser with script: password, consent, back."""
    address = urlsplit(page.url)
    api = f"{address.scheme}://{address.netloc}/api"
    browser.http.post(f"{api}/auth/", json={"username": USER, "password": PASSWORD}, timeout=10).raise_for_status()
    consent = {"scope": " ".join(SCOPES)}
    browser.http.put(f"{api}/auth/grant/{CLIENT}", json=consent, timeout=10).raise_for_status()
    (back,) = parse_qs(address.query)["callback_url"]
    return browser.http.get(f"{back}&g_continue", timeout=10)


def _configure(api: str, node: str, key: str) -> None:
    with requests.Session() as admin:
        _wait(lambda: admin.post(f"{api}/auth/", json={"username": "admin", "password": "password"}, timeout=5))
        for scope in ("profile", "email"):
            _tell(admin, "POST", f"{api}/scope/", name=scope, display_name=scope, password_required=False, scheme={})
        _tell(
            admin,
            "POST",
            f"{api}/mod/plugin/",
            module="oidc",
            name="oidc",
            display_name="oidc",
            parameters=_plugin(api),
        )
        _tell(
            admin, "POST", f"{api}/user/", username=USER, password=PASSWORD, name="Alex Beispiel",
            email="alex@beispielstadt.example", scope=list(SCOPES), enabled=True,
        )  # fmt: skip
        _tell(
            admin, "POST", f"{api}/client/", client_id=CLIENT, name="Netz", client_secret=SECRET, confidential=True,
            redirect_uri=[f"{node}/anmelden/{key}/antwort"], authorization_type=["code"], scope=[], enabled=True,
            token_endpoint_auth_method=["client_secret_post"],
        )  # fmt: skip


def _plugin(api: str) -> dict[str, Any]:
    pair = RSAKey.generate_key(2048)
    off = ("token", "password", "client", "refresh", "device")
    return {
        "iss": f"{api}/oidc",
        "jwt-type": "rsa",
        "jwt-key-size": "256",
        "key": pair.as_pem(private=True).decode(),
        "cert": pair.as_pem(private=False).decode(),
        "access-token-duration": 3600,
        "refresh-token-duration": 3600,
        "code-duration": 600,
        "refresh-token-rolling": True,
        "allow-non-oidc": False,
        "auth-type-code-enabled": True,
        "auth-type-id-token-enabled": True,
        **{f"auth-type-{name}-enabled": False for name in off},
        "pkce-allowed": True,
        "pkce-method-plain-allowed": False,
        "pkce-required": True,
        "subject-type": "public",
        "jwks-show": True,
        "name-claim": "mandatory",
        "email-claim": "mandatory",
        "session-management-allowed": True,
        "session-cookie-name": "glewlwyd_sitzung",
        "session-cookie-expiration": 3600,
    }


def _tell(admin: requests.Session, method: str, address: str, **values: Any) -> None:
    answer = admin.request(method, address, json={"description": "test", **values}, timeout=10)
    assert answer.ok, answer.text


def _wait(ask: Any) -> None:
    for _ in range(100):
        try:
            ask().raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("glewlwyd did not start")
