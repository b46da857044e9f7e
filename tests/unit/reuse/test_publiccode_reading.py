"""What a publiccode.yml gives to a draft, and that nothing in it is lost without a word."""

from typing import Any

import pytest

from app.records.document import FrontMatterError
from app.reuse.publiccode import NotTaken, read

FILE = """\
---
publiccodeYmlVersion: "0.5"
name: Beispielportal
url: https://code.example/portal
landingURL: https://portal.example/
softwareType: standalone/web
platforms: [web]
developmentStatus: stable
usedBy: [Beispielstadt]
organisation: {name: Beispielverbund, uri: "https://verbund.example"}
legal: {license: EUPL-1.2, mainCopyrightOwner: Beispielverbund}
maintenance:
  type: contract
  contractors: [{name: Beispiel GmbH, until: 2027-12-31}]
  contacts: [{name: Erika Beispiel, email: erika@portal.example}]
localisation: {localisationReady: true, availableLanguages: [de]}
description:
  en: {shortDescription: "Rides.", features: [Offer rides]}
  de:
    shortDescription: "Vermittelt Mitfahrten."
    longDescription: "Gemeinden vermitteln damit Mitfahrten."
    features: [Fahrten anbieten, Fahrten suchen]
"""


def test_what_has_a_field_is_taken_with_the_file_as_its_source() -> None:
    found = read(FILE.encode())
    assert found.front["title"] == "Beispielportal"
    assert found.front["summary"] == "Vermittelt Mitfahrten."
    assert found.front["software_license"] == "EUPL-1.2"
    assert found.front["repository"] == {"url": "https://code.example/portal", "sources": ["publiccode"]}
    assert found.front["maintainer"] == {
        "type": "contract",
        "until": "2027-12-31",
        "sources": ["publiccode"],
        "org": {"name": "Beispiel GmbH"},
    }
    assert found.front["features"] == [
        {"text": "Fahrten anbieten", "sources": ["publiccode"]},
        {"text": "Fahrten suchen", "sources": ["publiccode"]},
    ]
    assert found.sections == {"description": "Gemeinden vermitteln damit Mitfahrten. [^publiccode]"}
    sources: Any = found.front["sources"]
    assert [(one["key"], one["publisher"]) for one in sources] == [("publiccode", "Beispielverbund")]


def test_everything_in_the_file_is_either_taken_or_left_with_a_reason() -> None:
    found = read(FILE.encode())
    left = dict(found.left)
    assert left["maintenance.contacts"] is NotTaken.PERSON
    assert left["usedBy"] is NotTaken.OTHERS
    assert left["legal.mainCopyrightOwner"] is NotTaken.OTHERS
    assert left["platforms"] is NotTaken.NO_FIELD
    assert left["description.en.shortDescription"] is NotTaken.NO_FIELD
    assert not {key for key, _field in found.taken} & left.keys()
    assert "erika" not in str(found.front).lower()


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"- a\n", b"name: x\n", b"a: &x 1\nb: *x\n", b"publiccodeYmlVersion: [\n", b"\xff\xfe",
        b"!!python/object:os.system x",
    ],
)  # fmt: skip
def test_what_is_no_publiccode_is_refused(raw: bytes) -> None:
    with pytest.raises(FrontMatterError):
        read(raw)


@pytest.mark.parametrize(
    "line",
    [
        'url: "javascript:alert(1)"', "name: [a]", "description: x", "description: {de: {features: x}}",
        "description: {de: {features: 5}}", "maintenance: {type: contract, contractors: [x]}",
        "maintenance: {type: contract, contractors: 5}", "maintenance: {type: [contract]}",
        "softwareType: [standalone/web]", "legal: []",
    ],
)  # fmt: skip
def test_values_of_the_wrong_sort_break_nothing(line: str) -> None:
    found = read(f'publiccodeYmlVersion: "0.5"\n{line}\n'.encode())
    assert "javascript" not in str(found.front)


def test_long_texts_are_cut_to_what_a_record_takes() -> None:
    long = "x" * 5000
    found = read(
        f'publiccodeYmlVersion: "0.5"\nname: {long}\ndescription: {{de: {{shortDescription: {long}}}}}\n'.encode()
    )
    assert len(str(found.front["title"])) == 100
    assert len(str(found.front["summary"])) == 280
