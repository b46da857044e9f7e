"""Who is believed to be the server that was asked for: real servers, real handshakes, real refusals."""

import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.federation.issuer import Issuer
from app.fetching import Fetched, FetchFailed, Limits, Wanted
from app.fetching.connection import Outbound, trusting
from app.fetching.fetcher import GuardedFetcher
from tests.functional.federation.tls.certificates import Authority, authority, old_serving, serving
from tests.functional.federation.tls.secure_site import hello, secure_site

OVER = timedelta(days=-1)
LIMITS = Limits(wire=1024, inflated=1024, seconds=10)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority of a town, which no system knows."""
    return authority(tmp_path_factory.mktemp("town"), "Stadt Beispielstadt")


def fetch(port: int, known: Authority | None = None, host: str = "localhost", scheme: str = "https") -> Fetched:
    issuer = Issuer.parse(f"{scheme}://{host}:{port}")
    door = GuardedFetcher(Outbound(loopback=True), authorities=known.file if known else None)
    return door.fetch(Wanted(peer=issuer, url=f"{issuer.address}/x", limits=LIMITS))


def failure(port: int, known: Authority | None = None, **values: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        fetch(port, known, **values)
    return failed.value


def test_a_good_certificate_of_an_authority_of_one_s_own_is_believed(town: Authority) -> None:
    with secure_site(lambda _port: hello, serving(town.certificate("localhost"))) as port:
        assert fetch(port, town).body == b"good"


@pytest.mark.parametrize(
    ("make", "known", "code", "words"),
    [
        (lambda town: serving(town.certificate("anderswo.example")), True, "tls_name", "another name"),
        (lambda town: serving(town.certificate("localhost", valid_for=OVER)), True, "tls_expired", "clock"),
        (lambda town: serving(town.certificate("localhost")), False, "tls_authority", "NODE_FEDERATION_CA"),
        (lambda town: old_serving(town.certificate("localhost")), True, "tls_version", "TLS 1.2"),
        (lambda _town: None, True, "tls_none", "does not speak TLS"),
    ],
    ids=["name", "expired", "authority", "old", "plain"],
)
def test_every_other_server_is_refused_with_what_to_do(
    town: Authority, make: Callable[[Authority], ssl.SSLContext | None], known: bool, code: str, words: str
) -> None:
    with secure_site(lambda _port: hello, make(town)) as port:
        failed = failure(port, town if known else None)
    assert failed.code == code, failed.detail
    assert words in str(failed)


def test_a_certificate_for_the_name_is_none_for_the_number(town: Authority) -> None:
    with secure_site(lambda _port: hello, serving(town.certificate("localhost"))) as port:
        assert failure(port, town, host="127.0.0.1").code == "tls_name"


def test_asking_a_secure_port_without_tls_fails(town: Authority) -> None:
    with secure_site(lambda _port: hello, serving(town.certificate("localhost"))) as port:
        assert failure(port, town, scheme="http").code in {"protocol", "cut_off"}


def test_the_variable_of_the_library_works_too(town: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(town.file))
    with secure_site(lambda _port: hello, serving(town.certificate("localhost"))) as port:
        assert fetch(port).body == b"good"


def test_an_authority_of_one_s_own_takes_nothing_from_those_of_the_system(town: Authority) -> None:
    usual = {one["serialNumber"] for one in trusting().get_ca_certs()}
    assert usual <= {one["serialNumber"] for one in trusting(town.file).get_ca_certs()}


def test_the_name_is_looked_up_once_and_the_address_that_was_looked_at_is_connected_to(
    town: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: whoever asks again gets another machine, so nobody must ask again."""
    asked: list[str] = []

    def rebinding(host: str, port: int, *args: Any, **values: Any) -> list[tuple[Any, ...]]:
        del args, values
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    certificate = serving(town.certificate("anderswo.example"))
    with secure_site(lambda _port: hello, certificate) as port, socket.create_server(("127.0.0.9", port)) as trap:
        trap.settimeout(0.2)
        issuer = Issuer.parse(f"https://anderswo.example:{port}")
        door = GuardedFetcher(Outbound(loopback=True), rebinding, town.file)
        assert door.fetch(Wanted(peer=issuer, url=f"{issuer.address}/x", limits=LIMITS)).body == b"good"
        with pytest.raises(TimeoutError):
            trap.accept()
    assert asked == ["anderswo.example"]
