from pathlib import Path

from app.identity import Person, Role, RoleKind
from app.records.proposals import ProposalRefs
from app.shared.config import Settings
from app.wiring import Services
from tests import deciding
from tests.functional.cli.conftest import Cli, Write


def test_a_node_at_rest_has_nothing_to_repair(cli: Cli) -> None:
    cli("init")
    result = cli("reconcile")
    assert result.exit_code == 0
    assert result.stdout == (
        "0 publications completed, 0 proposals and 0 rounds taken in, 0 finished proposals pruned.\n"
    )
    assert cli("doctor").exit_code == 0


def test_a_proposal_without_its_row_is_taken_in(cli: Cli, write: Write, node: Path) -> None:
    cli("init")
    settings = Settings.model_validate({"data": node})
    services = Services(settings)
    repository = services.repository
    path = "concepts/rufbus/index.md"
    text = repository.file("concepts/rufbus", "index.md", repository.head())
    repository.write(
        {path: text.replace(b"Rufbus auf dem Land", b"Rufbus nachts")},
        message="Edit",
        author="u-1",
        expected_head=repository.head(),
    )
    services.close()
    write("rufbus", text="Der Rufbus fährt auch nachts.", title="Rufbus auf dem Land")
    # The folder and the node have both changed it, so the folder's version waits as a proposal.
    assert "1 kept" in cli("sync").output
    assert cli("reconcile").stdout.startswith("0 publications completed, 0 proposals and 0 rounds")
    services = Services(settings)
    with services.sessions.reading() as db:
        [proposal_id] = services.review.reconciliation._context.refs.ids()
        view = services.review.reconciliation._context.store.view(db, proposal_id)
    services.close()
    assert view.proposal.kind == "concept"


def test_the_folder_is_not_brought_to_a_proposal_that_is_over(cli: Cli, write: Write, node: Path) -> None:
    """A proposal that was decided on just before a crash has its reference until the next repair."""
    cli("init")
    settings = Settings.model_validate({"data": node})
    services = Services(settings)
    repository, curation = services.repository, services.review.curation
    text = repository.file("concepts/rufbus", "index.md", repository.head())
    changed = text.replace(b"Rufbus auf dem Land", b"Rufbus nachts")
    repository.write(
        {"concepts/rufbus/index.md": changed}, message="Edit", author="u-1", expected_head=repository.head()
    )
    write("rufbus", text="Der Rufbus fährt auch nachts.", title="Rufbus auf dem Land")
    cli("sync")
    [decided] = ProposalRefs(repository).ids()
    tip = ProposalRefs(repository).tip(decided)
    curator = Person(id="b", pseudonym="u-b", display_name="B", roles=(Role(kind=RoleKind.CURATOR),))
    deciding.decline(curation, decided, curator, "Das stimmt so nicht.")
    repository.commits.move(f"refs/proposals/{decided}", str(tip), expected=None, reason="as after a crash")
    write("rufbus", text="Der Rufbus fährt auch sonntags.", title="Rufbus auf dem Land")
    cli("sync")
    [waiting] = ProposalRefs(repository).ids()
    assert waiting != decided
    services.close()
