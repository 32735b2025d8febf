"""Ways through the procedure that no document of the other tests takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, V2, badge, clr, signed_badge, signed_clr
from cases.keyring import ed25519_key
from cases.signing import Json, sign
from support.checking import judge, problems

import vcverify
from vcverify import pipeline
from vcverify.checks.clr import clr as of_record
from vcverify.checks.data_model import data_model
from vcverify.checks.declared_schema import _schema_text
from vcverify.checks.identities import forms
from vcverify.checks.shapes import missing
from vcverify.checks.trust import _entry_of
from vcverify.credential import read_json
from vcverify.crypto import PublicKey
from vcverify.identifiers import Lookup, installed_resolvers, retrieve, retrieve_kid
from vcverify.identifiers.issuer_metadata import metadata_keys, metadata_url
from vcverify.loading import Unavailable
from vcverify.loading.memory import NullLoader, StaticLoader
from vcverify.nesting import Nested
from vcverify.problems import ProblemError
from vcverify.suites import unsecured

AT = datetime(2026, 6, 1, tzinfo=UTC)


def told(report: vcverify.Report) -> set[str]:
    return {item.code for item in report.problems()}


# --- the procedure --------------------------------------------------------------------------------------


def test_a_member_of_signed_json_is_read_from_the_json() -> None:
    """Of a JCS record everything inside was signed, a credential without a proof too."""
    report = vcverify.verify(sign(clr([badge(GUILD)], COLLEGE), COLLEGE, "eddsa-jcs-2022"), at=AT)
    (member,) = report.children
    assert member.credential is not None
    assert member.credential.issuer == GUILD.did
    assert "member.issuer" in told(report)


def test_what_is_only_named_is_read_from_nothing() -> None:
    """A member by URL has no contents that the signature around it could vouch for."""
    nested = Nested(pointer="/verifiableCredential/0", relation="member", value="https://example.org/badge")
    signed = pipeline.Signed(credential=read_json(clr([])))
    assert pipeline.Around(signed, nested).share() is None


@pytest.mark.parametrize(
    ("error", "code"),
    [(Unavailable("https://a.example/", "it is down"), "key.unavailable"), (RuntimeError("a bug"), "internal.error")],
)
def test_what_goes_wrong_anywhere_is_told_and_leaves_the_answer_open(
    error: Exception, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part from outside may raise where nobody expects it; nothing is verified by that."""

    def broken(*_: Any) -> None:
        raise error

    monkeypatch.setattr(pipeline, "parse", broken)
    report = vcverify.verify(b"{}", at=AT)
    assert told(report) == {code}
    assert report.outcome == "indeterminate"


def test_a_bug_while_linting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """`lint` raises for nothing that a document can do."""

    def broken(*_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(pipeline, "parse", broken)
    assert told(vcverify.lint(b"{}", at=AT)) == {"internal.error"}


def test_a_file_that_cannot_be_read_has_a_report(tmp_path: Path) -> None:
    """One file in a hundred is gone: the others are judged all the same."""
    verifier = vcverify.Verifier()
    (report,) = verifier.verify_many([tmp_path / "absent.json"], at=AT)
    assert told(report) == {"input.malformed"}


# --- members and their record ---------------------------------------------------------------------------


@pytest.mark.parametrize("member", [sign(signed_badge(), GUILD), signed_badge()], ids=["two proofs", "one proof"])
def test_a_member_verifies_with_as_many_proofs_as_it_has(member: Json) -> None:
    """Its statements in the record's walk stand in as many graphs."""
    assert vcverify.verify(signed_clr([member]), at=AT).children[0].check("proof").outcome == "passed"


def test_a_member_with_statements_in_another_graph_is_walked_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its proof has a graph of its own; whatever else has one, may have been meant otherwise."""
    part = unsecured.part

    def with_another(*given: Any) -> Any:
        found = part(*given)
        return None if found is None else [*found, ("_:b", "<urn:p>", '"o"', "<urn:another>")]

    monkeypatch.setattr(unsecured, "part", with_another)
    assert vcverify.verify(signed_clr([signed_badge()]), at=AT).children[0].check("proof").outcome == "passed"


# --- checks ---------------------------------------------------------------------------------------------


def test_an_envelope_is_no_credential_to_check() -> None:
    """VCDM 2.0 §4.13: it has an id that is the token, and nothing else."""
    document = {"@context": [V2], "type": "EnvelopedVerifiableCredential", "id": "https://example.org/token"}
    assert ("data-model.id", "/id") in problems(judge(data_model, document))


def test_a_related_resource_is_an_object() -> None:
    """VCDM 2.0 §5.3: a number has neither id nor digest."""
    found = problems(judge(data_model, badge(relatedResource=[5])))
    assert ("data-model.value", "/relatedResource/0") in found


def test_the_schema_of_a_list_of_one_subject_is_found() -> None:
    """In JSON a list of one subject is that subject."""
    document = {"@context": [V2], "credentialSubject": [{"jsonSchema": {"type": "object"}}]}
    assert _schema_text(read_json(document)) == b'{"type":"object"}'


def test_a_node_that_stands_nowhere_in_the_json_lacks_what_it_lacks() -> None:
    """Its statements may have been made by names that lead elsewhere."""
    node: Any = SimpleNamespace(pointer="/not/there")
    assert missing(node, "name", badge(), malformed="data-model.value").code == "data-model.required"


def test_hashed_is_a_boolean() -> None:
    """OB 3.0 IdentityObject: other words would be read as no."""
    identifier = {"type": "IdentityObject", "identityHash": "a", "identityType": "userName", "hashed": "maybe"}
    document = badge(credentialSubject={"type": ["AchievementSubject"], "identifier": [identifier]})
    (subject,) = read_json(document).subjects
    assert ("data-model.value", "/credentialSubject/identifier/0/hashed") in problems(forms(subject))


def test_a_subject_of_a_record_that_is_text_has_no_members() -> None:
    """The data model's check says what it should be."""
    document = clr([])
    document["credentialSubject"] = ["urn:x:1"]
    assert all(
        "verifiableCredential" not in at for _, at in problems(of_record(read_json(document).root, document, "2.0"))
    )


def test_nobody_is_no_trusted_issuer() -> None:
    """A credential without an issuer matches no entry."""
    assert _entry_of(None, ("did:example:a",), ()) == (None, None)


# --- keys -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "issuer",
    [
        None,
        "https://[::1",
        "http://issuer.example",
        "https://issuer.example/?a",
        "https://issuer.example/#a",
        "did:web:a",
    ],
)
def test_only_https_issuers_publish_metadata(issuer: str | None) -> None:
    """SD-JWT VC §4: it stands at a place that is made of the URL."""
    env = Lookup(loader=NullLoader(), resolvers=installed_resolvers(), at=AT)
    assert metadata_url(issuer) is None
    assert metadata_keys(issuer, env) is None


def test_without_metadata_a_name_is_looked_for_in_the_well_known_set() -> None:
    """And where there is none either, nobody can tell the key."""
    env = Lookup(loader=NullLoader(), resolvers=installed_resolvers(), at=AT)
    with pytest.raises(ProblemError) as error:
        retrieve_kid("key-1", "assertionMethod", "https://issuer.example", env, metadata=True)
    assert error.value.problem.code == "key.unavailable"


def test_a_url_that_the_metadata_does_not_name_is_followed() -> None:
    """SD-JWT VC §4: the issuer publishes keys there; a `kid` that is a URL may be that of another."""
    key, other = ed25519_key("named by a URL"), ed25519_key("in the metadata")
    issuer, url = "https://issuer.example/profile", "https://issuer.example/keys/1"
    metadata = {"issuer": issuer, "jwks": {"keys": [other.jwk | {"kid": "key-1"}]}}
    world = {"https://issuer.example/.well-known/jwt-vc-issuer/profile": metadata, url: key.jwk}
    loader = StaticLoader({place: json.dumps(body).encode() for place, body in world.items()})
    env = Lookup(loader=loader, resolvers=installed_resolvers(), at=AT)
    found = retrieve_kid(url, "assertionMethod", issuer, env, metadata=True)
    assert found.key == PublicKey.from_jwk(key.jwk)
    assert found.document_url == url


def test_remembered_methods_are_bounded_and_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends ever new keys does not fill the memory."""
    from vcverify.identifiers import retrieve as retrieving  # the function, whose module has the memo

    module = __import__(retrieving.__module__, fromlist=["_MOST_REMEMBERED"])
    monkeypatch.setattr(module, "_MOST_REMEMBERED", 1)
    env = Lookup(loader=NullLoader(), resolvers=installed_resolvers(), at=AT)
    methods = [ed25519_key(f"remembered {number}").method for number in range(3)]
    first = [retrieve(method, "assertionMethod", env) for method in methods]
    assert len(module._REMEMBERED) == 1
    assert [retrieve(method, "assertionMethod", env) for method in methods] == first
