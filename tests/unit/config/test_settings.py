from __future__ import annotations

from pathlib import Path

import pytest

from app.shared.config import PROJECT_ROOT, Settings, SettingsInvalid, load_settings
from app.shared.config.load import misspelt


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"NODE_{field.upper()}", raising=False)
    monkeypatch.setenv("NODE_DATA", str(tmp_path))


def test_everything_the_node_owns_lies_in_its_data_folder(tmp_path: Path) -> None:
    settings = load_settings()
    places = (settings.repository_path, settings.keys_path, settings.index_path)
    assert all(place.parent == tmp_path for place in places)
    assert settings.database_url == f"sqlite:///{tmp_path}/node.sqlite"


def test_a_relative_data_folder_is_fixed_to_where_the_command_was_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(data="elsewhere").data == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("0.0.0.0", 9000, "http://127.0.0.1:9000"),
        ("kb.example", 80, "http://kb.example:80"),
        ("::1", 8000, "http://[::1]:8000"),
    ],
)
def test_without_an_issuer_the_node_is_known_by_where_it_listens(host: str, port: int, url: str) -> None:
    assert load_settings(host=host, port=port).issuer == url


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_ISSUER", "")
    monkeypatch.setenv("NODE_PORT", "")
    assert load_settings().issuer == "http://127.0.0.1:8000"


def test_an_issuer_loses_its_trailing_slash() -> None:
    assert load_settings(issuer="https://erfahrungen.example/").issuer == "https://erfahrungen.example"


@pytest.mark.parametrize(
    "issuer",
    [
        "erfahrungen.example",
        "ftp://x.example",
        "https://x.example/?a=b",
        "https://x.example/#a",
        "https://",
        "https://x.example:99999",
    ],
)
def test_an_issuer_that_is_no_web_address_is_refused(issuer: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(issuer=issuer)
    assert [problem.variable for problem in refused.value.problems] == ["NODE_ISSUER"]


@pytest.mark.parametrize("field", ["moved_to", "moved_from"])
def test_a_node_does_not_move_to_where_it_is(field: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(issuer="https://erfahrungen.example", **{field: "https://erfahrungen.example/"})
    assert [problem.variable for problem in refused.value.problems] == [f"NODE_{field.upper()}"]


@pytest.mark.parametrize("host", ["https://mail.example", "mail.example:465", "mail example"])
def test_a_mail_server_is_named_without_scheme_and_port(host: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(smtp_host=host)
    assert [problem.variable for problem in refused.value.problems] == ["NODE_SMTP_HOST"]


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.7", "::1", "localhost", "mail_1.intern", "müller.example"])
def test_a_mail_server_is_a_name_or_an_address(host: str) -> None:
    assert load_settings(smtp_host=host).smtp_host == host


def test_a_password_is_not_sent_to_another_machine_in_the_clear() -> None:
    signing_in = {"smtp_user": "node", "smtp_security": "none"}
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(smtp_host="mail.example", **signing_in)
    assert [problem.variable for problem in refused.value.problems] == ["NODE_SMTP_USER"]
    assert load_settings(smtp_host="127.0.0.1", **signing_in).smtp_user == "node"


def test_every_unusable_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_PORT", "eighty")
    monkeypatch.setenv("NODE_WORKERS", "0")
    with pytest.raises(SettingsInvalid) as refused:
        load_settings()
    assert {problem.variable for problem in refused.value.problems} == {"NODE_PORT", "NODE_WORKERS"}


def test_the_file_in_the_data_folder_gives_settings_that_variables_override(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "node.env").write_text(
        "NODE_OPERATOR_NAME=Stadt Musterstadt\nNODE_NAME=Aus der Datei\n", encoding="utf-8"
    )
    monkeypatch.setenv("NODE_NAME", "Aus der Umgebung")
    settings = load_settings()
    assert (settings.operator_name, settings.name) == ("Stadt Musterstadt", "Aus der Umgebung")


def test_a_misspelt_line_in_the_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "node.env").write_text("NODE_OPERATOR_NAMES=x\n", encoding="utf-8")
    with pytest.raises(SettingsInvalid) as refused:
        load_settings()
    assert refused.value.problems[0].variable == "NODE_OPERATOR_NAMES"
    assert refused.value.problems[0].reason == "is not a setting"


def test_a_node_on_search_servers_is_told_which_engine_to_use_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_SEARCH", "sphinx")
    monkeypatch.setenv("NODE_SEARCH_SERVERS", "10.0.0.2:9306")
    with pytest.raises(SettingsInvalid, match=r"NODE_SEARCH: .*NODE_SEARCH=tantivy.*erfahrungsnetz reindex"):
        load_settings()


def test_a_variable_close_to_a_setting_is_taken_for_a_misspelling_but_not_those_of_node_js() -> None:
    environment = {"NODE_PROT": "1", "NODE_ENV": "production", "NODE_OPTIONS": "", "NODE_PORT": "1", "PATH": ""}
    assert misspelt(environment) == (("NODE_PROT", "NODE_PORT"),)


def test_settings_cannot_be_changed_after_the_start() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]  # that it cannot is the point


def test_every_setting_says_what_it_is_for_and_stands_on_the_page_of_settings() -> None:
    manual = (PROJECT_ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    undescribed = [name for name, field in Settings.model_fields.items() if not field.description]
    undocumented = [name for name in Settings.model_fields if f"`NODE_{name.upper()}`" not in manual]
    assert (undescribed, undocumented) == ([], [])


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://forge.example/stadt/texte.git", True),
        ("http://127.0.0.1:3000/texte.git", True),
        ("http://forge.example/stadt/texte.git", False),
    ],
)
def test_credentials_of_the_mirror_leave_the_machine_encrypted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, taken: bool
) -> None:
    monkeypatch.setenv("NODE_MIRROR_URL", address)
    monkeypatch.setenv("NODE_MIRROR_CREDENTIALS_FILE", str(tmp_path / "schluessel"))
    if taken:
        assert load_settings().mirror_url == address
    else:
        with pytest.raises(SettingsInvalid) as refused:
            load_settings()
        assert [problem.variable for problem in refused.value.problems] == ["NODE_MIRROR_CREDENTIALS_FILE"]


SERVER = {"meaning": "server", "meaning_model": "muster", "meaning_dimensions": 384}


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://modelle.example/v1/embeddings", []),
        ("http://127.0.0.1:8080/v1/embeddings", []),
        ("http://10.0.0.5:8080/v1/embeddings", ["NODE_MEANING_KEY_FILE"]),
        ("https://name:geheim@modelle.example/v1/embeddings", ["NODE_MEANING_URL"]),
        ("", ["NODE_MEANING_URL"]),
        ("ftp://modelle.example/v1/embeddings", ["NODE_MEANING_URL"]),
        ("https:///v1/embeddings", ["NODE_MEANING_URL"]),
        ("https://modelle.example:99999/v1/embeddings", ["NODE_MEANING_URL"]),
        ("https://[modelle.example/v1/embeddings", ["NODE_MEANING_URL"]),
        ("https://modelle.example/v1/embed dings", ["NODE_MEANING_URL"]),
        ("https://modelle.example/v1/embeddings#hier", ["NODE_MEANING_URL"]),
        ("https://modélle.example/v1/embeddings", ["NODE_MEANING_URL"]),
    ],
)
def test_key_of_the_model_leaves_the_machine_encrypted(tmp_path: Path, url: str, refused: list[str]) -> None:
    assert _refused(**SERVER, meaning_url=url, meaning_key_file=tmp_path / "schluessel") == refused


def test_server_for_vectors_needs_model_and_dimensions() -> None:
    url = "http://10.0.0.5:8080/v1/embeddings"
    assert _refused(**SERVER, meaning_url=url) == []
    assert _refused(meaning="server", meaning_url=url) == ["NODE_MEANING_MODEL", "NODE_MEANING_DIMENSIONS"]
    assert _refused(meaning="off") == _refused(meaning="auto") == []


def _refused(**values: object) -> list[str]:
    try:
        load_settings(**values)
    except SettingsInvalid as error:
        return [problem.variable for problem in error.problems]
    return []


def test_a_node_on_a_bucket_is_told_to_mount_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(files="shared").files == f"{tmp_path}/shared"
    monkeypatch.setenv("NODE_S3_ENDPOINT", "http://10.0.0.6:8333")
    with pytest.raises(SettingsInvalid, match=r"NODE_FILES: .*rclone.*NODE_S3_"):
        load_settings(files="s3://stadt-bilder/node/one")
