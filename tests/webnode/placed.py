"""The node of `tests.webnode.node` with a list that knows where its places lie."""

from pathlib import Path

from app.kickoff.places.directory import OWN_FILE
from app.kickoff.places.table import PlaceEntry, write_places
from app.wiring import Services
from tests.webnode.node import make_node, publish, text_of

_STORM = "case-studies/beispielkreis-starkregen/index.md"
ABROAD = '  - {name: "Musterdorf am Berg", country: CH, region: "Aargau", kind: town, role: lead}\n'


def place(name: str, state: str, kind: str, latitude: float, longitude: float, within: str = "") -> PlaceEntry:
    """Return a place of the list."""
    return PlaceEntry(
        name=name,
        state=state,
        kind=kind,
        source="example",
        within=within or None,
        latitude=latitude,
        longitude=longitude,
    )


PLACES = (
    place("Beispielstadt", "HE", "town", 50.5, 9.7, "Landkreis Muster"),
    place("Beispielkreis", "BY", "district", 48.8, 12.9),
)


def make_placed_node(folder: Path, *, abroad: bool = False, **values: object) -> Services:
    """Return the node; `abroad`: the case of the district lies there too."""
    services = make_node(folder, **values)
    write_places(services.settings.data / OWN_FILE, PLACES)
    if abroad:
        text = text_of(services, _STORM.rpartition("/")[0]).replace(
            "municipalities:\n", "municipalities:\n" + ABROAD, 1
        )
        publish(services, {_STORM: text.encode()})
        services.follow()
    return services
