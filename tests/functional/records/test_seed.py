from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.paths import UnsafePath
from app.records.proposals import ProposalRefs
from app.records.repository import MAIN, ContentRepository
from app.records.seed import SEED, AlreadyInitialised, KeptLocal, SeedImporter, SeedMissing, SymbolicLink, plan_sync

ULM = "case-studies/ulm"


def edit(repository: ContentRepository, text: str, path: str = f"{ULM}/index.md") -> str:
    return repository.write({path: text.encode()}, message="Edit", author="u-1", expected_head=repository.head())


def text(repository: ContentRepository, commit: str | None = None, path: str = ULM) -> bytes:
    return repository.folder(path, commit or repository.head()).text


def commits(repository: ContentRepository) -> int:
    return int(repository.git.run("rev-list", "--count", MAIN).line)


def proposals(repository: ContentRepository) -> list[str]:
    return repository.git.run("for-each-ref", "--format=%(refname)", "refs/proposals/").out.decode().split()


def test_the_first_import_is_one_commit_that_both_refs_name(empty: ContentRepository, seed: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = SeedImporter(empty).init(seed, lambda done, total: seen.append((done, total)))
    assert report.added == ["case-studies/nottuln", ULM, "vocabulary/topics.yaml"]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert commits(empty) == 1
    assert empty.ref(SEED) == empty.head()


def test_a_node_is_initialised_once(repository: ContentRepository, seed: Path) -> None:
    with pytest.raises(AlreadyInitialised):
        SeedImporter(repository).init(seed)


def test_synchronising_twice_changes_nothing(repository: ContentRepository, seed: Path) -> None:
    head = repository.head()
    objects = repository.git.run("count-objects", "-v").out
    for _ in range(2):
        report = SeedImporter(repository).sync(seed)
        assert not report.changed
        assert len(report.unchanged) == 3
    assert repository.head() == head
    assert repository.git.run("count-objects", "-v").out == objects


def test_an_untouched_record_follows_the_seed_in_one_signed_commit(repository: ContentRepository, seed: Path) -> None:
    (seed / ULM / "index.md").write_text("second\n")
    (seed / ULM / "karte.png").unlink()
    (seed / "concepts" / "leitfaden").mkdir(parents=True)
    (seed / "concepts" / "leitfaden" / "index.md").write_text("new\n")
    report = SeedImporter(repository).sync(seed)
    assert report.updated == [ULM]
    assert report.added == ["concepts/leitfaden"]
    assert commits(repository) == 2
    assert text(repository) == b"second\n"
    assert repository.folder(ULM, repository.head()).files == ()
    repository.git.run("verify-commit", repository.head())


def test_an_edited_record_stays_and_the_seeds_is_a_proposal(repository: ContentRepository, seed: Path) -> None:
    edit(repository, "ours\n")
    (seed / ULM / "index.md").write_text("theirs\n")
    (seed / "case-studies" / "nottuln" / "index.md").write_text("second nottuln\n")
    report = SeedImporter(repository).sync(seed)
    [proposal] = proposals(repository)
    assert report.kept_local == [KeptLocal(path=ULM, proposal=proposal)]
    assert proposal.startswith("refs/proposals/seed-case-studies-ulm-")
    assert report.updated == ["case-studies/nottuln"]
    assert text(repository) == b"ours\n"
    proposed = repository.ref(proposal)
    assert proposed is not None
    assert text(repository, proposed) == b"theirs\n"
    assert text(repository, proposed, "case-studies/nottuln") == b"second nottuln\n"
    repository.git.run("verify-commit", proposed)


def test_a_later_version_is_a_proposal_once_the_earlier_is_over(repository: ContentRepository, seed: Path) -> None:
    edit(repository, "ours\n")
    seen = set()
    for words in ("theirs\n", "theirs again\n", "theirs\n"):
        (seed / ULM / "index.md").write_text(words)
        [kept] = SeedImporter(repository).sync(seed).kept_local
        seen.add(kept.proposal)
        repository.git.run("update-ref", "-d", kept.proposal)
    assert len(seen) == 3


def test_records_of_one_name_and_different_kinds_are_two_proposals(repository: ContentRepository, seed: Path) -> None:
    both = (ULM, "concepts/ulm")
    for words in ("first\n", "theirs\n"):
        for path in both:
            (seed / path).mkdir(parents=True, exist_ok=True)
            (seed / path / "index.md").write_text(words)
        kept = SeedImporter(repository).sync(seed).kept_local
        for path in both:
            edit(repository, "ours\n", f"{path}/index.md")
    assert {
        found.path: text(repository, repository.ref(found.proposal), found.path) for found in kept
    } == dict.fromkeys(both, b"theirs\n")
    assert len(proposals(repository)) == 2


def test_the_longest_name_makes_a_name_that_a_proposal_may_have(repository: ContentRepository, seed: Path) -> None:
    path = f"case-studies/{'a' * 80}"
    (seed / path).mkdir()
    for words in ("first\n", "theirs\n"):
        (seed / path / "index.md").write_text(words)
        SeedImporter(repository).sync(seed)
        edit(repository, "ours\n", f"{path}/index.md")
    (seed / path / "index.md").write_text("theirs again\n")
    [kept] = SeedImporter(repository).sync(seed).kept_local
    assert ProposalRefs(repository).tip(kept.proposal.removeprefix("refs/proposals/")) is not None


def test_what_the_seed_drops_stays_and_is_reported(repository: ContentRepository, seed: Path) -> None:
    (seed / "case-studies" / "nottuln" / "index.md").unlink()
    report = SeedImporter(repository).sync(seed)
    assert report.removed_in_seed == ["case-studies/nottuln"]
    assert "case-studies/nottuln" in repository.list_paths()
    assert SeedImporter(repository).sync(seed).removed_in_seed == []


def test_an_edited_vocabulary_becomes_a_proposal_too(repository: ContentRepository, seed: Path) -> None:
    edit(repository, "id: ours\n", "vocabulary/topics.yaml")
    (seed / "vocabulary" / "topics.yaml").write_text("id: theirs\n")
    report = SeedImporter(repository).sync(seed)
    assert [kept.proposal for kept in report.kept_local] == proposals(repository)
    assert proposals(repository)[0].startswith("refs/proposals/seed-vocabulary-topics-")
    assert repository.vocabulary("topics") == b"id: ours\n"


@pytest.mark.parametrize("interrupted", ["before refs", "before the seed's ref"])
def test_an_interrupted_run_is_finished_later(repository: ContentRepository, seed: Path, interrupted: str) -> None:
    edit(repository, "ours\n")
    remembered = repository.ref(SEED)
    (seed / ULM / "index.md").write_text("theirs\n")
    (seed / "case-studies" / "nottuln" / "index.md").write_text("second nottuln\n")
    SeedImporter(repository).sync(seed)
    [proposal] = proposals(repository)
    proposed, head, seeded = repository.ref(proposal), repository.head(), repository.ref(SEED)
    repository.commits.move(SEED, str(remembered), expected=seeded, reason="as after a crash")
    if interrupted == "before refs":
        repository.git.run("update-ref", "-d", proposal)
    SeedImporter(repository).sync(seed)
    assert repository.head() == head
    if interrupted != "before refs":
        assert proposals(repository) == [proposal]
        assert repository.ref(proposal) == proposed
    [again] = proposals(repository)
    assert text(repository, repository.ref(again)) == b"theirs\n"
    assert repository.ref(SEED) is not None
    assert repository.tree_of(str(repository.ref(SEED))) == repository.tree_of(str(seeded))


@pytest.mark.parametrize(
    "path", ["case-studies/Ulm/index.md", "case-studies/ulm/a b.png", "case-studies/ulm/sub/x.md", "vocabulary/T.yaml"]
)
def test_unsafe_names_in_the_seed_are_refused(empty: ContentRepository, seed: Path, path: str) -> None:
    (seed / path).parent.mkdir(parents=True, exist_ok=True)
    (seed / path).write_text("x")
    with pytest.raises(UnsafePath) as caught:
        SeedImporter(empty).init(seed)
    assert caught.value.path == path
    assert empty.ref(MAIN) is None


@pytest.mark.parametrize("path", ["case-studies/ulm/link.png", "case-studies/linked"])
def test_symbolic_links_in_the_seed_are_refused(empty: ContentRepository, seed: Path, path: str) -> None:
    (seed / path).symlink_to("/etc")
    with pytest.raises(SymbolicLink):
        SeedImporter(empty).init(seed)


def test_other_files_in_the_seed_are_ignored_and_named(empty: ContentRepository, seed: Path) -> None:
    (seed / "NOTES.md").write_text("x")
    (seed / "case-studies" / ".DS_Store").write_text("x")
    assert SeedImporter(empty).init(seed).ignored == ["NOTES.md"]


def test_whoever_clones_reads_how_to_propose(empty: ContentRepository, seed: Path) -> None:
    told = (Path(__file__).parents[3] / "content/README.md").read_bytes()
    assert b"git push origin HEAD:refs/for/main" in told
    assert len(told.splitlines()) <= 30
    (seed / "README.md").write_bytes(told)
    importer = SeedImporter(empty)
    assert "README.md" in importer.init(seed).added
    assert empty.reader.read(f"{empty.head()}:README.md").data == told
    (seed / "README.md").write_text("Neu")
    assert importer.sync(seed).direct == ["README.md"]


def test_a_seed_that_is_not_there_is_named(empty: ContentRepository, tmp_path: Path) -> None:
    with pytest.raises(SeedMissing):
        SeedImporter(empty).init(tmp_path / "nowhere")


PATHS = ("a", "b", "c", "d")
STATES = st.dictionaries(st.sampled_from(PATHS), st.sampled_from("123"))


@settings(max_examples=60)
@given(before=STATES, now=STATES, main=STATES)
def test_each_record_gets_one_decision(before: dict[str, str], now: dict[str, str], main: dict[str, str]) -> None:
    plan = plan_sync(before=before, now=now, main=main)
    decided = [*plan.added, *plan.updated, *plan.unchanged, *plan.conflicting]
    assert sorted(decided) == sorted(now)
    assert not set(plan.removed_in_seed) & set(now)
    for path in plan.direct:
        assert main.get(path) == before.get(path)
    again = plan_sync(before=now, now=now, main=main | {path: now[path] for path in plan.direct})
    assert not again.direct
    assert not again.conflicting
    assert not again.removed_in_seed
