"""Catalogues of software can work with what they get: schemathesis holds the interface against its description.

The keepers of publiccode.yml release no schema of it, so its rules (0.5) are checked one by one. schemathesis is a
program in an environment of its own, because it asks for an older jsonschema-rs than the node uses.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from app.reuse.publiccode import REQUIRED
from app.wiring import Services

EXAMPLES = os.environ.get("JUDGE_EXAMPLES", "")
"""So many requests for each operation, other ones each time (`make judge`); a few that are always the same without."""
FEW = not EXAMPLES
JUDGES = Path(sys.prefix) / "judges" / "bin"
HOME = "https://node.example"
APP = "bad-belzig-smart-village-app-loesung"
PORTAL = "hamburg-masterportal-loesung"


@pytest.mark.parametrize(("base", "phases"), [("/v1", "coverage,fuzzing"), ("/api/v1", "fuzzing,stateful")])
def test_the_interface_does_what_its_description_says(site: str, base: str, phases: str, tmp_path: Path) -> None:
    program = shutil.which("schemathesis", path=f"{JUDGES}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        pytest.skip("NOT RUN: schemathesis is not here (make setup-dev says why)")
    how = ["--max-examples", "5", "--generation-deterministic"] if FEW else ["--max-examples", EXAMPLES]
    how += ["--phases", phases if FEW else "examples,coverage,fuzzing,stateful"]
    quiet = ["--no-color", "--suppress-health-check", "all"]
    command = [program, "run", f"{site}{base}/openapi.json", "--url", f"{site}{base}", *how, *quiet]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout[-4000:]
    print(done.stdout[done.stdout.index("API Operations:") :])


def read(client: FlaskClient, address: str) -> Any:
    return client.get(address).json


def publiccode(client: FlaskClient, slug: str) -> dict[str, Any]:
    answer = client.get(f"/loesungen/{slug}/publiccode.yml")
    assert answer.mimetype == "application/yaml"
    found: dict[str, Any] = yaml.safe_load(answer.data)
    return found


def test_the_description_is_valid_openapi(client: FlaskClient) -> None:
    from openapi_spec_validator import validate  # noqa: PLC0415 - each process of a run would load it

    validate(read(client, "/v1/openapi.json"))


def test_all_solutions_are_walked_by_next(client: FlaskClient, node: Services) -> None:
    seen: list[str] = []
    query: str | None = "?page[size]=10"
    while query:
        answer = read(client, f"/v1/software{query}")
        seen += [one["id"] for one in answer["data"]]
        query = answer["links"]["next"]
    assert seen == sorted(entry.id for entry in node.catalogue.heads("solution"))
    assert len(seen) > 20


def test_one_solution_is_found_by_the_address_of_its_code(client: FlaskClient) -> None:
    code = "https://github.com/smart-village-solutions/smart-village-app-app"
    (found,) = read(client, f"/v1/software?url={code}")["data"]
    assert found["url"] == code
    assert found["landingURL"] == f"{HOME}/loesungen/{APP}"
    assert read(client, f"/v1/software/{found['id']}") == found


@pytest.mark.parametrize("query", ["page[size]=0", "page[after]=x", "page=2", "from=yesterday"])
def test_what_cannot_be_understood_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/v1/software?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/software"), ("GET", "/v1/nirgends"), ("GET", "/mcp")])
def test_programs_are_told_of_a_wrong_request_in_their_own_form(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code in (404, 405)
    assert answer.mimetype == "application/problem+json"


def test_what_is_no_solution_is_no_software(client: FlaskClient, node: Services) -> None:
    case = node.catalogue.heads("case-study")[0].id
    assert client.get(f"/v1/software/{case}").status_code == 404
    assert client.get("/loesungen/nirgends/publiccode.yml").status_code == 404


def test_publiccode_says_what_the_record_knows(client: FlaskClient) -> None:
    found = publiccode(client, PORTAL)
    assert found["publiccodeYmlVersion"] == "0.5.0"
    assert found["legal"] == {"license": "MIT"}
    assert found["maintenance"]["type"] == "community"
    assert len(found["description"]["de"]["shortDescription"]) <= 150
    assert found["description"]["en"]["shortDescription"]


def test_what_nobody_knows_is_left_out_and_said(client: FlaskClient) -> None:
    text = client.get("/loesungen/atalanda-loesung/publiccode.yml").get_data(as_text=True)
    assert "left out although the standard asks for it: url, legal, maintenance, localisation" in text
    assert "unknown" not in text.lower()


SCOPES = {
    "agriculture", "culture", "defence", "education", "emergency-services", "employment", "energy", "environment",
    "finance-and-economic-development", "foreign-affairs", "government", "healthcare", "infrastructures", "justice",
    "local-authorities", "manufacturing", "research", "science-and-technology", "security", "society", "sport",
    "tourism", "transportation", "welfare",
}  # fmt: skip
ALLOWED = {
    "developmentStatus": {"concept", "development", "beta", "stable", "obsolete"},
    "softwareType": {"addon", "library", "configurationFiles"}
    | {f"standalone/{one}" for one in ("mobile", "iot", "desktop", "web", "backend", "other")},
}
KEYS = {*REQUIRED, "landingURL", "intendedAudience"}


def broken_rules(found: dict[str, Any]) -> list[str]:
    """What the standard forbids in a file: keys it does not know, values of its lists, texts of a wrong length."""
    wrong = [f"unknown {key}" for key in found.keys() - KEYS]
    wrong += [f"{key} {found[key]}" for key, values in ALLOWED.items() if key in found and found[key] not in values]
    wrong += [f"scope {one}" for one in found["intendedAudience"]["scope"] if one not in SCOPES]
    for said in found["description"].values():
        wrong += ["short"] if not 0 < len(said["shortDescription"]) <= 150 else []
        wrong += ["long"] if "longDescription" in said and not 150 <= len(said["longDescription"]) <= 10_000 else []
    held = found.get("maintenance", {"type": "none"})
    wrong += [] if held["type"] in {"internal", "contract", "community", "none"} else [f"maintenance {held['type']}"]
    wrong += ["contractors"] if "contractors" in held and held["type"] != "contract" else []
    return wrong


def lacking(found: dict[str, Any]) -> set[str]:
    """What the standard asks for and the file has not."""
    said, held = found["description"].values(), found.get("maintenance", {})
    asked = {"contract": "contractors", "internal": "contacts", "community": "contacts"}.get(held.get("type"))
    return {
        *(key for key in REQUIRED if key not in found),
        *(f"description/{key}" for key in ("longDescription", "features") if not any(key in one for one in said)),
        *([f"maintenance/{asked}"] if asked and asked not in held else []),
    }


def test_every_publiccode_keeps_the_standard_but_for_what_it_lacks(client: FlaskClient, node: Services) -> None:
    for entry in node.catalogue.heads("solution"):
        text = client.get(f"/loesungen/{entry.slug}/publiccode.yml").get_data(as_text=True)
        found = yaml.safe_load(text)
        said = re.search(r"although the standard asks for it: (.*)", text)
        assert set(said[1].split(", ") if said else ()) == lacking(found), entry.slug
        assert broken_rules(found) == [], entry.slug


def test_planted_mistakes_are_found(client: FlaskClient) -> None:
    found = publiccode(client, PORTAL)
    found |= {"colour": "blue", "developmentStatus": "ready"}
    found["intendedAudience"]["scope"].append("villages")
    assert broken_rules(found) == ["unknown colour", "developmentStatus ready", "scope villages"]


def test_a_town_that_confirmed_reuse_is_named(client: FlaskClient, node: Services) -> None:
    entry = node.catalogue.head_by_slug("solution", PORTAL)
    version = node.catalogue.record(entry).digest
    said = SAID.format(target=entry.id, version=version).encode()
    head = node.repository.head()
    node.repository.write(
        {"responses/beispielnachnutzung/index.md": said}, message="Say", expected_head=head, author="u-1"
    )
    node.follow()
    (user,) = read(client, f"/v1/software/{entry.id}")["usedBy"]
    assert (user["name"], user["state"], user["since"]) == ("Beispielstadt", "HE", "2025")
    assert user["confirmation"] == f"{HOME}/r/30000000-0000-4000-8000-000000000009"


SAID = """\
---
schema: response/1
id: 30000000-0000-4000-8000-000000000009
kind: response
title: "Beispielstadt nutzt nach: Masterportal"
summary: "Beispielstadt zeigt damit Karten."
lang: de
topics: [data-platforms]
license: CC-BY-4.0
compiled_by: municipality
last_confirmed: 2026-10-01
review_by: 2027-10-01
target: {target}
version: {version}
relation: reuses
since: "2025"
place: {{name: Beispielstadt, state: HE, sources: [auskunft]}}
sources:
  - {{key: auskunft, title: "Auskunft", publisher: "Beispielstadt", date: 2026-10-01, self_reported: true}}
---
"""
