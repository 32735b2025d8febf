"""Tokens at their edges: text, header, payload, claims, `data:` URLs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cases.documents import COLLEGE, LEARNER, badge, badge_v1
from cases.keyring import b64url, ec_key
from cases.tokens import claims, joined, seconds, signed, token

from vcverify import Policy, Verifier
from vcverify.crypto import PublicKey
from vcverify.datetimes import MAX, MIN
from vcverify.jose import (
    Contents,
    claim_problems,
    header_problems,
    read_compact,
    read_contents,
    read_data_url,
    split_combined,
    type_problems,
)
from vcverify.jose import compact as compact_module
from vcverify.jose.claims import is_badge
from vcverify.jose.contents import name_of, numeric_date, read_payload
from vcverify.limits import Limits
from vcverify.policy import DEFAULT_ALGORITHMS
from vcverify.problems import ProblemError

AT = datetime(2026, 6, 1, tzinfo=UTC)
SKEW = timedelta(seconds=60)


def refusal(call: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        call(*arguments, **options)
    return caught.value.problem.code


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(found.code, found.pointer) for found in claim_problems(read_contents(payload), AT, SKEW)]


# Text -------------------------------------------------------------------------------------------------


def test_the_signing_input_is_the_text_as_received() -> None:
    """Not the parts encoded again: another spelling of the JSON is another token."""
    text = joined(b'{ "alg" : "EdDSA" }', b'{ "a" : 1 }', COLLEGE.signature)
    compact = read_compact(text)
    assert compact.signing_input.decode() == text.rpartition(".")[0]
    assert (compact.header, compact.payload) == ({"alg": "EdDSA"}, b'{ "a" : 1 }')
    compact.verify(PublicKey.from_jwk(COLLEGE.jwk))


@pytest.mark.parametrize("text", ["", "a", "a.b", ".b.c", "a.b.c.d", "..", "e30.e30", "e30..x.y"])
def test_other_numbers_of_parts_are_no_token(text: str) -> None:
    """RFC 7515 §7.1: three."""
    assert refusal(read_compact, text) == "input.malformed"


def test_a_header_is_bounded_before_it_is_read() -> None:
    """At the limit it is read, one byte past it refused."""
    limits = Limits(jose_header_bytes=64)
    fits = json.dumps({"alg": "EdDSA", "x": "y" * (64 - 26)}, separators=(",", ":")).encode()
    assert len(fits) <= 64
    fits = fits.ljust(64)
    read_compact(f"{b64url(fits)}..", limits)
    assert refusal(read_compact, f"{b64url(fits + b' ')}..", limits) == "limit.exceeded"
    assert refusal(read_compact, f"{b64url(b' ' * 999)}..", limits) == "limit.exceeded"


def test_a_token_is_bounded_before_it_is_read() -> None:
    """In bytes."""
    text = joined({"alg": "EdDSA"}, {}, COLLEGE.signature)
    read_compact(text, Limits(input_bytes=len(text)))
    assert refusal(read_compact, text, Limits(input_bytes=len(text) - 1)) == "limit.exceeded"


def test_tildes_divide_a_token() -> None:
    """The last part is a key binding, or nothing; what a binding hashes ends in the last tilde."""
    assert split_combined("a.b.c").selective is False
    assert split_combined("a.b.c~").disclosures == ()
    combined = split_combined("a.b.c~d~e~f.g.h")
    assert (combined.token, combined.disclosures, combined.key_binding) == ("a.b.c", ("d", "e"), "f.g.h")
    assert combined.presented == "a.b.c~d~e~"
    assert split_combined("a.b.c~d~").key_binding is None
    assert refusal(split_combined, "a.b.c~~d~") == "jose.disclosure"


def test_a_key_that_is_no_point_is_told_from_a_wrong_signature() -> None:
    """Ed25519 keys load unchecked: a quarter of all texts are no points."""
    key = next(
        PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": b64url(bytes([2 + n]) + bytes(31))})
        for n in range(20)
        if not PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": b64url(bytes([2 + n]) + bytes(31))}).is_point()
    )
    compact = read_compact(joined({"alg": "EdDSA"}, {}, lambda _: bytes(64)))
    assert refusal(compact.verify, key) == "key.malformed"


def test_a_signature_of_the_wrong_length_is_told_from_a_wrong_one() -> None:
    """Of RSA keys the length is the key's own; there a wrong one is a wrong signature."""
    key = PublicKey.from_jwk(ec_key("college").jwk)
    for length, code in ((63, "proof.malformed"), (64, "proof.invalid"), (65, "proof.malformed")):
        compact = read_compact(joined({"alg": "ES256"}, {}, lambda _, length=length: b"\1" * length))
        assert refusal(compact.verify, key) == code


# Header -----------------------------------------------------------------------------------------------


def test_an_algorithm_is_accepted_by_name_only() -> None:
    """An empty list accepts none; a name that nobody has cannot be accepted into being one."""
    header = {"alg": "EdDSA"}
    assert not list(header_problems(header, DEFAULT_ALGORITHMS))
    assert [found.code for found in header_problems(header, ())] == ["jose.algorithm"]
    assert [found.code for found in header_problems({"alg": "X"}, DEFAULT_ALGORITHMS)] == ["proof.unsupported"]
    compact = read_compact(joined({"alg": "X"}, {}, COLLEGE.signature))
    assert refusal(compact.verify, PublicKey.from_jwk(COLLEGE.jwk)) == "jose.algorithm"


def test_all_faults_of_a_header_are_told() -> None:
    """Not the first alone."""
    header = {"alg": 1, "crit": [], "b64": True, "zip": None, "kid": 3, "jwk": []}
    found = {item.pointer for item in header_problems(header, DEFAULT_ALGORITHMS)}
    assert found == {f"/header/{name}" for name in header}


@pytest.mark.parametrize(
    ("typ", "kind", "selective", "code"),
    [
        ("vc+jwt", "vc", False, None),
        ("application/vc+jwt", "vc", False, None),
        ("JWT", "vp", False, None),
        ("vp+jwt", "vp", False, None),
        ("vc+ld+jwt", "vc", False, "jose.typ"),
        ("vp+jwt", "vc", False, "jose.header"),
        ("vc+jwt", "vp", False, "jose.header"),
        ("vc+sd-jwt", "vc", True, None),
        ("dc+sd-jwt", "vc", True, None),
        ("vp+sd-jwt", "vp", True, None),
        ("dc+sd-jwt", "vp", True, "jose.header"),
        ("vc+ld+json+sd-jwt", "vc", True, "jose.typ"),
        ("vc+jwt", "vc", True, "jose.header"),
        ("vc+sd-jwt", "vc", False, "jose.header"),
        (None, "vc", False, "jose.header"),
    ],
)
def test_a_type_is_that_of_the_payload(typ: str | None, kind: str, selective: bool, code: str | None) -> None:
    """Explicit typing (RFC 8725 §3.11): a token for one use is none for another. `null` is no type."""
    assert [found.code for found in type_problems({"typ": typ}, kind, selective)] == ([code] if code else [])


# Payload ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"[]", b'"x"', b"7", b"null"])
def test_a_payload_is_an_object(data: bytes) -> None:
    """RFC 7519 §7.2 step 10."""
    assert refusal(read_payload, data) == "input.malformed"


def test_claims_are_not_members_of_the_document() -> None:
    """They would be terms that no context defines."""
    contents = read_contents({**badge(), **claims(badge()), "nonce": "x", "aud": "y", "iat": 1})
    assert contents.document == badge()
    assert contents.issuer == COLLEGE.did


def test_claims_fill_what_is_absent_and_replace_nothing() -> None:
    """VCDM 1.1 §6.3.1; an `id` that is empty is there."""
    whole = badge_v1()
    held = {**whole, "id": "", "credentialSubject": {"id": "did:x:1"}}
    contents = read_contents({**claims(whole), "vc": held})
    assert contents.document == held
    assert contents.told_by == {}


def test_claims_of_the_wrong_type_fill_nothing() -> None:
    """They are problems of their own."""
    held = {"@context": [], "issuer": {"name": "x"}, "credentialSubject": {"a": 1}}
    payload = {"iss": 1, "sub": [], "jti": {}, "nbf": "2026", "exp": True, "vc": held}
    assert read_contents(payload).document == held
    assert {pointer for code, pointer in codes(payload) if code == "jose.claims"} == {
        "/iss",
        "/sub",
        "/jti",
        "/nbf",
        "/exp",
    }


def test_a_document_is_not_changed_by_reading_it() -> None:
    """The payload is evidence."""
    payload = {"vc": {"credentialSubject": {}}, "sub": "did:x:1", "iss": "did:x:2"}
    before = json.dumps(payload)
    assert read_contents(payload).document["credentialSubject"] == {"id": "did:x:1"}
    assert json.dumps(payload) == before


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (1.5, datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)),
        (1e300, MAX),
        (-1e300, MIN),
        (10**15, MAX),
        (True, None),
        (None, None),
        ("1", None),
        ([1], None),
    ],
)
def test_a_numeric_date_is_a_number_of_seconds(value: Any, expected: datetime | None) -> None:
    """RFC 7519 §2; those that no calendar has are the nearest that Python has, and compare the same."""
    assert numeric_date(value) == expected


def test_a_name_is_text_or_an_id() -> None:
    """Of issuers, holders and subjects."""
    assert [name_of(value) for value in ("a", {"id": "b"}, {"id": 1}, {}, "", None, 7)] == ["a", "b", *[None] * 5]


# Claims -----------------------------------------------------------------------------------------------


def test_agreeing_claims_are_quiet() -> None:
    """All five, of a badge that has an end."""
    document = badge(validUntil="2027-01-01T00:00:00Z")
    assert codes({**document, **claims(document)}) == []


def test_a_subject_may_be_one_of_several() -> None:
    """`sub` is one of their ids, or it contradicts them."""
    document = badge(credentialSubject=[{"id": "did:x:1"}, {"id": "did:x:2"}])
    said = {name: value for name, value in claims(document).items() if name != "sub"}
    assert codes({**document, **said, "sub": "did:x:2"}) == []
    assert codes({**document, **said, "sub": "did:x:3"}) == [("jose.claims", "/sub")]


def test_an_empty_issuer_is_not_the_claimed_one() -> None:
    """`issuer: ""` is a name, and another."""
    document = badge(issuer="")
    assert ("jose.claims", "/iss") in codes({**document, **claims(badge())})


def test_dates_are_compared_to_the_second() -> None:
    """A second apart is a contradiction, less is rounding."""
    document = badge()
    start = seconds(document["validFrom"])
    for shift, quiet in ((0, True), (0.999, True), (-0.999, True), (1, False), (-1, False)):
        said = claims(document, nbf=start + shift)
        assert (codes({**document, **said}) == []) is quiet, shift


def test_a_date_that_is_none_is_not_compared() -> None:
    """The data model says that."""
    document = badge(validFrom="soon")
    assert codes({**document, **claims(badge())}) == []


def test_skew_is_granted_to_claims() -> None:
    """As to all dates."""
    document = badge(validFrom=None)
    assert codes({**document, **claims(document), "nbf": int(AT.timestamp()) + 60}) == []
    assert codes({**document, **claims(document), "nbf": int(AT.timestamp()) + 61}) == [("validity.not-yet", "/nbf")]


def test_badges_are_told_by_their_types() -> None:
    """Open Badges 3.0 §8.2 speaks of them, and of records and endorsements; types of wrong types are none."""

    def of(value: Any) -> bool:
        return is_badge(Contents(payload={}, document={"type": value}, kind="vc", member=""))

    assert (
        of(["VerifiableCredential", "AchievementCredential"]) and of("ClrCredential") and of(["EndorsementCredential"])
    )
    assert not of(["VerifiableCredential"]) and not of([{}, 7, None]) and not of(None)


# `data:` URLs -----------------------------------------------------------------------------------------


def test_a_data_url_names_its_kind() -> None:
    """By its media type, in any case; parameters say nothing."""
    url = read_data_url("DATA:Application/VP+SD-JWT;charset=utf-8,a.b.c~")
    assert (url.text, url.media_type, url.kind, url.selective) == ("a.b.c~", "application/vp+sd-jwt", "vp", True)
    assert read_data_url("data:application/jwt,a").selective is None
    assert read_data_url("data:application/dc+sd-jwt,a").kind == "vc"
    assert read_data_url("data:application/vc+ld+json+jwt,a").kind == "vc"
    assert read_data_url("data:application/vc+jwt;base64,YS5iLmM=").text == "a.b.c"
    assert read_data_url("data:application/vc+jwt;BASE64,YS5i%4cmM=").text == "a.b.c"
    assert read_data_url("data:application/vc+jwt;base64url,a.b,c").text == "a.b,c"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://x.example/", "data-model.id"),
        ("data:application/vc+jwt", "data-model.id"),
        ("data:,a.b.c", "proof.unsupported"),
        ("data:application/vc+cose,a", "proof.unsupported"),
        ("data:application/vc+jwt+x,a", "proof.unsupported"),
        ("data:application/xvc+jwt,a", "proof.unsupported"),
        ("data:application/vc+jwt,%", "input.malformed"),
        ("data:application/vc+jwt,%e9", "input.malformed"),
        ("data:application/vc+jwt,é", "input.malformed"),
        ("data:application/vc+jwt;base64,a", "input.malformed"),
        ("data:application/vc+jwt;base64,YQ==YQ==", "input.malformed"),
        ("data:application/vc+jwt;base64,YS5i\nLmM=", "input.malformed"),
    ],
)
def test_other_urls_hold_no_token(url: str, code: str) -> None:
    """Each for its reason."""
    assert refusal(read_data_url, url) == code


# The report -------------------------------------------------------------------------------------------


def test_the_report_says_what_the_token_is() -> None:
    """Media type, key, algorithm; and what was hashed, as evidence."""
    report = Verifier().verify(signed(badge(), COLLEGE), at=AT)
    assert report.verified and report.media_type == "application/vc+jwt"
    assert report.check("proof").facts == {
        "algorithm": "EdDSA",
        "verificationMethod": COLLEGE.method,
        "kid": COLLEGE.method,
        "typ": "vc+jwt",
    }
    (evidence,) = report.evidence
    assert evidence["header"]["kid"] == COLLEGE.method and len(evidence["signingInputHash"]) == 64
    assert report.credential is not None and report.credential.to_dict() == _sorted(badge())


def _sorted(value: Any) -> Any:
    return json.loads(json.dumps(value, sort_keys=True))


def test_a_token_reads_as_the_same_badge_with_an_embedded_proof() -> None:
    """What is asked of a credential does not depend on how it was signed."""
    from cases.documents import signed_badge

    by_token, embedded = (Verifier().verify(data, at=AT) for data in (signed(badge(), COLLEGE), signed_badge()))
    for name in ("id", "types", "issuer", "subject"):
        assert getattr(by_token, name) == getattr(embedded, name)


def test_a_policy_without_algorithms_accepts_no_token() -> None:
    """An empty set never means everything."""
    policy = Policy.from_dict({"algorithms": []})
    assert Policy.from_dict(policy.to_dict()) == policy
    report = Verifier(policy=policy).verify(signed(badge(), COLLEGE), at=AT)
    assert [found.code for found in report.problems()] == ["jose.algorithm"]


def test_a_presentation_token_serves_the_purpose_that_the_caller_names() -> None:
    """A key that is listed for both purposes serves either; of the outer document only."""
    document = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}
    text = token({**document, "holder": LEARNER.did}, LEARNER, typ="vp+jwt")
    for purpose in (None, "authentication", "assertionMethod"):
        assert Verifier().verify(text, at=AT, purpose=purpose).verified
    report = Verifier().verify(text, at=AT, purpose="keyAgreement")
    assert [found.code for found in report.problems()] == ["key.unauthorized"]


def test_a_header_that_is_remembered_is_nobodys_to_change() -> None:
    """One issuer's headers are the same text; what a caller does to one of them is not the next one's."""
    text = "eyJhbGciOiJFZERTQSIsImtpZCI6ImtleS0xIn0.e30.AA"
    for _ in range(2):
        header = read_compact(text).header
        assert header == {"alg": "EdDSA", "kid": "key-1"}
        header["kid"] = "another"


def test_a_header_that_is_remembered_is_still_held_to_tighter_limits() -> None:
    """A policy of one member to an object refuses what the usual policy has just read."""
    text = "eyJhbGciOiJFZERTQSIsImtpZCI6ImtleS0xIn0.e30.AA"
    read_compact(text)
    with pytest.raises(ProblemError):
        read_compact(text, Limits(object_members=1))


def test_only_so_many_headers_are_remembered() -> None:
    """Whoever sends tokens with headers of his own fills no memory."""
    for number in range(compact_module._MOST * 2):
        head = b64url(b'{"alg":"EdDSA","kid":"%d"}' % number)
        assert read_compact(f"{head}.e30.AA").header["kid"] == str(number)
    assert len(compact_module._HEADERS) <= compact_module._MOST
    long = b64url(b'{"alg":"EdDSA","kid":"%s"}' % (b"k" * 500))
    read_compact(f"{long}.e30.AA")
    assert long not in compact_module._HEADERS
