"""did:web to URL: public host names, and paths that stay where they say."""

from __future__ import annotations

import pytest

from vcverify.identifiers.documents import DID
from vcverify.identifiers.web import web_url
from vcverify.problems import ProblemError


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:issuer.example", "https://issuer.example/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:issuer.example%3A3000:user:alice", "https://issuer.example:3000/user/alice/did.json"),
        ("did:web:issuer.example%3a443", "https://issuer.example:443/.well-known/did.json"),
        ("did:web:Issuer.EXAMPLE:User", "https://issuer.example/User/did.json"),
        ("did:web:xn--bcher-kva.example", "https://xn--bcher-kva.example/.well-known/did.json"),
        ("did:web:issuer.example:3000", "https://issuer.example/3000/did.json"),
        ("did:web:issuer.example:a.b:~c:d%7Ee", "https://issuer.example/a.b/~c/d%7Ee/did.json"),
        ("did:web:issuer.example:...", "https://issuer.example/.../did.json"),
        ("did:web:" + "a" * 63 + ".example", "https://" + "a" * 63 + ".example/.well-known/did.json"),
        ("did:web:1.2.3.example", "https://1.2.3.example/.well-known/did.json"),
        (
            "did:web:digitalcredentials.github.io:vc-test-fixtures:dids:legacy",
            "https://digitalcredentials.github.io/vc-test-fixtures/dids/legacy/did.json",
        ),
    ],
)
def test_a_did_web_maps_to_a_url(did: str, url: str) -> None:
    """did:web §2.5.2."""
    assert web_url(did) == url


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("issuer.example%2Fevil", id="%2F in the host"),
        pytest.param("issuer.example:..:..:etc", id="dot-dot segments"),
        pytest.param("issuer.example:.", id="dot segment"),
        pytest.param("issuer.example:a%2E%2E", id="encoded dots"),
        pytest.param("issuer.example:a%2Fb", id="encoded slash in the path"),
        pytest.param("issuer.example:a%5Cb", id="encoded backslash in the path"),
        pytest.param("issuer.example%3A99999", id="port too high"),
        pytest.param("issuer.example%3A0", id="port 0"),
        pytest.param("issuer.example%3A", id="empty port"),
        pytest.param("issuer.example%3A080", id="port with a leading zero"),
        pytest.param("issuer.example%3A80%3A80", id="two ports"),
        pytest.param("issuer.example%3A8a", id="port of other characters"),
        pytest.param("127.0.0.1", id="IPv4 literal"),
        pytest.param("0177.0.0.1", id="octal IPv4"),
        pytest.param("127.0x1", id="hexadecimal IPv4"),
        pytest.param("127.1", id="short IPv4"),
        pytest.param("2130706433", id="IPv4 as a number"),
        pytest.param("localhost", id="localhost"),
        pytest.param("LOCALHOST", id="localhost in upper case"),
        pytest.param("issuer.localhost", id="under localhost"),
        pytest.param("localhost%3A8443", id="localhost with a port"),
        pytest.param("%5B%3A%3A1%5D", id="encoded IPv6 literal"),
        pytest.param("[::1]", id="IPv6 literal"),
        pytest.param("user%40issuer.example", id="encoded userinfo"),
        pytest.param("victim.example@evil.example", id="userinfo"),
        pytest.param("issuer.example%23", id="encoded fragment"),
        pytest.param("issuer.example:a%3Fb", id="encoded query in the path"),
        pytest.param("issuer.example:a%23b", id="encoded fragment in the path"),
        pytest.param("issuer.example%00", id="encoded NUL"),
        pytest.param("issuer.example\0", id="NUL"),
        pytest.param("issuer.example:a%00", id="encoded NUL in the path"),
        pytest.param("b\u00fccher.example", id="raw IDN"),
        pytest.param("b%C3%BCcher.example", id="encoded IDN"),
        pytest.param("issuer.example.", id="trailing dot"),
        pytest.param("", id="empty"),
        pytest.param(":", id="empty host and segment"),
        pytest.param("issuer.example::a", id="empty segment"),
        pytest.param("issuer.example:a:", id="empty last segment"),
        pytest.param("issuer..example", id="empty label"),
        pytest.param(".issuer.example", id="leading dot"),
        pytest.param("a" * 64 + ".example", id="label of 64"),
        pytest.param("a" * 300 + ".example", id="label of 300"),
        pytest.param("a.example" * 30, id="name of 270"),
        pytest.param("-issuer.example", id="leading hyphen"),
        pytest.param("issuer-.example", id="trailing hyphen"),
        pytest.param("iss_uer.example", id="underscore"),
        pytest.param("intranet", id="single label"),
        pytest.param("metadata.google.internal", id="internal"),
        pytest.param("printer.local", id="mDNS"),
        pytest.param("nas.home.arpa", id="home network"),
        pytest.param("issuer.example:\uff0e\uff0e", id="full-width dots"),
        pytest.param("issuer\u3002example", id="ideographic full stop"),
        pytest.param("issuer.example:%EF%BC%8E%EF%BC%8E", id="encoded full-width dots"),
        pytest.param("issuer.example:a b", id="space"),
        pytest.param("issuer.example:a%20b", id="encoded space"),
        pytest.param("issuer.example\n", id="line feed"),
        pytest.param("issuer.example/path", id="slash"),
        pytest.param("issuer.example?x", id="query"),
    ],
)
def test_a_did_web_that_leads_elsewhere_is_refused(rest: str) -> None:
    """The mapping decides alone; that some of these are no DIDs at all is noticed before, too."""
    with pytest.raises(ProblemError) as error:
        web_url("did:web:" + rest)
    assert error.value.problem.code == "key.unavailable"


@pytest.mark.parametrize(
    "did",
    [
        "did:a:b",
        "did:web:a%3A1",
        "did:x1:-._",
        "did:key:z6Mk",
        "did:a:b:c",
        "did:a::c",
        "did:a:%41",
        "did:a:" + "b:" * 500 + "c",
    ],
)
def test_did_syntax(did: str) -> None:
    """DID Core §3.1."""
    match = DID.fullmatch(did)
    assert match is not None
    assert match[1] == did.split(":")[1]


@pytest.mark.parametrize(
    "text",
    [
        "did:",
        "did::a",
        "did:a:",
        "did:A:b",
        "DID:a:b",
        "did:a:b:",
        "did:a:b%",
        "did:a:b%4",
        "did:a:b/",
        "did:a:é",
        "did:a:" + "b:" * 500,
        "did:a:" + "b%" * 500,
    ],
)
def test_other_text_is_no_did(text: str) -> None:
    """Also where a careless pattern would take exponential time to say so."""
    assert DID.fullmatch(text) is None
