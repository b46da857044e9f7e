"""An address as a QR code (ISO/IEC 18004), for paper and screens. The only module that knows segno."""

from __future__ import annotations

from io import BytesIO

import segno

_QUIET = 4
"""Modules of white around the code, without which readers do not find it."""
_DOTS = 8
"""Pixels of a module."""


def svg(address: str, *, title: str = "") -> bytes:
    """Return the code as a drawing that takes any size; `title` is its text alternative."""
    drawn = BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(
        drawn, kind="svg", border=_QUIET, omitsize=True, dark="#000", light="#fff", title=title or None, svgclass=None
    )
    return drawn.getvalue()


def png(address: str) -> bytes:
    """Return the code as a picture, for office programs."""
    drawn = BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="png", border=_QUIET, scale=_DOTS)
    return drawn.getvalue()
