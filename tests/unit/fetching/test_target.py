import pytest

from app.federation.issuer import Issuer
from app.fetching import FetchRefused
from app.fetching.connection import EnteredAddress, Outbound

OUTSIDE = Outbound(loopback=False)
HERE = Outbound(loopback=True)
PEER = Issuer.parse("https://anderswo.example/netz")


def refused(rules: Outbound, url: str, peer: Issuer = PEER) -> str:
    with pytest.raises(FetchRefused) as error:
        rules.target(url, peer)
    return error.value.code


def test_an_address_under_the_peer_s_is_taken_apart() -> None:
    target = OUTSIDE.target("https://anderswo.example/netz/oai?verb=Identify", PEER)
    assert (target.secure, target.host, target.port) == (True, "anderswo.example", 443)
    assert (target.path, target.authority) == ("/netz/oai?verb=Identify", "anderswo.example")


@pytest.mark.parametrize(
    "url",
    [
        "https://anderswo.example/oai",
        "https://anderswo.example/netzwerk/oai",
        "https://anderswo.example.evil.example/netz/oai",
        "https://anderswo.example@evil.example/netz/oai",
        "http://anderswo.example/netz/oai",
        "https://anderswo.example/netz/oai#x",
        "https://anderswo.example/netz/oai\r\nX-Evil: 1",
        "https://anderswo.example/netz/ö",
        "https://anderswo.example/netz/\\evil",
        "file:///etc/passwd",
        "",
    ],
)
def test_everything_else_is_foreign(url: str) -> None:
    assert refused(OUTSIDE, url) == "foreign"


def test_an_address_that_is_none_is_refused() -> None:
    assert refused(OUTSIDE, "https://[::::]/netz", Issuer.parse("https://[::::]")) == "port"


@pytest.mark.parametrize("port", [22, 80, 3306, 8000])
def test_only_ports_of_the_web_are_asked(port: int) -> None:
    peer = Issuer.parse(f"https://anderswo.example:{port}")
    assert refused(OUTSIDE, f"{peer.address}/oai", peer) == "port"


def test_plain_http_is_for_a_node_on_this_machine_alone() -> None:
    peer = Issuer.parse("http://127.0.0.1:8001")
    assert refused(OUTSIDE, f"{peer.address}/oai", peer) == "scheme"
    assert HERE.target(f"{peer.address}/oai", peer).authority == "127.0.0.1:8001"


def test_even_there_no_port_of_the_system_is_asked() -> None:
    peer = Issuer.parse("http://127.0.0.1:25")
    assert refused(HERE, f"{peer.address}/oai", peer) == "port"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_permitted_over_tls_alone(address: str) -> None:
    assert OUTSIDE.permits(address, secure=True)
    assert not HERE.permits(address, secure=False)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "fe80::1", "fe80::1%eth0", "fc00::1"),
        *("ff02::1", "2001:db8::1", "::ffff:192.168.1.1", "2002:c0a8:0101::1", "64:ff9b::10.0.0.1", "fec0::1"),
        *("2001:0:1::1", "localhost", "127.1", "0x7f.1", ""),
    ],
)
def test_addresses_inside_are_never_permitted(address: str) -> None:
    assert not OUTSIDE.permits(address, secure=True)
    assert not HERE.permits(address, secure=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_permitted_to_nodes_on_this_machine(address: str) -> None:
    assert HERE.permits(address, secure=False)
    assert not OUTSIDE.permits(address, secure=True)


ENTERED = EnteredAddress("http://10.0.0.5:8080/v1/embeddings?x=1")


def test_the_address_that_the_operator_entered_is_asked_wherever_it_lies() -> None:
    target = ENTERED.target
    assert (target.secure, target.host, target.port) == (False, "10.0.0.5", 8080)
    assert (target.path, target.authority) == ("/v1/embeddings?x=1", "10.0.0.5:8080")
    for address in ("10.0.0.5", "172.20.1.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "::1", "fd00::5"):
        assert ENTERED.permits(address, secure=False)
        assert not OUTSIDE.permits(address, secure=True), "nobody else leads there"


def test_even_the_operator_s_service_is_asked_on_the_open_net_over_tls_alone() -> None:
    assert ENTERED.permits("93.184.216.34", secure=True)
    assert not ENTERED.permits("93.184.216.34", secure=False)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://", "http://a b/", "http://a@b/", "http://a:99999/", "10.0.0.5", "http://ö/"]
)
def test_what_is_no_web_address_cannot_be_entered(url: str) -> None:
    with pytest.raises(FetchRefused):
        _ = EnteredAddress(url).target
