"""The place that an address asks for, and the form that asks for it on a page where answers depend on it."""

from __future__ import annotations

from flask import request

from app.kickoff.situation import Situation
from app.web.kickoff.bar import Bar
from app.web.kickoff.places import wanted_places
from app.web.kickoff.selection import Parameters, kickoff_parameters
from app.web.kickoff.situation import read_kickoff, situation_in_words
from app.web.shell.wording import _

_ASKED = frozenset({"ort", "ort_land", "ort_art", "einwohner", "ars", "mitglied"})


class AskedPlace:
    """What the form of `reuse/place_form.html` shows; `place` is the place once it is clear which one is meant."""

    def __init__(self, action: str, kept: Parameters | None = None) -> None:
        """Ask on the page `action`, which gets the parameters `kept` beside what a kickoff carries."""
        self.kickoff = read_kickoff(request.args)
        self.given = self.kickoff.situation.place
        self.place = self.given if self.given and self.given.settled else None
        self.action = action
        self.bar = Bar(self.kickoff, wanted_places(self.kickoff, request.args, action), is_open=True)
        self._kept = kept or []

    @property
    def hidden(self) -> Parameters:
        """What the address carries beside the place."""
        return [*((name, value) for name, value in kickoff_parameters() if name not in _ASKED), *self._kept]

    @property
    def in_words(self) -> str:
        """The place in words."""
        return ", ".join(situation_in_words(Situation(place=self.given)))

    @property
    def unsettled(self) -> bool:
        """Whether a name was given that several places may have."""
        return self.given is not None and self.place is None

    @property
    def place_name(self) -> str:
        """The name of the place."""
        return (self.given.name if self.given else "") or _("Your municipality")
