"""The attacks of the threat model that one client can run by itself, each until it is told that it is over."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import docx
import requests
from lxml import html

from app.identity import Role, RoleKind
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.shared.config import PROJECT_ROOT, load_settings
from app.web.factory import create_app
from app.web.shell.cookies import SESSION_ID
from app.wiring import Services
from app.wiring.node import Node
from tools.packs import bomb, push_of

ISSUER = "http://erfahrungen.example"
_PARAGRAPHS = 20_000
_TIMEOUT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Somebody who may propose: the cookie of a session, and an access token for git."""

    issuer: str
    cookie: Mapping[str, str]
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """The form of a memo with its button for a PDF."""

    address: str
    fields: Mapping[str, tuple[None, str]]
    cookies: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A running site, and what is sent to it."""

    url: str
    credentials: Credentials
    report: bytes
    push: bytes
    memo: Pressed

    @classmethod
    def at(cls, url: str, credentials: Credentials) -> Target:
        """Return the site under `url`, with a long report and a bomb for it."""
        return cls(
            url=url,
            credentials=credentials,
            report=_report(),
            push=push_of("1" * 40, bomb()),
            memo=_memo(url),
        )


def prepared(data: Path) -> Credentials:
    """Fill a node and let somebody sign in."""
    services = Services(load_settings(data=data, issuer=ISSUER))
    try:
        Node(services).init(PROJECT_ROOT / "content", lambda _step: lambda _done, _all: None)
        account = Account(provider="bench", issuer="https://anmeldung.example", subject="Beispielperson")
        profile = Profile(
            display_name="Beispielperson", email=None, organisation=None, roles=(Role(kind=RoleKind.AUTHOR),)
        )
        opened = services.identity.sign_in.sign_in(account, profile)
        token = services.identity.tokens.make(opened.person.id, "Messung", 1).secret
        app = create_app(services)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie[SESSION_ID] = opened.secret
        name = str(app.config["SESSION_COOKIE_NAME"])
        found = client.get_cookie(name)
        return Credentials(issuer=ISSUER, cookie={name: found.value if found else ""}, token=token)
    finally:
        services.close()


def _memo(url: str) -> Pressed:
    """Fetch the form once for all clients: what whole pages cost is another matter, which the proxy limits."""
    asker = requests.Session()
    found = asker.get(f"{url}/suche", params={"q": "Daten"}, timeout=_TIMEOUT).text
    pinned = "&".join(f"gemerkt={one}" for one in dict.fromkeys(re.findall(r"gemerkt=([0-9a-f-]{36})", found)))
    address = f"{url}/auswahl?q=Daten&{pinned}"
    page = html.document_fromstring(asker.get(address, timeout=_TIMEOUT).text)
    form = page.xpath("//form[contains(@class, 'memo')]")[0]
    values = {**dict(form.form_values()), "tun": "herunterladen:pdf"}
    return Pressed(
        address=address,
        fields={name: (None, value) for name, value in values.items()},
        cookies=asker.cookies.get_dict(),
    )


def _report() -> bytes:
    document = docx.Document()
    for number in range(_PARAGRAPHS):
        document.add_paragraph(f"Absatz {number} eines Berichts, den niemand liest.")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf_exports(target: Target, over: threading.Event) -> None:
    """Press the button for a PDF of a memo again and again."""
    pressed = target.memo
    while not over.is_set():
        requests.post(pressed.address, files=pressed.fields, cookies=dict(pressed.cookies), timeout=_TIMEOUT)


def imports(target: Target, over: threading.Event) -> None:
    """Hand in a report of many thousand paragraphs again and again."""
    asker = requests.Session()
    asker.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in target.credentials.cookie.items())
    address = f"{target.url}/beitragen/unterlage"
    answer = asker.get(address, timeout=_TIMEOUT)
    asker.headers["Cookie"] = "; ".join(f"{cookie.name}={cookie.value}" for cookie in answer.cookies) or str(
        asker.headers["Cookie"]
    )
    (form,) = html.document_fromstring(answer.text).xpath("//form[.//input[@type='file']]")
    fields = dict(form.form_values())
    while not over.is_set():
        asker.post(address, data=fields, files={"unterlage": ("bericht.docx", target.report)}, timeout=_TIMEOUT)


def push_bombs(target: Target, over: threading.Event) -> None:
    """Push 16 KB that unfold into 2 GB."""
    address = f"{target.url}/content.git/git-receive-pack"
    kind = {"Content-Type": "application/x-git-receive-pack-request"}
    while not over.is_set():
        requests.post(
            address, data=target.push, headers=kind, auth=("beispiel", target.credentials.token), timeout=_TIMEOUT
        )
        over.wait(0.2)


ATTACKS: Mapping[str, Callable[[Target, threading.Event], None]] = {
    "PDF exports": pdf_exports,
    "imports of reports": imports,
    "push bombs": push_bombs,
}
