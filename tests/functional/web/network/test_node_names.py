"""Names that nodes choose so that they are taken for another."""

import pytest

from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import Filled
from tests.netnodes.net import record_id

CYRILLIC, RIGHT_TO_LEFT, ZERO_WIDTH = "\u0435", "\u202e", "\u200b"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"B{CYRILLIC}ispielnetz A", f"fremd.example (B{CYRILLIC}ispielnetz A)"),
        (f"Beispiel{RIGHT_TO_LEFT}A zten{ZERO_WIDTH}", "Beispiel A zten (fremd.example)"),
        ("BeispieInetz A", "fremd.example (BeispieInetz A)"),
        ("Stadt Harnburg", "fremd.example (Stadt Harnburg)"),
    ],
)
def test_a_name_that_can_be_mistaken_stands_behind_the_address(net: Filled, name: str, shown: str) -> None:
    node = net.net.node("fremd", operator_name=name)
    node.publish(record_id(60), title="Von fremd")
    net.b.follow(net.a)
    net.net.clock.forward(minutes=1)
    net.b.follow(node)
    net.b.harvest(node)
    net.b.services.follow()
    words = text_of(read(net.b.client, f"/r/fremd.example/{record_id(60)}"))
    assert f"Dieser Eintrag kommt von {shown}" in words
    assert RIGHT_TO_LEFT not in words
    assert ZERO_WIDTH not in words
