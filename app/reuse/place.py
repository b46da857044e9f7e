"""Who asks: a municipality, a district or a state."""

from __future__ import annotations

from dataclasses import dataclass

from app.reuse.naming import Party, PartyKind

_KIND_OF_TITLE = {
    "Stadt": ("independent_city", "city_state"),
    "Hansestadt": ("independent_city", "city_state"),
    "Freie und Hansestadt": ("city_state",),
    "Landeshauptstadt": ("independent_city",),
    "Landkreis": ("district",),
    "Kreis": ("district",),
}
"""How sources call places, and for which kinds the name alone tells which place is meant.

Towns and municipalities share their names with others, so a name never identifies one of those.
"""


LARGE = 20_000
"""Inhabitants from which on a place is taken to run software with people of its own."""

_ALWAYS_LARGE = frozenset({"city_state", "independent_city", "district", "state"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`state` and `kind` are codes of the schema; `population` counts inhabitants; `ars` is the regional key.

    `memberships` names the organisations that the asker says they belong to: by the key of a party, by a name of the
    record, or by name where there is no record. It need not be complete: what is not in it is not known.
    """

    state: str
    kind: str
    name: str | None = None
    population: int | None = None
    ars: str | None = None
    memberships: frozenset[str] = frozenset()

    @property
    def settled(self) -> bool:
        """Whether it is clear which place is meant; a name alone may be that of several."""
        return bool(self.state) or not self.name

    @property
    def is_large(self) -> bool:
        """Whether it surely has LARGE inhabitants or more; what is not known is not sure."""
        return self.kind in _ALWAYS_LARGE if self.population is None else self.population >= LARGE

    @property
    def party(self) -> Party:
        """The place as the beginning of a chain; its name is empty where the asker gave none."""
        return Party(kind=PartyKind.PLACE, key=self.ars or self.name or "", name=self.name or "")

    @property
    def names(self) -> frozenset[str]:
        """The names by which a source ("Hansestadt Lübeck") certainly means this place; none for a town.

        The place may carry its title itself: "Landkreis Fulda" is also called "Kreis Fulda", but not "Fulda" alone,
        which is a town.
        """
        titles = [title for title, kinds in _KIND_OF_TITLE.items() if self.kind in kinds]
        own = self.name or ""
        bare = next((own.removeprefix(f"{title} ") for title in titles if own.startswith(f"{title} ")), own)
        return frozenset((own, *(f"{title} {bare}" for title in titles)) if titles and own else ())
