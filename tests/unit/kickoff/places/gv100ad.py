"""Lines of the official directory, field by field as its description (Datensatzbeschreibung GV100AD) numbers them.

Musterland and what lies in it are made up; the three cities are real, with their inhabitants at the end of 2018.
"""

from pathlib import Path

TERRITORY = "20251231"


def line(
    kind: int,
    key: str,
    name: str,
    *,
    association: str = "",
    seat: str = "",
    mark: int | str = "",
    people: int | None = None,
) -> str:
    fields = [
        (2, str(kind)),  # EF1 Satzart
        (8, TERRITORY),  # EF2 Gebietsstand
        (8, key),  # EF3 Regionalschlüssel
        (4, association),  # EF4 Gemeindeverband
        (50, name),  # EF5 Bezeichnung
        (50, seat),  # EF6 Verwaltungssitz
        (2, str(mark)),  # EF7 Textkennzeichen
        (4, ""),
    ]
    if people is not None:
        fields += [
            (11, "00000001000"),  # EF8 Fläche in ha
            (11, f"{people:011}"),  # EF9 Bevölkerung insgesamt
            (11, f"{people // 2:011}"),  # EF10 Bevölkerung männlich
            (4, ""),
            (5, "99999"),  # EF12 Postleitzahl
            (5, "*****"),
            (2, ""),
            (13, "2840130262405"),  # EF14 to EF16 Finanzamt, Gerichte, Arbeitsagentur
        ]
    return "".join(text.ljust(width) for width, text in fields).ljust(220)


EXAMPLE = (
    line(10, "06", "Hessen", seat="Wiesbaden"),
    line(20, "069", "Reg.-Bez. Musterberg", seat="Musterstadt"),
    line(40, "06999", "Musterland", seat="Musterstadt", mark=44),
    line(50, "06999", "Musterstadt, Stadt", association="0001", mark=50),
    line(60, "06999001", "Musterstadt, Stadt", association="0001", mark=63, people=12_000),
    line(50, "06999", "Muster-Süd", association="5101", seat="Großmusterdorf", mark=53),
    line(60, "06999002", "Großmusterdorf", association="5101", mark=64, people=800),
    line(60, "06999003", "Mustermarkt, Markt", association="5101", mark=60, people=2_000),
    line(60, "06999444", "Musterwald, gemfr. Gebiet", association="9444", mark=66, people=0),
    line(40, "08421", "Ulm, Stadtkreis", seat="Ulm", mark=42),
    line(50, "08421", "Ulm, Universitätsstadt", association="0000", mark=50),
    line(60, "08421000", "Ulm, Universitätsstadt", association="0000", mark=62, people=126_329),
    line(40, "11000", "Berlin, Stadt", seat="Berlin", mark=41),
    line(60, "11000000", "Berlin, Stadt", association="0000", mark=61, people=3_644_826),
    line(40, "04012", "Bremerhaven, Stadt", seat="Bremerhaven", mark=41),
    line(60, "04012000", "Bremerhaven, Stadt", association="0000", mark=61, people=113_634),
)


def written(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{text}\r\n" for text in lines or EXAMPLE).encode(encoding))
    return path
