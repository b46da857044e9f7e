"""Who asks: a municipality, a district or a state."""

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
"""How sources name places, and for which kinds the name alone identifies a place.

Towns and municipalities share their names with others, so for those a name is never enough.
"""


LARGE = 20_000
"""Inhabitants from which a place is assumed to run software with its own people."""

_ALWAYS_LARGE = frozenset({"city_state", "independent_city", "district", "state"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`state` and `kind` are codes of the schema; `population` counts inhabitants; `ars` is the regional key.

    `memberships` lists organisations that the asker says they belong to: as keys of parties, names of records, or plain
    names if there is no record. It need not be complete; a membership that is not listed counts as unknown.
    """

    state: str
    kind: str
    name: str | None = None
    population: int | None = None
    ars: str | None = None
    memberships: frozenset[str] = frozenset()

    @property
    def settled(self) -> bool:
        """Whether it is clear which place is meant; several places may share a name."""
        return bool(self.state) or not self.name

    @property
    def is_large(self) -> bool:
        """Whether it is known to have at least LARGE inhabitants, by their number or by its kind."""
        return self.kind in _ALWAYS_LARGE if self.population is None else self.population >= LARGE

    @property
    def party(self) -> Party:
        """The place as the start of a chain; its name is empty if the asker gave none."""
        return Party(kind=PartyKind.PLACE, key=self.ars or self.name or "", name=self.name or "")

    @property
    def names(self) -> frozenset[str]:
        """The names by which a source ("Hansestadt Lübeck") unambiguously means this place; empty for a town.

        The asker may include the title: "Landkreis Fulda" is also called "Kreis Fulda", but not "Fulda" alone,
        which is a town.
        """
        titles = [title for title, kinds in _KIND_OF_TITLE.items() if self.kind in kinds]
        own = self.name or ""
        bare = next((own.removeprefix(f"{title} ") for title in titles if own.startswith(f"{title} ")), own)
        return frozenset((own, *(f"{title} {bare}" for title in titles)) if titles and own else ())
