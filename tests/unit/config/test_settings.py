"""Settings are checked when the program starts, and what is wrong is said in the operator's words."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.identity.providers.provider import EXAMPLE_KEY
from app.shared.config import Settings, SettingsInvalid, load_settings
from app.shared.config.load import SECRET_FILES, misspelt, read_secret_key
from app.wiring import Services
from tools import settings_table


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"NODE_{field.upper()}", raising=False)
    monkeypatch.setenv("NODE_DATA", str(tmp_path))


def test_everything_the_node_owns_lies_in_its_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load_settings()
    places = (settings.repository_path, settings.keys_path, settings.index_path)
    assert all(place.parent == tmp_path for place in places)
    assert settings.database_url == f"sqlite:///{tmp_path}/node.sqlite"
    monkeypatch.chdir(tmp_path)
    assert load_settings(data="elsewhere").data == tmp_path / "elsewhere"
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]  # that it cannot is the point


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"port": 8000}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 9000}, "http://127.0.0.1:9000"),
        ({"host": "kb.example", "port": 80}, "http://kb.example:80"),
        ({"host": "::1"}, "http://[::1]:8000"),
        ({"issuer": "https://erfahrungen.example/"}, "https://erfahrungen.example"),
    ],
)
def test_without_an_issuer_the_node_is_known_by_where_it_listens(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, object], url: str
) -> None:
    # An empty variable counts as not set.
    monkeypatch.setenv("NODE_ISSUER", "")
    assert load_settings(**given).issuer == url


HERE = "https://erfahrungen.example"
SIGNING_IN = {"smtp_user": "node", "smtp_security": "none"}
NO_ADDRESSES = (
    *("erfahrungen.example", "ftp://x.example", "https://x.example/?a=b", "https://x.example/#a"),
    *("https://", "https://x.example:99999"),
)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        *(({"issuer": address}, ["NODE_ISSUER"]) for address in NO_ADDRESSES),
        ({"issuer": HERE, "moved_from": f"{HERE}/"}, ["NODE_MOVED_FROM"]),
        ({"smtp_host": "https://mail.example"}, ["NODE_SMTP_HOST"]),
        ({"smtp_host": "mail.example:465"}, ["NODE_SMTP_HOST"]),
        ({"smtp_host": "mail.example", **SIGNING_IN}, ["NODE_SMTP_USER"]),
        ({"smtp_host": "127.0.0.1", **SIGNING_IN}, []),
        ({"mirror_url": "https://forge.example/a.git", "mirror_credentials_file": "key"}, []),
        (
            {"mirror_url": "http://forge.example/a.git", "mirror_credentials_file": "key"},
            ["NODE_MIRROR_CREDENTIALS_FILE"],
        ),
        ({"port": "eighty", "workers": 0}, ["NODE_PORT", "NODE_WORKERS"]),
    ],
    ids=str,
)
def test_unusable_values_are_named_and_no_secret_leaves_in_clear(given: dict[str, object], refused: list[str]) -> None:
    assert sorted(_refused(**given)) == refused


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.7", "::1", "localhost", "mail_1.intern", "müller.example"])
def test_a_mail_server_is_a_name_or_an_address(host: str) -> None:
    assert load_settings(smtp_host=host).smtp_host == host


def test_variables_override_the_file_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


@pytest.mark.parametrize("in_file", [True, False])
def test_a_node_that_says_where_it_has_moved_is_told_to_ask_its_partners(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_file: bool
) -> None:
    if in_file:
        (tmp_path / "node.env").write_text("NODE_MOVED_TO=https://neu.example\n", encoding="utf-8")
    else:
        monkeypatch.setenv("NODE_MOVED_TO", "https://neu.example")
    with pytest.raises(SettingsInvalid, match=r"NODE_MOVED_TO: .*partners.*erfahrungsnetz peers add"):
        load_settings()


def test_a_variable_close_to_a_setting_is_taken_for_a_misspelling_but_not_those_of_node_js() -> None:
    environment = {"NODE_PROT": "1", "NODE_ENV": "production", "NODE_OPTIONS": "", "NODE_PORT": "1", "PATH": ""}
    assert misspelt(environment) == (("NODE_PROT", "NODE_PORT"),)


def test_every_setting_says_what_it_is_for_and_stands_on_the_page_of_settings() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]
    written = settings_table.PAGE.read_text(encoding="utf-8")
    assert settings_table.page() == written, "run: python -m tools.settings_table"
    assert [name for name in Settings.model_fields if written.count(f"| `NODE_{name.upper()}` |") != 1] == []
    # Doctor looks at secret files, and a backup takes them along.
    assert set(SECRET_FILES) == {name for name in Settings.model_fields if name.endswith("_file")}


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


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            "postgresql://node:x%2Cy@db1:5432,db2:5433/node?sslmode=require",
            "postgresql://node:x%2Cy@/node?host=db1:5432&host=db2:5433&sslmode=require",
        ),
        ("postgresql://db1,db2/node", "postgresql:///node?host=db1&host=db2"),
        ("postgresql://node:a,b@db1/node", "postgresql://node:a,b@db1/node"),
        ("sqlite:////srv/a,b/node.sqlite", "sqlite:////srv/a,b/node.sqlite"),
    ],
)
def test_several_hosts_may_be_written_as_postgresql_does(given: str, kept: str) -> None:
    settings = Settings.model_validate({"database_url": given})
    assert settings.database_url == kept
    assert make_url(settings.database_url).database


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    key = read_secret_key(settings)
    assert len(key) == 32
    assert read_secret_key(settings) == key
    assert stat.S_IMODE((tmp_path / "keys" / "secret").stat().st_mode) == 0o600
    (tmp_path / "mounted").write_bytes(b"given by the platform, 32 bytes..")
    mounted = Settings(data=tmp_path, secret_key_file=tmp_path / "mounted")
    assert read_secret_key(mounted) == b"given by the platform, 32 bytes.."


def test_workers_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: read_secret_key(settings), range(64)))
    assert len(keys) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["secret"]


EXAMPLE = "http://127.0.0.1:9000"


def loaded(folder: Path, **values: object) -> Settings:
    return load_settings(data=folder, **{"example_provider": EXAMPLE, **values})


def test_node_on_this_machine_may_have_it(tmp_path: Path) -> None:
    services = Services(loaded(tmp_path))
    assert services.identity.providers.get(EXAMPLE_KEY).issuer == EXAMPLE
    services.close()


@pytest.mark.parametrize(
    "values",
    [
        {"host": "0.0.0.0"}, {"host": "192.0.2.7"}, {"issuer": "https://erfahrungen.example"}, {"trusted_proxies": 1},
        {"example_provider": "https://anmeldung.example"},
    ],
    ids=str,
)  # fmt: skip
def test_node_that_others_can_reach_may_not(tmp_path: Path, values: dict[str, object]) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        loaded(tmp_path, **values)
    assert [problem.variable for problem in refused.value.problems] == ["NODE_EXAMPLE_PROVIDER"]
