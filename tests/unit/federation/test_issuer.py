import pytest

from app.federation.issuer import GlobalNames, Issuer, IssuerInvalid

ID = "10000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://erfahrungen.example", "erfahrungen.example"), ("http://127.0.0.1:8101", "127.0.0.1:8101"),
        ("http://[::1]:8101", "ip6.--1:8101"), ("http://localhost", "localhost"),
        ("https://stadt.example/wissen/netz", "stadt.example~wissen~netz"),
        ("https://xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
    ],
)  # fmt: skip
def test_an_address_gives_a_short_name(address: str, origin: str) -> None:
    assert Issuer.parse(address).origin == origin


@pytest.mark.parametrize(
    "address",
    [
        "",
        "erfahrungen.example",
        "https://",
        "https://Erfahrungen.example",
        "https://erfahrungen.example/",
        "https://erfahrungen.example?x",
        "https://erfahrungen.example#x",
        "https://user@erfahrungen.example",
        "https://erfahrungen.example/../x",
        "https://münchen.example",
        "https://erfahrungen.example\n",
        "https://[::1].example",
        "https://[x]",
        "https://erfahrungen..example",
        "ftp://erfahrungen.example",
        "javascript:alert(1)",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 100}example",
    ],
)
def test_what_no_node_can_have_is_refused(address: str) -> None:
    with pytest.raises(IssuerInvalid):
        Issuer.parse(address)


def test_a_record_belongs_to_the_issuer_whose_address_begins_its_name() -> None:
    issuer = Issuer.parse("https://erfahrungen.example")
    assert issuer.record_id(issuer.sub(ID)) == ID
    for other in (
        "https://erfahrungen.example.org/r/",
        "https://erfahrungen.example/x/r/",
        "http://erfahrungen.example/r/",
    ):
        assert issuer.record_id(other + ID) is None
    assert issuer.record_id(f"{issuer.sub(ID)}/v/1") is None
    assert issuer.record_id("https://erfahrungen.example/r/x") is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"https://erfahrungen.example/r/{ID}", ("", ID)), (f"https://frueher.example/r/{ID}", ("", ID)),
        (f"https://stadt.example/wissen/r/{ID}", ("stadt.example~wissen", ID)),
        (f"http://127.0.0.1:8101/r/{ID}", ("127.0.0.1:8101", ID)), (f"https://stadt.example/r/{ID}/v/1", None),
        (f"https://stadt.example/r/{ID}?x", None), ("https://stadt.example/r/x", None),
        ("https://stadt.example/fallstudien/rufbus", None), (f"https://Stadt.example/r/{ID}", None),
        ("solution/rufbus", None), ("solution/rufbus@stadt.example", None), (f"/r/{ID}", None), ("", None),
    ],
)  # fmt: skip
def test_a_global_name_tells_whose_record_it_is(name: str, found: tuple[str, str] | None) -> None:
    own = frozenset({Issuer("https://erfahrungen.example"), Issuer("https://frueher.example")})
    assert GlobalNames(own)(name) == found
