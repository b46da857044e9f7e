"""One list says for partners and for own services which addresses nobody is asked at."""

import socket
from typing import cast

import pytest

from app.fetching.connection import EnteredAddress, Outbound
from app.shared.addresses import AddressRefused, checked, is_inside, is_public, plain

METADATA = ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
SPECIAL = ("192.0.0.8", "192.0.0.1", "192.88.99.1", "0.0.0.0", "198.18.0.1", "240.0.0.1", "ff02::1", "fe80::1")
OTHERS = ("224.0.0.1", "255.255.255.255", "::", "64:ff9b::a9fe:a9fe")
HIDDEN = ("::ffff:100.100.100.200", "64:ff9b::6464:64c8", "64:ff9b:1::1", "2002:c000:0008::1", "2001:0:1::1")


class Line:
    """A connection that has come about, to the address of the test."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.is_closed = False

    def getpeername(self) -> tuple[str, int]:
        return (self.address, 443)

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("address", [*METADATA, *SPECIAL, *OTHERS, *HIDDEN, "fe80::a9fe:a9fe%eth0"])
def test_nobody_is_asked_where_clouds_keep_secrets_or_no_service_is(address: str) -> None:
    assert not Outbound(loopback=True).permits(address, secure=True)
    assert not EnteredAddress("https://dienst.example/").permits(address, secure=True)
    line = Line(address)
    with pytest.raises(AddressRefused, match=address.partition("%")[0]):
        checked(cast("socket.socket", line))
    assert line.is_closed


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.5", "100.64.0.1", "192.168.1.1", "fd12::5"])
def test_own_services_may_lie_in_the_house_and_partners_may_not(address: str) -> None:
    checked(cast("socket.socket", Line(address)))
    assert not Outbound(loopback=False).permits(address, secure=True)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "2002:5db8:d822::1"])
def test_the_open_net_is_asked(address: str) -> None:
    found = plain(address)
    assert found is not None
    assert is_public(found)
    assert not is_inside(found)
    checked(cast("socket.socket", Line(address)))
