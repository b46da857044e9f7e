import re
from pathlib import Path

import pytest

from app.identity import Municipality, Role, RoleKind, Scope
from app.identity.providers import Providers, load_providers
from app.shared.config import PROJECT_ROOT, SettingsInvalid

ONE = """\
[[provider]]
key = "stadt"
issuer = "https://anmeldung.example/realms/stadt"
client_id = "netz"
label = "Stadt"
"""


def loaded(folder: Path, text: str, **environment: str) -> Providers:
    file = folder / "providers.toml"
    file.write_text(text, encoding="utf-8")
    return load_providers(file, environment)


def test_example_in_the_manual_is_valid(tmp_path: Path) -> None:
    manual = (PROJECT_ROOT / "docs" / "reference" / "sign-in.md").read_text("utf-8")
    found = re.search(r"```toml\n(\[\[provider\]\].*?)```", manual, re.DOTALL)
    assert found
    (tmp_path / "stadt.secret").write_text("hush\n", encoding="utf-8")
    town, association = loaded(tmp_path, found[1])
    assert town.client_secret == "hush"
    assert town.only_organisation == "beispielstadt"
    assert town.only_municipality == Municipality(name="Beispielstadt", state="HE", ars="06999001")
    curator = Role(kind=RoleKind.CURATOR, scope=Scope.of(states=["HE"]))
    assert town.claims.role_rules == (("wissen-redaktion", curator),)
    assert [role.kind for role in town.claims.default_roles] == [RoleKind.AUTHOR]
    assert association.for_guests
    assert association.client_secret is None
    assert association.claims.organisations == {"verbund": "beispielverbund", "06999002": "anderswo"}
    assert [place.name for place in association.claims.municipalities.values()] == ["Anderswo"]


def test_secret_may_stand_in_a_variable_and_without_a_file_nobody_can_sign_in(tmp_path: Path) -> None:
    assert len(load_providers(tmp_path / "providers.toml")) == 0
    (provider,) = loaded(tmp_path, f'{ONE}client_secret_env = "STADT_SECRET"\n', STADT_SECRET="hush")
    assert provider.client_secret == "hush"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[provider", "providers.toml"),
        (ONE.replace("https://", "http://"), "provider.1.issuer"),
        (ONE.replace("/stadt", "/stadt?x=1"), "provider.1.issuer"),
        (ONE.replace('key = "stadt"', 'key = "Stadt/../x"'), "provider.1.key"),
        (ONE.replace('label = "Stadt"\n', ""), "provider.1.label"),
        (f'{ONE}clientid = "x"\n', "provider.1.clientid: is not a setting"),
        (f'{ONE}scope = "profile"\n', "provider.1.scope"),
        (f'{ONE}roles = [{{ value = "x", role = "mayor" }}]\n', "provider.1.roles.1.role"),
        (f'{ONE}default_roles = [{{ role = "curator", states = ["Hessen"] }}]\n', "states.1"),
        (f'{ONE}client_secret_file = "nowhere"\n', "client_secret_file of stadt"),
        (f'{ONE}client_secret_env = "NOT_SET"\n', "NOT_SET is not set"),
        (
            f'{ONE}employers = [{{ name = "A" }}, {{ name = "Ulm", ars = "08421000" }}]\n',
            "provider.1.employers.2: a municipality needs both state and ars",
        ),
        (f'{ONE}employers = [{{ name = "Ulm", state = "BW" }}]\n', "needs both state and ars"),
        (f'{ONE}employers = [{{ name = "Stadt Ulm", place = "Ulm" }}]\n', "needs both state and ars"),
        (f'{ONE}employers = [{{ name = "Ulm", state = "BW", ars = "8421000" }}]\n', 'ars "8421000" is no official key'),
        (f'{ONE}employers = [{{ name = "Ulm", state = "BW", ars = 8421000 }}]\n', "employers.1.ars"),
        (f'{ONE}employers = [{{ name = "Ulm", state = "BY", ars = "08421000" }}]\n', 'does not lie in state "BY"'),
        (f'{ONE}default_roles = [{{ role = "operator" }}]\n', "operators of everybody"),
        (f'{ONE}roles = [{{ value = "x", role = "author" }}]\n', "claims must say which one"),
        (ONE + ONE, "must have its own key"),
        (ONE + ONE.replace('key = "stadt"', 'key = "kreis"'), "must have its own issuer"),
    ],
)
def test_mistake_is_named_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        loaded(tmp_path, text)
    assert words in str(caught.value)
    assert "NODE_PROVIDERS" in str(caught.value)


def test_provider_on_this_machine_may_use_http(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, ONE.replace("https://anmeldung.example", "http://127.0.0.1:9000"))) == 1


def test_employer_is_a_municipality_by_its_key_and_employers_are_offered_by_name(tmp_path: Path) -> None:
    text = f"""{ONE}employers = [
      {{ name = "Stadt Ulm", place = "Ulm", state = "BW", ars = "08421000", claim_value = "ulm" }},
      {{ name = "Herrenberg", state = "BW", ars = "08115021" }},
      {{ name = "Verband", claim_value = "verband" }},
    ]
    """
    (provider,) = loaded(tmp_path, text)
    ulm = Municipality(name="Ulm", state="BW", ars="08421000")
    assert provider.employers[0].municipality == ulm
    assert provider.claims.municipalities == {
        "ulm": ulm,
        "Herrenberg": Municipality(name="Herrenberg", state="BW", ars="08115021"),
    }
    assert provider.only_municipality is None
    assert [employer.name for employer, _ in loaded(tmp_path, text).choices()] == ["Herrenberg", "Stadt Ulm", "Verband"]
