"""Issuing: what is made verifies, here and by an independent path; what would lose data is not signed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import (
    CLR_CONTEXTS,
    DATA_INTEGRITY,
    OB_2,
    SUITE_CONTEXTS,
    V1,
    V2,
    badge,
    badge_v1,
    clr,
    endorsement,
    presentation,
    single_key_document,
)
from cases.keyring import ed25519_key
from cryptography.exceptions import InvalidSignature
from support.independent import verify_document, verify_token
from support.vectors import VECTORS

import vcverify
from vcverify.crypto import KeyKind
from vcverify.crypto.private import PrivateKey
from vcverify.issuing import IssueRefused, issue, signing_suites
from vcverify.loading.memory import StaticLoader
from vcverify.policy import Policy
from vcverify.report import Outcome

AT = datetime(2026, 6, 1, tzinfo=UTC)
KEYS = {kind: PrivateKey.generate(kind, **({"bits": 2048} if kind is KeyKind.RSA else {})) for kind in KeyKind}
KEY = KEYS[KeyKind.ED25519]
OTHER = PrivateKey.generate()

PROOFS = [
    ("eddsa-rdfc-2022", KeyKind.ED25519),
    ("eddsa-jcs-2022", KeyKind.ED25519),
    ("eddsa-2022", KeyKind.ED25519),
    ("Ed25519Signature2020", KeyKind.ED25519),
    ("ecdsa-rdfc-2019", KeyKind.P256),
    ("ecdsa-rdfc-2019", KeyKind.P384),
    ("ecdsa-jcs-2019", KeyKind.P256),
    ("ecdsa-jcs-2019", KeyKind.P384),
    ("Ed25519Signature2018", KeyKind.ED25519),
    *(("JsonWebSignature2020", kind) for kind in KeyKind if kind is not KeyKind.P521),
]
TOKENS = [(kind, name) for kind, key in KEYS.items() for name in sorted(key.public.algorithms - {"Ed25519"})]


def for_suite(document: Any, suite: str) -> Any:
    """The document under a context that defines the proof."""
    if suite in SUITE_CONTEXTS:
        return {**document, "@context": [*document["@context"], SUITE_CONTEXTS[suite]]}
    return document


def signed(document: Any, key: PrivateKey = KEY, **options: Any) -> Any:
    return issue(document, key, created=AT, **options)


def plain() -> Any:
    """A credential of version 2.0 that is no badge."""
    about = {"id": OTHER.did}
    return badge(KEY.did, context=[V2], type=["VerifiableCredential"], credentialSubject=about) | {"issuer": KEY.did}


def stops(call: Callable[[], object]) -> list[tuple[str, str]]:
    """Codes and places of what stands in the way."""
    with pytest.raises(IssueRefused) as caught:
        call()
    assert caught.value.report.outcome is not Outcome.PASSED
    assert caught.value.problems[0].code in str(caught.value)
    return [(item.code, item.pointer) for item in caught.value.problems]


# --- what is made verifies ------------------------------------------------------------------------


@pytest.mark.parametrize(("suite", "kind"), PROOFS)
def test_every_suite_makes_what_verifies_here_and_elsewhere(suite: str, kind: KeyKind) -> None:
    """Ours is not the only verifier; the second path is PyLD, `rfc8785` and raw keys."""
    key = KEYS[kind]
    document = for_suite(badge(key.did), suite)
    before = copy.deepcopy(document)
    made = signed(document, key, suite=suite, check=False)
    assert vcverify.verify(made, at=AT)
    verify_document(made, key.public.loaded)
    assert document == before
    assert {name: value for name, value in made.items() if name != "proof"} == document
    assert made["proof"]["created"] == "2026-06-01T00:00:00Z"
    with pytest.raises(InvalidSignature):
        verify_document({**made, "name": "Another"}, key.public.loaded)


@pytest.mark.parametrize(("kind", "algorithm"), TOKENS, ids=str)
def test_every_algorithm_makes_a_token_that_verifies_here_and_elsewhere(kind: KeyKind, algorithm: str) -> None:
    """RS, PS, ES and EdDSA, each by its key."""
    key = KEYS[kind]
    token = signed(badge(key.did), key, suite="jwt", algorithm=algorithm, check=False)
    assert vcverify.verify(token, at=AT)
    header, _ = verify_token(token, key.public.loaded)
    assert header == {"alg": algorithm, "typ": "JWT", "kid": key.verification_method}


@pytest.mark.parametrize("name", ["signedDataInt", "signedJCS", "signedEdSig"])
def test_the_published_proofs_come_out_byte_for_byte(name: str) -> None:
    """W3C states what Ed25519 makes of its document and its key; any other proof value would be another reading."""
    if not VECTORS.is_dir():
        pytest.skip("the published vectors are not beside this checkout (../shared/vectors)")
    folder = VECTORS / "eddsa/w3c-vc-di-eddsa"
    key = PrivateKey.read((folder / "keyPair.json").read_bytes())
    (path,) = folder.glob(f"*/{name}.json")
    published = json.loads(path.read_bytes())
    proof = published.pop("proof")
    made = issue(
        published,
        key,
        suite=proof.get("cryptosuite", proof["type"]),
        verification_method=proof["verificationMethod"],
        created=datetime.fromisoformat(proof["created"]),
        policy=Policy(severities={"issuer.unbound": "warning"}),  # type: ignore[dict-item]
        check=False,
    )
    assert made["proof"] == proof


# --- tokens ---------------------------------------------------------------------------------------


def test_a_badge_as_a_token_says_its_claims() -> None:
    """Open Badges 3.0 §8.2.6: `iss`, `jti`, `sub`, `nbf`, `exp` beside the document itself."""
    document = badge(KEY.did, validUntil="2027-01-15T00:00:00Z")
    _, payload = verify_token(signed(document, suite="jwt"), KEY.public.loaded)
    assert payload == document | {
        "iss": KEY.did,
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": 1768435200,
        "exp": 1799971200,
        "iat": 1780272000,
    }
    report = vcverify.verify(signed(document, suite="jwt"), at=AT)
    assert list(report.problems()) == []


def test_other_credentials_are_the_payload_and_nothing_more() -> None:
    """VC-JOSE-COSE §3.1.3: claims that repeat members are not asked for; `iat` is the signature's."""
    document = plain()
    header, payload = verify_token(signed(document, suite="jwt"), KEY.public.loaded)
    assert header["typ"] == "vc+jwt"
    assert payload == document | {"iat": 1780272000}


def test_a_credential_of_version_1_stands_under_its_claim() -> None:
    """VCDM 1.1 §6.3.1."""
    document = badge_v1(KEY.did)
    header, payload = verify_token(signed(document, suite="jwt"), KEY.public.loaded)
    assert header["typ"] == "JWT"
    assert payload["vc"] == document
    assert (payload["iss"], payload["nbf"]) == (KEY.did, 1768435200)


def test_a_presentation_as_a_token_answers_and_addresses() -> None:
    """`nonce` and `aud` are what `challenge` and `domain` are in a proof."""
    inside = signed(badge(KEY.did))
    token = signed(presentation([inside], KEY.did), suite="jwt", challenge="c", domain=["a.example", "b.example"])
    header, payload = verify_token(token, KEY.public.loaded)
    assert (header["typ"], payload["nonce"], payload["aud"]) == ("vp+jwt", "c", ["a.example", "b.example"])
    assert vcverify.verify(token, at=AT, challenge="c", domain=["b.example", "a.example"])
    assert not vcverify.verify(token, at=AT, challenge="d", domain=["b.example", "a.example"])


def test_a_token_ends_when_it_is_told_to() -> None:
    """The token's end is not the credential's, unless the credential is a badge: there they are one."""
    end = datetime(2026, 7, 1, tzinfo=UTC)
    token = signed(plain(), suite="jwt", expires=end)
    assert vcverify.verify(token, at=AT)
    assert not vcverify.verify(token, at=datetime(2026, 8, 1, tzinfo=UTC))
    both = badge(KEY.did, validUntil="2027-01-15T00:00:00Z")
    assert stops(lambda: signed(both, suite="jwt", expires=end)) == [("jose.claims", "/exp")]


def test_a_member_with_the_name_of_a_claim_does_not_go_into_a_token() -> None:
    """It would be read as the token's, and be gone from the document."""
    document = badge(KEY.did, context=[*badge()["@context"], {"vct": "https://a.example/vct"}], vct="Everybody")
    assert signed(document)["vct"] == "Everybody"
    assert stops(lambda: signed(document, suite="jwt")) == [("jose.claims", "/vct")]


# --- presentations, records, sets and chains --------------------------------------------------------


def test_a_presentation_is_signed_to_authenticate() -> None:
    """The purpose follows from what is signed; challenge and domain are covered."""
    made = signed(presentation([signed(badge(KEY.did))], OTHER.did), OTHER, challenge="c", domain="registrar.example")
    assert made["proof"]["proofPurpose"] == "authentication"
    verify_document(made, OTHER.public.loaded)
    assert vcverify.verify(made, at=AT, challenge="c", domain="registrar.example")
    assert not vcverify.verify(made, at=AT, challenge="x", domain="registrar.example")


def test_a_record_of_signed_members_is_signed() -> None:
    """Each keeps its own proof; the record's covers them all."""
    member = badge(KEY.did)
    member["credentialSubject"]["achievement"]["endorsement"] = [
        signed(endorsement(member["credentialSubject"]["achievement"]["id"], OTHER.did), OTHER)
    ]
    made = signed(clr([signed(member), signed(badge(OTHER.did, name="Tuning"), OTHER)], KEY.did))
    report = vcverify.verify(made, at=AT)
    assert report
    assert len(list(report.walk())) == 4
    verify_document(made, KEY.public.loaded)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_proofs_build_on_each_other(suite: str) -> None:
    """DI §4.3, §4.5: a second proof stands beside the first, or covers it."""
    key = KEYS[KeyKind.P256]
    first = signed(badge(KEY.did), suite=suite, proof_id="urn:x:first")
    beside = signed(first, KEY, suite="eddsa-jcs-2022", proof_id="urn:x:second")
    assert [proof["id"] for proof in beside["proof"]] == ["urn:x:first", "urn:x:second"]
    ecdsa = suite.replace("eddsa", "ecdsa").replace("2022", "2019")
    chained = signed(
        beside, key, suite=ecdsa, previous_proof=["urn:x:second", "urn:x:first"], proof_id="urn:x:third", check=True
    )
    assert vcverify.verify(chained, at=AT)
    for position, signer in enumerate((KEY, KEY, key)):
        verify_document(chained, signer.public.loaded, position)
    del chained["proof"][0]
    assert "proof.chain" in {item.code for item in vcverify.verify(chained, at=AT).problems()}
    with pytest.raises(ValueError, match="has the id 'urn:x:other'"):
        signed(beside, previous_proof="urn:x:other")


def test_the_end_of_a_proof_is_signed() -> None:
    """Who removes it, or writes it otherwise, breaks the signature."""
    made = signed(badge(KEY.did), expires=datetime(2026, 7, 1, tzinfo=UTC))
    assert made["proof"]["expires"] == "2026-07-01T00:00:00Z"
    assert not vcverify.verify(made, at=datetime(2026, 8, 1, tzinfo=UTC))
    del made["proof"]["expires"]
    assert not vcverify.verify(made, at=AT)


def test_issuers_elsewhere_name_their_method() -> None:
    """A host's key stands in its document; where that is at hand, what is made is held against it."""
    did = "did:web:issuer.example"
    document = single_key_document(did, ed25519_key("college"))
    url = "https://issuer.example/.well-known/did.json"
    document["verificationMethod"][0]["publicKeyMultibase"] = KEY.public.multikey
    options: dict[str, Any] = {"verification_method": f"{did}#key-1"}
    right = StaticLoader({url: json.dumps(document).encode()})
    made = signed(badge(did), **options)
    assert made == signed(badge(did), **options, loader=right)
    assert vcverify.verify(made, at=AT, loader=right)
    verify_document(made, KEY.public.loaded)
    assert stops(lambda: signed(badge(did), OTHER, **options, loader=right)) == [("proof.invalid", "/proof/proofValue")]


def test_contexts_of_the_callers_own_come_from_the_loader() -> None:
    """What they define is signed; without them nobody knows what would be."""
    url = "https://college.example/context"
    loader = StaticLoader({url: b'{"@context": {"shelfmark": "https://college.example/shelfmark"}}'})
    document = badge(KEY.did, context=[*badge()["@context"], url], shelfmark="A 12")
    made = signed(document, loader=loader)
    assert vcverify.verify(made, at=AT, loader=loader)
    assert stops(lambda: signed(document))[0][0] == "terms.unknown-context"


# --- what is refused ------------------------------------------------------------------------------

LOSSES: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    ("an undefined member", {"shelfmark": "A 12"}, ("terms.undefined", "/shelfmark")),
    (
        "an undefined type",
        {"type": ["VerifiableCredential", "OpenBadgeCredential", "Odd"]},
        ("terms.undefined", "/type/2"),
    ),
    (
        "a redefined term",
        {"context": [*badge()["@context"], {"VerifiableCredential": "https://a.example/"}]},
        ("terms.redefined", "/@context/2"),
    ),
    ("an id that is no URL", {"id": "badge 1"}, ("data-model.id", "/id")),
    ("a date that is none", {"validFrom": "yesterday"}, ("data-model.date", "/validFrom")),
    ("no subject", {"credentialSubject": None}, ("data-model.required", "")),
    ("an end before its beginning", {"validUntil": "2020-01-01T00:00:00Z"}, ("validity.order", "/validUntil")),
]


@pytest.mark.parametrize(("members", "expected"), [row[1:] for row in LOSSES], ids=[row[0] for row in LOSSES])
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "jwt"])
def test_what_would_be_lost_or_refused_is_not_signed(
    members: dict[str, Any], expected: tuple[str, str], suite: str
) -> None:
    """The issuer learns it before the holder does, whatever the suite."""
    assert expected in stops(lambda: signed(badge(KEY.did, **members), suite=suite, check=False))


def test_a_policy_cannot_make_a_signature_cover_more() -> None:
    """Severities are for reports: what RDFC-1.0 drops is dropped; signed JSON has it, and there the policy rules."""
    lenient = Policy(severities={"terms.undefined": "warning"})  # type: ignore[dict-item]
    document = badge(KEY.did, shelfmark="A 12")
    expected = [("terms.undefined", "/shelfmark")]
    assert stops(lambda: signed(document, policy=lenient, check=False)) == expected
    made = signed(document, policy=lenient, suite="eddsa-jcs-2022")
    assert made["shelfmark"] == "A 12"


def test_a_proof_that_no_context_defines_is_not_made() -> None:
    """Its members would not be signed; the remedy names the context that defines them."""
    for document, suite, context in (
        *((badge(KEY.did), name, context) for name, context in SUITE_CONTEXTS.items()),
        (badge_v1(KEY.did, context=[V1, OB_2]), "eddsa-rdfc-2022", DATA_INTEGRITY),
    ):
        with pytest.raises(IssueRefused) as caught:
            signed(document, suite=suite, check=False)
        assert {item.code for item in caught.value.problems} == {"terms.undefined"}
        assert all(context in item.remedy for item in caught.value.problems)
        assert signed({**document, "@context": [*document["@context"], context]}, suite=suite)


def test_a_key_that_is_not_the_issuers_does_not_sign_for_it() -> None:
    """The signature would hold and prove nothing."""
    assert stops(lambda: signed(badge(OTHER.did))) == [("issuer.unbound", "/issuer")]
    assert signed(badge(OTHER.did), check=False)


def test_a_record_of_a_broken_member_is_not_signed() -> None:
    """It would never verify as a whole."""
    member = signed(badge(KEY.did)) | {"name": "Another"}
    assert ("member.failed", "/credentialSubject/verifiableCredential/0") in stops(
        lambda: signed(clr([member], KEY.did))
    )


def test_a_key_of_another_kind_is_refused() -> None:
    """A suite has its keys, a key its algorithms."""
    assert stops(lambda: signed(badge(KEY.did), suite="ecdsa-rdfc-2019"))[0][0] == "proof.invalid"
    assert stops(lambda: signed(badge(KEY.did), suite="jwt", algorithm="ES256"))[0][0] == "jose.algorithm"


@pytest.mark.parametrize("data", ["a.b.c", b"\xff", b"{}", "[]", b'{"@context":1,"@context":2}', "", {"jwt": "a.b.c"}])
def test_what_is_no_unsigned_document_is_refused(data: Any) -> None:
    """A report says so, as of a received one; nothing else is raised."""
    assert stops(lambda: signed(data))


def test_a_document_may_be_for_tomorrow_or_of_last_year() -> None:
    """Dates of validity are no fault of the document, and say nothing against signing it."""
    for members in ({"validFrom": "2027-01-01T00:00:00Z"}, {"validUntil": "2026-02-01T00:00:00Z"}):
        for suite in ("eddsa-rdfc-2022", "jwt"):
            assert not vcverify.verify(signed(badge(KEY.did, **members), suite=suite), at=AT)


def test_what_could_not_be_looked_up_does_not_stop_a_signature() -> None:
    """A status list is published after the credential, and members' issuers are not always at hand."""
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://issuer.example/status/1",
    }
    made = signed(badge(KEY.did, credentialStatus=status))
    assert vcverify.verify(made, at=AT).outcome is Outcome.INDETERMINATE
    elsewhere = signed(badge("did:web:issuer.example"), verification_method="did:web:issuer.example#key-1")
    record = clr([elsewhere], KEY.did)
    assert record["@context"] == CLR_CONTEXTS
    assert vcverify.verify(signed(record), at=AT).outcome is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    "options",
    [
        {"suite": "ecdsa-sd-2023"},
        {"suite": "nothing"},
        {"suite": ""},
        {"suite": "jwt", "proof_id": "urn:x"},
        {"suite": "jwt", "previous_proof": "urn:x"},
        {"algorithm": "EdDSA"},
        {"expires": datetime(2026, 7, 1)},
        {"created": datetime(2026, 7, 1)},
    ],
    ids=str,
)
def test_arguments_that_do_not_fit_together_are_errors_of_the_caller(options: dict[str, Any]) -> None:
    """Nothing is ignored in silence."""
    with pytest.raises(ValueError, match=r"."):
        issue(badge(KEY.did), KEY, **options)


@pytest.mark.parametrize("options", [{"proof_id": ""}, {"challenge": ""}, {"domain": [""]}], ids=str)
def test_an_empty_member_is_not_a_member(options: dict[str, Any]) -> None:
    """What no verifier would read is not written."""
    assert stops(lambda: signed(presentation([signed(badge(KEY.did))], KEY.did), **options))[0][0] == "proof.malformed"


def test_the_time_is_now_unless_it_is_said() -> None:
    """One instant serves lint, proof and check, in whole seconds."""
    before = datetime.now(UTC).replace(microsecond=0)
    stamp = datetime.fromisoformat(issue(badge(KEY.did), KEY)["proof"]["created"])  # type: ignore[index,call-overload,arg-type]
    assert before <= stamp <= datetime.now(UTC)
    assert stamp.microsecond == 0


def test_the_suites_that_sign_are_told() -> None:
    """The message about a wrong name lists the right ones."""
    assert set(signing_suites()) == {name for name, _ in PROOFS} | {"jwt"}


def test_the_public_names_lead_here() -> None:
    """They are imported when they are first used."""
    assert vcverify.issue is issue
    assert vcverify.IssueRefused is IssueRefused
    assert vcverify.PrivateKey is PrivateKey
    assert vcverify.generate_key("P-256").kind is KeyKind.P256
