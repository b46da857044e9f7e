"""What somebody typed into a form, for pages that give it back to be sent again or copied."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

PROOF = "csrf_token"
"""Field with which a form proves where it comes from; nobody typed it."""
LONG = 60
"""Characters from which on an entry is shown to be copied."""

_MARK = re.compile(r"[!-~]+")
_ADDRESS = "://"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentField:
    """One field of a form as it was sent."""

    name: str
    value: str

    @property
    def long(self) -> bool:
        """Tell whether somebody would be sorry to type it again."""
        return self._is_typed and (len(self.value) >= LONG or "\n" in self.value)

    @property
    def _is_typed(self) -> bool:
        """Tell whether it is no document and no mark that a page carries along: one run of signs and no address."""
        is_mark = _MARK.fullmatch(self.value) is not None and _ADDRESS not in self.value
        return not (is_mark or self.value.startswith('{"'))


def sent_fields() -> tuple[SentField, ...]:
    """Return the fields of the form that was sent, without the proof."""
    pairs = request.form.items(multi=True)
    return tuple(SentField(name=name, value=value) for name, value in pairs if name != PROOF)


def long_texts() -> tuple[str, ...]:
    """Return what somebody would be sorry to type again, none where the form cannot be read or was sent nowhere."""
    # No page sends a form to an address that is not there; whoever does could hold a thread with its body.
    if request.method != "POST" or request.routing_exception is not None:
        return ()
    try:
        return tuple(entry.value for entry in sent_fields() if entry.long)
    except HTTPException:
        # It was refused because it is too large or broken, and reading it once more is refused as well.
        return ()
