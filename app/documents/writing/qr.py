"""Draws an address as a QR code (ISO/IEC 18004), for paper and screens. The only module that imports segno."""

from io import BytesIO

import segno

_QUIET = 4
"""White margin in modules, without which readers do not find the code."""
_DOTS = 8
"""Pixels per module."""


def svg(address: str, *, title: str = "") -> bytes:
    """Return the code as a scalable SVG drawing; `title` is its text alternative."""
    drawn = BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(
        drawn, kind="svg", border=_QUIET, omitsize=True, dark="#000", light="#fff", title=title or None, svgclass=None
    )
    return drawn.getvalue()


def png(address: str) -> bytes:
    """Return the code as a PNG picture, for office programs."""
    drawn = BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="png", border=_QUIET, scale=_DOTS)
    return drawn.getvalue()
