"""Classifies IP addresses that this node may connect to; the same on every version of Python."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

_INSIDE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
_NOBODY = tuple(
    map(
        ip_network,
        (
            # Special-purpose ranges of the IANA registries (RFC 6890) that neither the internet nor local networks use.
            *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            *("2001::/23", "2001:db8::/32", "3fff::/20"),
            # Addresses at which cloud providers serve a machine its metadata and secrets.
            *("100.100.100.200/32", "168.63.129.16/32"),
            *("fd00:ec2::/32", "fd20:ce::254/128", "fd00:c1::a9fe:a9fe/128", "fd00:42::42/128"),
        ),
    )
)
_OPEN_NET = IPv6Network("2000::/3")
_SIXTOFOUR, _NAT64 = IPv6Network("2002::/16"), IPv6Network("64:ff9b::/96")


class AddressRefused(OSError):
    """A host name resolved to an address at which no service may be."""


def plain(text: str) -> Address | None:
    """Return a numeric address; None for any other text, such as an address with a zone (fe80::1%eth0)."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_inside(address: Address) -> bool:
    """Return whether an address belongs to this machine or a private network."""
    return address.is_loopback or (_within(address, _INSIDE) and not _within(address, _NOBODY))


def is_public(address: Address) -> bool:
    """Return whether an address is on the public internet; checks IPv4 addresses embedded in IPv6 ones too."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        inner = address.sixtofour if address in _SIXTOFOUR else None
        if address not in _OPEN_NET or (inner is not None and not is_public(inner)):
            return False
    return not (address.is_loopback or _within(address, _INSIDE) or _within(address, _NOBODY))


def checked(line: socket.socket) -> socket.socket:
    """Return `line` if it leads to an address allowed for the operator's service; otherwise raises AddressRefused."""
    found = str(line.getpeername()[0])
    address = plain(found)
    if address is None or not (is_inside(address) or is_public(address)):
        line.close()
        raise AddressRefused(f"{found} is no address of a service")
    return line


def _within(address: Address, networks: tuple[object, ...]) -> bool:
    return any(address in network for network in networks)  # type: ignore[operator]  # a set may mix IPv4 and IPv6
