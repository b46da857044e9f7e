"""Where a request comes from, for limits that hold for each asker alone. No address is kept or logged."""

from __future__ import annotations

import ipaddress

from flask import request


def asker() -> str:
    """Return where a request comes from, "" where everybody would look the same.

    Behind a proxy that NODE_TRUSTED_PROXIES does not name, all requests come from this machine. One line at home has
    2**64 addresses of IPv6, so their first half counts.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    # A site that listens on "::" sees addresses of IPv4 in the form of IPv6.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
