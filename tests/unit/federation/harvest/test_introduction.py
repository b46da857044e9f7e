from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import rfc8785

from app.federation.entity import TYP as STATEMENT
from app.federation.entity import EntityConfiguration, NodeState, state_root, write_configuration
from app.federation.harvest.introduction import (
    RESOLVED,
    Introduction,
    read_introduction,
    write_introduction,
)
from app.federation.issuer import Issuer
from app.federation.jose import KeySet, SigningKey, TokenRefused, open_token, sign
from tests.unit.federation.examples import AT, ISSUER, OTHER

HUB = Issuer.parse("https://land.example")
HUB_KEY, KEY = SigningKey.generate(), SigningKey.generate()
HUB_KEYS = KeySet([HUB_KEY.public])


def configuration(issuer: Issuer, key: SigningKey) -> str:
    facts = EntityConfiguration(
        issuer=issuer,
        issued_at=AT,
        expires_at=AT + timedelta(hours=24),
        federation_keys=KeySet([key.public]),
        record_keys=KeySet(),
        name="Beispiel",
        contact="",
        oai_pmh_endpoint=f"{issuer.address}/oai",
        payload_limit=1,
        state=NodeState(seq=0, count=0, root=state_root(())),
    )
    return sign(write_configuration(facts), key, STATEMENT)


OWN = configuration(ISSUER, KEY)


def answer(key: SigningKey = HUB_KEY, hub: Issuer = HUB) -> str:
    introduction = Introduction(configuration=OWN, keys=KeySet([KEY.public]))
    return write_introduction(ISSUER, introduction, hub=hub, hub_configuration=configuration(hub, key), key=key, now=AT)


def read(jws: str, subject: Issuer = ISSUER, later: timedelta = timedelta()) -> Introduction:
    return read_introduction(jws, hub=HUB, keys=HUB_KEYS, subject=subject, now=AT + later)


def members() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(open_token(answer(), typ=RESOLVED, limit=10**6).payload)
    return found


def resigned(found: dict[str, Any]) -> str:
    return sign(bytes(rfc8785.dumps(found)), HUB_KEY, RESOLVED)


def test_what_a_hub_vouches_for_is_read() -> None:
    found = read(answer())
    assert found.configuration == OWN
    assert set(found.keys) == {KEY.kid}


def test_the_metadata_are_those_of_the_node() -> None:
    assert members()["metadata"]["federation_entity"]["organization_name"] == "Beispiel"


def test_nobody_vouches_in_the_name_of_a_hub() -> None:
    with pytest.raises(TokenRefused):
        read(answer(SigningKey.generate()))
    with pytest.raises(TokenRefused, check=lambda error: error.code == "introduction") as wrong:
        read(answer(hub=OTHER))
    assert wrong.value.about == "iss"


def test_an_answer_about_another_node_is_refused() -> None:
    with pytest.raises(TokenRefused, check=lambda error: error.code == "introduction") as wrong:
        read(answer(), subject=OTHER)
    assert wrong.value.about == "sub"


def test_an_answer_expires() -> None:
    assert read(answer(), later=timedelta(hours=23)).configuration == OWN
    with pytest.raises(TokenRefused, check=lambda error: error.code == "introduction") as wrong:
        read(answer(), later=timedelta(hours=24))
    assert wrong.value.about == "exp"


@pytest.mark.parametrize("chain", [None, [], ["a", "b"], ["a", "b", "c", "d"], ["a", 7, "c"], "abc"])
def test_a_chain_of_anything_but_three_links_is_refused(chain: object) -> None:
    with pytest.raises(TokenRefused, check=lambda error: error.code == "introduction") as wrong:
        read(resigned({**members(), "trust_chain": chain}))
    assert wrong.value.about == "trust_chain"


def test_the_middle_link_has_to_be_the_hub_s_own_word() -> None:
    found = members()
    stranger = SigningKey.generate()
    forged = sign(open_token(found["trust_chain"][1], typ=STATEMENT, limit=10**6).payload, stranger, STATEMENT)
    found["trust_chain"][1] = forged
    with pytest.raises(TokenRefused):
        read(resigned(found))


@pytest.mark.parametrize("expires", [True, "2026", None, -1, 10**15])
def test_an_end_that_is_no_time_is_refused(expires: object) -> None:
    with pytest.raises(TokenRefused, check=lambda error: error.code == "introduction") as wrong:
        read(resigned({**members(), "exp": expires}))
    assert wrong.value.about == "exp"
