"""Guards whose absence no case and no other test would notice: each has an input here that only it refuses."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, badge, presentation, signed_badge
from cases.keyring import Key, b64url, ec_key, ed25519_key
from cases.signing import Json
from cases.tokens import bound, hide, selective, signed, token
from support import disclosing
from support.disclosing import cbor, derived

import vcverify
from vcverify.baking import bake, extract
from vcverify.bundled import bundled
from vcverify.checks.open_badges import open_badge
from vcverify.credential import read_json
from vcverify.crypto import KeyKind, PublicKey
from vcverify.crypto.material import is_ed25519_point
from vcverify.datetimes import parse_stamp
from vcverify.documents import parse
from vcverify.identifiers import Lookup, installed_resolvers, retrieve_kid
from vcverify.jsonld import Contexts, entering, processing, to_rdf
from vcverify.jsontypes import loads
from vcverify.limits import Budget, Limits
from vcverify.loading import Request, Resource, Unavailable
from vcverify.loading.exchanges import read_body
from vcverify.problems import ProblemError

AT = datetime(2026, 6, 1, tzinfo=UTC)


def codes(document: Any, **asked: Any) -> set[str]:
    return {item.code for item in vcverify.verify(document, at=AT, **asked).problems() if item.severity == "error"}


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(ProblemError) as error:
        call()
    return error.value.problem.code


# --- words and numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["2026-01-01T24:00:01Z", "2026-01-01T24:30:00Z", "2026-01-01T24:00:00.5Z", "2026-01-01T12:00:00+14:01"]
)
def test_instants_that_no_clock_shows_are_none(text: str) -> None:
    """XML Schema 1.1 §3.3.7: 24:00:00 is the end of a day, and no offset is beyond 14 hours."""
    assert parse_stamp(text) is None


def test_long_strings_are_refused() -> None:
    """Before anything is made of them."""
    limits = Limits(string_characters=5)
    assert loads('["12345"]', limits) == ["12345"]
    assert refused(lambda: loads('["123456"]', limits)) == "limit.exceeded"
    assert refused(lambda: loads('{"123456": 1}', limits)) == "limit.exceeded"


def test_credentials_inside_are_counted() -> None:
    """Over the whole run, however they are nested."""
    budget = Budget(limits=Limits(nested_credentials=2))
    budget.count_nested("")
    budget.count_nested("")
    assert refused(lambda: budget.count_nested("")) == "limit.exceeded"


# --- keys -----------------------------------------------------------------------------------------------


class Credulous:
    """A library that takes every signature."""

    key_size = 2048

    def verify(self, *_: Any) -> None:
        return None


@pytest.mark.parametrize(
    ("kind", "algorithm", "signature"),
    [
        ("Ed25519", "EdDSA", bytes(63)),
        ("Ed25519", "EdDSA", bytes(32) + b"\xff" * 32),
        ("P-256", "ES256", b"\1" * 63),
        ("P-256", "ES256", b"\1" * 32 + bytes(32)),
        ("P-256", "ES256", b"\xff" * 64),
        ("RSA", "PS256", b"\1" * 255),
    ],
)
def test_the_form_of_a_signature_is_not_left_to_the_library(kind: str, algorithm: str, signature: bytes) -> None:
    """What libraries refuse differs between versions: lengths and ranges are judged here."""
    credulous: Any = Credulous()
    if kind == "RSA":
        known = PublicKey.from_multikey(ec_key("form").multikey)
        key = replace(known, kind=KeyKind.RSA, algorithms=frozenset({algorithm}), loaded=credulous)
        good = b"\1" * 256
    else:
        held = ed25519_key("form") if kind == "Ed25519" else ec_key("form", kind)
        key = replace(PublicKey.from_multikey(held.multikey), loaded=credulous)
        good = b"\1" * 63 + b"\0"
        good = good if kind == "Ed25519" else b"\1" * 64
    assert key.verifies(good, b"", algorithm)
    assert not key.verifies(signature, b"", algorithm)


def test_operations_of_a_key_are_named_once() -> None:
    """RFC 7517 §4.3."""
    jwk: Any = ed25519_key("form").jwk
    assert PublicKey.from_jwk(jwk | {"key_ops": ["verify"]})
    assert refused(lambda: PublicKey.from_jwk(jwk | {"key_ops": ["verify", "verify"]})) == "key.malformed"


class Counting:
    """A loader that has nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def load(self, request: Request) -> Resource:
        self.asked.append(request.url)
        return Resource(url=request.url, body=b"{}")


def test_nothing_is_asked_for_by_a_long_url() -> None:
    """The loader of a caller may have no bound of its own."""
    loader = Counting()
    env = Lookup(loader=loader, resolvers=installed_resolvers(), at=AT)
    kid = "https://issuer.example/" + "a" * Limits().url_characters
    assert refused(lambda: retrieve_kid(kid, "assertionMethod", None, env)) == "limit.exceeded"
    assert loader.asked == []


class Short:
    """An answer that states ten bytes and has five."""

    def __init__(self) -> None:
        self.headers = self
        self.parts = [b"12345", b""]

    def getlist(self, name: str) -> list[str]:
        return ["10"] if name == "content-length" else []

    def read1(self, size: int) -> bytes:
        return self.parts.pop(0)


def test_an_answer_that_ends_early_is_none() -> None:
    """Half of a list could be a list without the bit (RFC 9112 §8)."""
    answer: Any = Short()
    with pytest.raises(Unavailable):
        read_body("https://list.example/1", answer, 100)


# --- proofs ---------------------------------------------------------------------------------------------


def test_a_signature_in_another_base_is_not_read_as_base58() -> None:
    """The first character says how the others are read (CID 1.0 §2.4)."""
    document = signed_badge()
    document["proof"]["proofValue"] = "Z" + document["proof"]["proofValue"][1:]
    assert codes(document) == {"proof.malformed"}


def test_what_a_proof_says_of_another_thing_is_not_said_of_the_proof() -> None:
    """Its members steer the verification; here a date is another node's."""
    document = signed_badge()
    proof = document["proof"]
    proof["https://example.org/of"] = {"type": "DataIntegrityProof", "created": proof["created"]}
    assert codes(document) == {"proof.malformed"}


P256 = ec_key("selective")


def selectively(change: Callable[[list[Any]], object]) -> Json:
    """A badge with a derived proof, whose components were changed."""
    document = derived(badge(P256), P256)
    base, key, signatures, labels, mandatory = _parts(document)
    parts: list[Any] = [base, key, signatures, labels, mandatory]
    change(parts)
    document["proof"]["proofValue"] = "u" + b64url(b"\xd9\x5d\x01" + cbor(parts))
    return document


def _parts(document: Json) -> Any:
    from vcverify.suites.cbor import decode

    text = document["proof"]["proofValue"][1:]
    return decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[3:])


def test_a_derived_proof_as_it_was_made_holds() -> None:
    """What the following changes is good before."""
    assert codes(selectively(lambda parts: None)) == set()


def _replaced(position: int, value: Any) -> Callable[[list[Any]], object]:
    return lambda parts: parts.__setitem__(position, value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda parts: parts[2].pop(), "proof.invalid"),
        (lambda parts: parts[2].append(parts[2][0]), "proof.invalid"),
        (_replaced(0, bytes(63)), "proof.malformed"),
        (_replaced(3, []), "proof.malformed"),
        (_replaced(4, [b""]), "proof.malformed"),
        (lambda parts: parts.append(0), "proof.malformed"),
    ],
    ids=["one less", "one more", "short", "no labels", "no indexes", "six"],
)
def test_other_components_of_a_derived_proof_are_refused(change: Callable[[list[Any]], object], code: str) -> None:
    """VC-DI-ECDSA §3.5.7: five components, each of its type, and a signature for each statement."""
    assert codes(selectively(change)) == {code}


@pytest.mark.parametrize("key", [GUILD, replace(P256, public=b"\2" + b"\xff" * 32)], ids=["Ed25519", "no point"])
def test_the_key_of_the_statements_is_on_the_curve_of_the_suite(key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    """VC-DI-ECDSA §3.4: the issuer vouches for it, whatever it is."""
    monkeypatch.setattr(disclosing, "ec_key", lambda name: key)
    assert codes(derived(badge(P256), P256)) == {"proof.malformed"}


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "z3FXQ",
        "u" + b64url(b"\xd9\x5d\x01\x85\x00"),
        "u" + b64url(b"\xd9\x5d\x01"),
    ],
)
def test_what_is_no_derived_proof_is_malformed(value: Any) -> None:
    """No text, another base, another header, bytes that are not CBOR."""
    document = selectively(lambda parts: None)
    document["proof"]["proofValue"] = value
    assert codes(document) == {"proof.malformed"}


def test_a_derived_proof_begins_as_one() -> None:
    """VC-DI-ECDSA §3.5.7: three bytes say what the others are; sound parts do not."""
    document = selectively(lambda parts: None)
    document["proof"]["proofValue"] = "u" + b64url(b"\xd9\x5d\x07" + cbor(_parts(document)))
    assert codes(document) == {"proof.malformed"}


def test_a_derived_proof_is_on_one_curve() -> None:
    """VC-DI-ECDSA §3.4: P-256, of the issuer too."""
    document = selectively(lambda parts: None)
    document["proof"]["verificationMethod"] = COLLEGE.method
    found = vcverify.verify(document, at=AT).check("proof").problems
    assert [(item.code, item.pointer) for item in found] == [("proof.invalid", "/proof/verificationMethod")]


@pytest.mark.parametrize("data", [b"\x60", b"\xc0", b"\xe0", b"\x1c" + b"\xff" * 16])
def test_cbor_of_other_types_is_not_taken_for_an_empty_map(data: bytes) -> None:
    """Text, tags, simple values and reserved lengths (RFC 8949 §3)."""
    from vcverify.suites.cbor import CborError, decode

    with pytest.raises(CborError):
        decode(data)


def test_a_key_that_is_no_point_is_told_from_a_signature_that_does_not_fit() -> None:
    """RFC 8032 §5.1.3: nobody ever signed with it, so nothing was changed since."""
    numbers = (number.to_bytes(32, "little") for number in range(2, 100))
    stray = next(number for number in numbers if not is_ed25519_point(number))
    document = signed_badge()
    document["proof"]["verificationMethod"] = replace(COLLEGE, public=stray).method
    assert "key.malformed" in codes(document)


# --- tokens ---------------------------------------------------------------------------------------------


def presented(header: Json | None = None, **claims: Any) -> str:
    """An SD-JWT bound by the learner, with these claims of the binding."""
    learner = ed25519_key("learner")
    document = badge(name="Hidden", cnf={"jwk": learner.jwk})
    disclosure = hide(document, "name")
    return bound(selective(document, COLLEGE, [disclosure], kid=COLLEGE.method), learner, header=header, **claims)


def test_a_bound_token_holds() -> None:
    """What the following changes is good before."""
    assert "jose.disclosure" not in codes(presented())


@pytest.mark.parametrize("claims", [{"exp": 1}, {"nbf": 4_102_444_800}, {"aud": ["https://registrar.example"]}])
def test_a_binding_that_is_not_for_now_or_for_one_is_refused(claims: Json) -> None:
    """RFC 9901 §7.3: it is made for one verifier and one moment."""
    assert "jose.disclosure" in codes(presented(**claims))


def test_the_header_of_a_binding_is_held_to_the_rules_of_headers() -> None:
    """RFC 7515 §4.1.11: what is critical and not understood is refused."""
    assert "jose.disclosure" in codes(presented({"crit": ["future"], "future": True}))


@pytest.mark.parametrize("before", ["", "\n" * 200])
def test_long_urls_of_tokens_are_refused_before_they_are_decoded(before: str) -> None:
    """As text and as bytes; what stands before them counts too."""
    url = before + "data:application/vc+jwt," + signed(badge(), COLLEGE)
    assert parse(url, Limits(input_bytes=len(url)))
    for data in (url, url.encode()):
        assert refused(lambda data=data: parse(data, Limits(input_bytes=len(url) - 1))) == "limit.exceeded"  # type: ignore[misc]


def test_a_token_of_nobody_has_no_key() -> None:
    """Neither header nor document says whose it is: there is nobody to ask."""
    document = badge(type=["VerifiableCredential"])
    del document["issuer"]
    assert "jose.header" in codes(token(document, COLLEGE, kid=None))


def test_a_presentation_is_by_whom_it_says() -> None:
    """VC-JOSE-COSE §3.1.3: `iss` is the holder, whose key signed it."""
    text = signed(presentation([signed_badge()], COLLEGE), COLLEGE, typ="vp+jwt", iss=GUILD.did)
    assert "issuer.unbound" in codes(text)


# --- JSON-LD --------------------------------------------------------------------------------------------

OURS = "https://context.example/v1"
EX: Json = {
    "ex": "https://example.org/",
    "id": "@id",
    "type": "@type",
    "p": "ex:p",
    "lang": "@language",
    "index": "@index",
    "list": "@list",
    "set": "@set",
    "direction": "@direction",
    "value": "@value",
    "back": {"@reverse": "ex:back"},
}


def walked(context: Json, **members: Any) -> object:
    def load(url: str) -> Json:
        if url == OURS:
            return {"@context": context}
        found = bundled().context(url)
        assert found is not None
        return found

    return to_rdf({"@context": OURS, "id": "urn:x:1", **members}, Contexts(load))


@pytest.mark.parametrize(
    "members",
    [
        {"p": {"@list": [], "@set": []}},
        {"p": {"@list": [], "@index": 5}},
        {"p": {"@value": "a", "value": "b"}},
        {"p": {"@value": "a", "@type": 5}},
        {"p": {"@value": "a", "@language": 5}},
        {"p": {"@value": "a", "@index": 5}},
        {"p": {"@id": "urn:x:2", "@direction": "up"}},
        {"index": "a", "@index": "a"},
    ],
    ids=lambda members: json.dumps(members),
)
def test_values_that_json_ld_does_not_have_are_malformed(members: Json) -> None:
    """Each would lose something, or be read in two ways (JSON-LD 1.1 API §5.1.2)."""
    assert refused(lambda: walked(EX, **members)) == "input.malformed"


@pytest.mark.parametrize(
    "context",
    [
        {"p": {"@id": "ex:p", "@protected": "yes"}},
        {"@protected": "yes"},
        {"p": {"@reverse": "type"}},
        {"a/b": {"@type": "@id"}},
        {"p": {"@id": "ex:p", "@unknown": 1}},
        {"@import": "https://www.w3.org/ns/credentials/v2", "@version": 1.1, "p": {"@id": "ex:p", "@reverse": "ex:p"}},
    ],
    ids=lambda context: json.dumps(context)[:40],
)
def test_contexts_that_json_ld_does_not_have_are_refused(context: Json) -> None:
    """JSON-LD 1.1 API §4.1, §4.2."""
    assert refused(lambda: walked({**EX, **context}, p="a")) == "terms.redefined"


def test_an_import_does_not_import() -> None:
    """JSON-LD 1.1 API §4.1.2 step 5.6.7: one level, or a chain could go anywhere."""
    documents: dict[str, Json] = {
        OURS: {"@context": {"@version": 1.1, "@import": "https://context.example/a"}},
        "https://context.example/a": {"@context": {"@import": "https://context.example/b"}},
        "https://context.example/b": {"@context": EX},
    }
    found = refused(lambda: to_rdf({"@context": OURS, "id": "urn:x:1", "p": "a"}, Contexts(documents.__getitem__)))
    assert found == "terms.redefined"


@pytest.mark.parametrize(
    ("module", "name"), [(processing, "MOST_COST"), (entering, "MOST_COST"), (entering, "MOST_OWN_COST")]
)
def test_work_on_contexts_is_bounded_where_it_is_done(module: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a context is made, while a document meets contexts, and for those of its own."""
    document = badge()
    document["@context"] = [*document["@context"], {"extra": "https://example.org/extra"}]

    def load(url: str) -> Json:
        found = bundled().context(url)
        assert found is not None
        return found

    assert to_rdf(document, Contexts(load)).statements
    monkeypatch.setattr(module, name, 0)
    assert refused(lambda: to_rdf(document, Contexts(load))) == "limit.exceeded"


def test_a_context_of_its_own_does_not_change_what_published_ones_set() -> None:
    """The language of a text is signed; what it is by default has to stay what it was."""
    context = {**EX, "@language": "en"}

    def load(url: str) -> Json:
        return {"@context": context}

    document = {"@context": [OURS, {"@language": "de"}], "id": "urn:x:1", "p": "a"}
    assert refused(lambda: to_rdf(document, Contexts(load))) == "terms.redefined"


# --- checks ---------------------------------------------------------------------------------------------


def _told(change: Callable[[Json], object]) -> set[str]:
    document = badge()
    change(document)
    return {item.detail for item in open_badge(read_json(document).root, document, "2.0")}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda found: found.update(credentialSubject=[found["credentialSubject"]] * 2), "credentialSubject"),
        (
            lambda found: found["credentialSubject"].update(
                achievement=[found["credentialSubject"]["achievement"]] * 2
            ),
            "achievement",
        ),
        (lambda found: found["credentialSubject"]["achievement"].update(type=["Other"]), "Achievement"),
    ],
    ids=["two subjects", "two achievements", "another type"],
)
def test_a_badge_is_one_achievement_of_one_subject(change: Callable[[Json], object], word: str) -> None:
    """OB 3.0 §B.1: told by this check, whatever the schemas say besides."""
    assert _told(lambda found: None) == set()
    assert any(word in detail for detail in _told(change))


# --- images ---------------------------------------------------------------------------------------------


def test_an_svg_of_many_elements_is_refused() -> None:
    """However small each is: the parser is asked to forget, and still has to see them."""
    from vcverify import baking

    body = b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g/>" * (baking._ELEMENTS + 1) + b"</svg>"
    limits = Limits(svg_bytes=len(body), input_bytes=len(body))
    assert refused(lambda: extract(body, limits)) == "limit.exceeded"


def test_only_credentials_are_baked() -> None:
    """A token of what is no object would be in the image for nobody."""
    token = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (b'{"alg":"EdDSA"}', b"[1]", b"x" * 64))
    image = b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"
    assert refused(lambda: bake(image, token)) == "input.malformed"
