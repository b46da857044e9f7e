"""An operator looks after webhooks by commands, and sees each secret once."""

import re

from tests.functional.cli.conftest import Cli


def test_a_webhook_is_added_listed_rotated_and_removed(cli: Cli) -> None:
    cli("init")
    url = "https://programm.example/ereignisse"
    assert cli("webhooks", "add", "programm.example").exit_code == 2
    added = cli("webhooks", "add", url, "--event", "record.published", "--text")
    assert added.exit_code == 0, added.output
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/]{43}=", added.output)
    listed = cli("webhooks", "list").output
    assert listed == f"1 active {url} record.published as text\n"
    (rotated,) = re.findall(r"whsec_\S+", cli("webhooks", "rotate", "1").output)
    assert rotated != secret
    assert cli("webhooks", "remove", "1").exit_code == 0
    assert cli("webhooks", "list").output == ""
    gone = cli("webhooks", "test", "1")
    assert (gone.exit_code, "no webhook has the number 1" in gone.output) == (4, True)
