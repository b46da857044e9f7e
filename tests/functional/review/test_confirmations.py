from datetime import timedelta

from app.review.confirmations import Vault, mailbox
from app.review.models import Confirmation, ConfirmationPurpose
from tests.functional.review.node import ReviewNode

ADDRESS = "anna+bus@stadt.example"


def test_what_was_asked_from_an_address_is_found_however_it_was_sealed(node: ReviewNode) -> None:
    vault, former = Vault(lambda: b"key of an example node"), Vault(lambda: b"a former key")
    by_mailbox, by_address = vault.seal(mailbox(ADDRESS)), vault.seal(ADDRESS)
    rows = {
        "as today": (by_mailbox, vault.lock("Anna+Bus@stadt.example")),
        "by the whole address, as in earlier releases": (by_address, vault.lock(ADDRESS)),
        "after the address was forgotten": (by_mailbox, None),
        "locked under a former key": (by_mailbox, former.lock(ADDRESS)),
        "another address of the mailbox": (by_mailbox, vault.lock("anna+rad@stadt.example")),
    }
    with node.sessions.begin() as db:
        for number, (seal, address) in enumerate(rows.values()):
            db.add(
                Confirmation(
                    id=str(number),
                    purpose=ConfirmationPurpose.QUESTION,
                    token_hash=str(number),
                    address=address,
                    seal=seal,
                    lang="de",
                    wanted={},
                    asked_at=node.clock(),
                    expires_at=node.clock() + timedelta(hours=1),
                )
            )
    with node.sessions.reading() as db:
        found = node.review.confirmations.of_address(db, f" {ADDRESS.upper()} ")
    assert sorted(found) == ["0", "1", "2", "3"]
