"""A verification method's URL to its key, step by step (CID 1.0 §3.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.keyring import b64url, ec_key, ed25519_key, method_entry, multibase58

from vcverify.crypto import PublicKey
from vcverify.identifiers import RELATIONSHIPS, Lookup, VerificationMethod, installed_resolvers, retrieve
from vcverify.identifiers.did_jwk import DidJwk
from vcverify.limits import Budget, Limits
from vcverify.loading import Request, Resource, Unavailable
from vcverify.loading.memory import NullLoader, StaticLoader
from vcverify.problems import ProblemError

AT = datetime(2026, 6, 1, tzinfo=UTC)
KEY = ed25519_key("issuer")
OTHER = ed25519_key("other")
ISSUER = "https://issuer.example/profile"
METHOD = ISSUER + "#key-1"
DID = "did:web:issuer.example"
DID_URL = "https://issuer.example/.well-known/did.json"
POINTER = "/proof/verificationMethod"


def controller(identifier: str = ISSUER, **changes: Any) -> dict[str, Any]:
    """A controller document with one Multikey for assertions; members given as None are left out."""
    method = identifier + "#key-1"
    document = {
        "@context": ["https://www.w3.org/ns/cid/v1"],
        "id": identifier,
        "verificationMethod": [method_entry(KEY, method, identifier)],
        "assertionMethod": [method],
    } | changes
    return {name: value for name, value in document.items() if value is not None}


def lookup(resources: Mapping[str, Any] | None = None, **more: Any) -> Lookup:
    bodies: dict[str, Resource | bytes] = {
        url: body if isinstance(body, bytes | Resource) else json.dumps(body).encode()
        for url, body in (resources or {}).items()
    }
    return Lookup(loader=StaticLoader(bodies), resolvers=installed_resolvers(), at=AT, **more)


def find(document: Any, method: str = METHOD, relationship: str = "assertionMethod") -> VerificationMethod:
    url = method.partition("#")[0]
    return retrieve(method, relationship, lookup({DID_URL if url == DID else url: document}))


def refused(document: Any, method: str = METHOD, relationship: str = "assertionMethod") -> str:
    with pytest.raises(ProblemError) as error:
        find(document, method, relationship)
    assert error.value.problem.pointer == POINTER
    return error.value.problem.code


# What is found ------------------------------------------------------------------------------------


def test_a_method_of_the_issuers_document_is_found() -> None:
    """Key, controller and document are what a binding of the issuer stands on."""
    found = find(controller())
    assert (found.id, found.controller, found.document_url) == (METHOD, ISSUER, ISSUER)
    assert (found.source, found.type, found.key) == ("document", "Multikey", PublicKey.from_multikey(KEY.multikey))
    assert found.document == controller()


def test_a_did_web_document_is_found_at_its_url() -> None:
    """did:web §2.5.2; the document's id is the DID."""
    found = find(controller(DID), DID + "#key-1")
    assert (found.controller, found.source) == (DID, "document")


@pytest.mark.parametrize(
    "scheme", ["urn:uuid:3f7c2b8e-0000-4000-8000-000000000000", "http://issuer.example/", "tag:x,2026:y"]
)
def test_a_document_may_be_supplied_for_any_url(scheme: str) -> None:
    """What the loader holds is the caller's to say."""
    assert find(controller(scheme), scheme + "#key-1").controller == scheme


@pytest.mark.parametrize("did", ["did:example:123", "did:ion:EiClkZMDxPKqC9c-umQfTkR8vvZ9JPhl_xLDI9Nfk38w5w", DID])
def test_a_did_document_may_be_supplied_under_its_did(did: str) -> None:
    """Also of a method that nobody here can resolve, and of one whose URL is out of reach."""
    assert retrieve(did + "#key-1", "assertionMethod", lookup({did: controller(did)})).controller == did


@pytest.mark.parametrize("relationship", ["assertionMethod", "authentication"])
def test_a_method_may_be_embedded_in_the_relationship(relationship: str) -> None:
    """CID 1.0 §2.3: by reference or by value."""
    document = controller(verificationMethod=None, assertionMethod=None)
    document[relationship] = [method_entry(KEY, METHOD, ISSUER)]
    assert find(document, relationship=relationship).key.fingerprint == KEY.prefix + KEY.public


def test_a_method_may_be_told_twice_in_the_same_words() -> None:
    """Published documents list a method and embed it too; nothing is ambiguous."""
    assert find(controller(assertionMethod=[method_entry(KEY, METHOD, ISSUER)]))


def test_did_documents_may_use_relative_references() -> None:
    """DID Core §3.2.2: `#key-1` stands for the DID URL; the method's own id may be relative, too."""
    document = controller(DID, assertionMethod=["#key-1"])
    document["verificationMethod"][0]["id"] = "#key-1"
    assert find(document, DID + "#key-1").id == DID + "#key-1"
    relative = controller(assertionMethod=["#key-1"])
    assert refused(relative) == "key.unauthorized", "other documents write URLs in full"


@pytest.mark.parametrize(
    "form", ["Multikey", "JsonWebKey", "JsonWebKey2020", "Ed25519VerificationKey2020", "Ed25519VerificationKey2018"]
)
def test_every_type_in_use_is_read(form: str) -> None:
    """The same key in five forms."""
    document = controller(verificationMethod=[method_entry(KEY, METHOD, ISSUER, form=form)])
    assert find(document).key.fingerprint == KEY.prefix + KEY.public


def test_the_older_types_are_read_with_the_members_they_were_published_with() -> None:
    """`publicKeyBase58` in the type of 2020, `publicKeyJwk` in that of 2018, compressed points in base58."""
    base58 = method_entry(KEY, METHOD, ISSUER, form="Ed25519VerificationKey2018")
    jwk = method_entry(KEY, METHOD, ISSUER, form="JsonWebKey")
    for entry in (base58 | {"type": "Ed25519VerificationKey2020"}, jwk | {"type": "Ed25519VerificationKey2018"}):
        assert find(controller(verificationMethod=[entry])).key.fingerprint == KEY.prefix + KEY.public
    point = ec_key("issuer", "secp256k1")
    entry = {"id": METHOD, "type": "EcdsaSecp256k1VerificationKey2019", "controller": ISSUER}
    from vcverify.multiformats import base58_encode

    entry["publicKeyBase58"] = base58_encode(point.public)
    assert find(controller(verificationMethod=[entry])).key.fingerprint == point.prefix + point.public


def test_other_peoples_methods_in_the_document_do_no_harm() -> None:
    """Key agreement keys, services and unknown types stand beside the one that signs."""
    document = controller(
        keyAgreement=[{"id": ISSUER + "#x", "type": "X25519KeyAgreementKey2020", "controller": ISSUER}],
        service=[{"id": ISSUER + "#s", "type": "LinkedDomains", "serviceEndpoint": "https://issuer.example"}],
        alsoKnownAs=["did:web:victim.example"],
        controller="did:web:somebody.example",
    )
    document["verificationMethod"].append({"type": "Future"})
    assert find(document).controller == ISSUER


# Step 1 to 3: the URL -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "#",
        "#key-1",
        "key-1",
        "//issuer.example#key-1",
        ISSUER,
        ISSUER + "#",
        METHOD + "#key-1",
        METHOD + "\n",
        " " + METHOD,
        "https://issuer.example/a b#key-1",
        "https://issuer.example/\u202e#key-1",
        "https:#key-1\0",
        KEY.multikey,
        f"{KEY.did}?x=1#{KEY.multikey}",
        f"{KEY.did}/path#{KEY.multikey}",
        "did:#key-1",
        "did:web#key-1",
        "did:web:#key-1",
        "did:WEB:issuer.example#key-1",
        "did:web:issuer.example:#key-1",
        "did:web:issuer.example%2#key-1",
        "did:web:issuer.example@evil.example#key-1",
        "did:web:[::1]#key-1",
        "did:web:b\u00fccher.example#key-1",
    ],
)
def test_what_names_no_method_is_refused(url: str) -> None:
    """CID 1.0 §3.3 step 1: an absolute URL with a fragment; a DID without path or query."""
    with pytest.raises(ProblemError) as error:
        retrieve(url, "assertionMethod", lookup({ISSUER: controller(), "": controller("")}))
    assert (error.value.problem.code, error.value.problem.pointer) == ("key.unresolved", POINTER)


def test_a_key_identifier_without_fragment_names_a_key_but_no_method() -> None:
    """The signature can be judged, and the problem is told: CID 1.0 §3.3 asks for a method's URL."""
    method = retrieve(KEY.did, "assertionMethod", lookup())
    assert method.key == retrieve(KEY.method, "assertionMethod", lookup()).key
    assert method.problem is not None
    assert method.problem.code == "key.unresolved"


def test_the_length_of_a_url_is_bounded() -> None:
    """1,024 characters; a did:key URL, which says its key twice, may have them in each half."""
    limits = Limits(url_characters=len(METHOD))
    assert retrieve(METHOD, "assertionMethod", lookup({ISSUER: controller()}, limits=limits))
    assert retrieve(KEY.method, "assertionMethod", lookup(limits=Limits(url_characters=len(KEY.did))))
    for url, bound in ((METHOD, len(METHOD) - 1), (KEY.method, len(KEY.did) - 1)):
        with pytest.raises(ProblemError) as error:
            retrieve(url, "assertionMethod", lookup(limits=Limits(url_characters=bound)))
        assert error.value.problem.code == "limit.exceeded"


# Steps 4 to 6: the document -----------------------------------------------------------------------


@pytest.mark.parametrize("url", [METHOD, DID + "#key-1", "did:example:123#key-1", "urn:uuid:1#key-1"])
def test_a_document_that_cannot_be_had_decides_nothing(url: str) -> None:
    """Nobody knows whose key it is: that is no *no*."""
    with pytest.raises(ProblemError) as error:
        retrieve(url, "assertionMethod", lookup())
    assert error.value.problem.code == "key.unavailable"
    assert error.value.problem.severity == "inconclusive"


@pytest.mark.parametrize("document", [{"id": ISSUER + "/"}, {"id": None}, {"id": [ISSUER]}, {"id": METHOD}])
def test_the_document_says_whose_it_is(document: dict[str, Any]) -> None:
    """Step 5: the id is the URL, character by character."""
    assert refused(controller(**document)) == "key.unauthorized"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"id": "a", "id": "b"}',
        Resource(url=ISSUER, body=json.dumps(controller()).encode(), media_type="text/html"),
    ],
)
def test_what_is_no_document_is_refused(body: Any) -> None:
    """The same strict reader reads it; a web page is none."""
    assert refused(body) == "key.unresolved"


@pytest.mark.parametrize("methods", [method_entry(KEY, METHOD, ISSUER), METHOD, [METHOD], [None], 1])
def test_the_methods_are_an_array_of_objects(methods: Any) -> None:
    """DID Core §5.2: an object in its place is no list of one."""
    assert refused(controller(verificationMethod=methods)) == "key.unresolved"


@pytest.mark.parametrize("value", [True, "true", 1, "2026-01-01T00:00:00Z", []])
def test_a_deactivated_document_is_refused(value: Any) -> None:
    """Only its absence or `false` says that it is in force."""
    assert refused(controller(deactivated=value)) == "key.revoked"
    assert find(controller(deactivated=False))


def test_the_size_of_a_document_is_bounded() -> None:
    """Before it is parsed."""
    size = len(json.dumps(controller()).encode())
    assert retrieve(METHOD, "assertionMethod", lookup({ISSUER: controller()}, limits=Limits(controller_bytes=size)))
    with pytest.raises(ProblemError) as error:
        retrieve(METHOD, "assertionMethod", lookup({ISSUER: controller()}, limits=Limits(controller_bytes=size - 1)))
    assert error.value.problem.code == "limit.exceeded"


@pytest.mark.parametrize("name", ["verificationMethod", "assertionMethod", "capabilityDelegation"])
def test_the_entries_of_a_document_are_bounded(name: str) -> None:
    """64 under each name; every one of 10,000 members might ask for another."""
    document = controller()
    entries = document.setdefault(name, [])
    entries += [{"id": f"{ISSUER}#{number}"} for number in range(64 - len(entries))]
    assert find(document)
    entries.append({"id": ISSUER + "#last"})
    assert refused(document) == "limit.exceeded"


# Steps 7 to 10: the method ------------------------------------------------------------------------


def test_a_method_that_is_not_listed_is_another_problem_than_a_bad_signature() -> None:
    """After a rotation the document knows the old key no more."""
    assert refused(controller(), ISSUER + "#key-0") == "key.unresolved"
    assert refused({"id": ISSUER, "assertionMethod": [METHOD]}) == "key.unresolved"


@pytest.mark.parametrize(
    "identifier",
    ["https://evil.example/profile#key-1", "#key-1", "key-1", ISSUER + "#KEY-1", ISSUER + "#key%2D1", None],
)
def test_the_methods_id_is_the_url(identifier: Any) -> None:
    """Step 9: exactly."""
    document = controller()
    document["verificationMethod"][0]["id"] = identifier
    assert refused(document) == "key.unresolved"


@pytest.mark.parametrize("owner", ["https://evil.example/", ISSUER + "/", METHOD, None, [ISSUER], ""])
def test_the_methods_controller_is_the_document(owner: Any) -> None:
    """Step 10; nobody else's document is asked, so that controllers cannot run in a circle."""
    document = controller()
    document["verificationMethod"][0]["controller"] = owner
    assert refused(document) == "key.unauthorized"


@pytest.mark.parametrize("place", ["verificationMethod", "assertionMethod", "authentication"])
def test_two_different_methods_of_one_id_are_nobodys(place: str) -> None:
    """Which of them signs would depend on the reader."""
    document = controller()
    document[place] = [*document.get(place, []), method_entry(OTHER, METHOD, ISSUER)]
    assert refused(document) == "key.unauthorized"


# Step 11: the relationship ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "listed",
    [
        None,
        [],
        METHOD,
        {"id": METHOD},
        ["https://evil.example/#key-1"],
        [ISSUER + "#key-2"],
        [ISSUER],
        ["key-1"],
        [[METHOD]],
        [None, 1, True],
    ],
)
def test_what_is_not_listed_is_not_authorized(listed: Any) -> None:
    """Step 11: absent, empty, no array, another's method of the same fragment."""
    assert refused(controller(assertionMethod=listed)) == "key.unauthorized"


@pytest.mark.parametrize(
    "relationship", ["authentication", "capabilityInvocation", "id", "@context", "verificationMethod", ""]
)
def test_a_method_serves_only_the_relationships_that_list_it(relationship: str) -> None:
    """And only names of relationships are looked up in the document."""
    assert refused(controller(), relationship=relationship) == "key.unauthorized"


# Step 12: the key ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "X25519KeyAgreementKey2020"}, "key.malformed"),
        ({"type": "JsonWebKey"}, "key.malformed"),
        ({"type": ["Multikey"]}, "key.malformed"),
        ({"type": None}, "key.malformed"),
        ({"publicKeyMultibase": None}, "key.malformed"),
        ({"publicKeyMultibase": [KEY.multikey]}, "key.malformed"),
        ({"publicKeyMultibase": "z6Mk"}, "key.malformed"),
        ({"publicKeyMultibase": "u" + KEY.multikey[1:]}, "key.malformed"),
        ({"publicKeyMultibase": "z" + "1" * 1_024}, "limit.exceeded"),
        ({"publicKeyJwk": OTHER.jwk}, "key.malformed"),
        ({"publicKeyBase58": OTHER.multikey[1:]}, "key.malformed"),
        ({"type": "EcdsaSecp256k1VerificationKey2019"}, "key.malformed"),
        ({"secretKeyMultibase": "z3u2"}, "key.malformed"),
        ({"revoked": "yesterday"}, "key.malformed"),
        ({"expires": 1767225600}, "key.malformed"),
        ({"expires": True}, "key.malformed"),
    ],
)
def test_a_method_has_one_public_key_of_its_types_kind(change: dict[str, Any], code: str) -> None:
    """CID 1.0 §2.2; several keys would leave the choice to the reader."""
    document = controller()
    document["verificationMethod"][0].update(change)
    assert refused(document) == code


@pytest.mark.parametrize("member", ["revoked", "expires"])
@pytest.mark.parametrize(
    ("value", "stands"),
    [
        ("2026-05-31T23:59:59Z", False),
        ("2026-06-01T00:00:00Z", False),
        ("2026-06-01T01:00:00+01:00", False),
        ("2026-06-01T00:00:01Z", True),
        ("9999-12-31T23:59:59Z", True),
        (None, True),
    ],
)
def test_the_dates_of_a_key_are_judged_at_the_instant_of_the_run(member: str, value: str | None, stands: bool) -> None:
    """CID 1.0 §2.2: from `revoked` and `expires` on, the key is not to be used."""
    document = controller()
    document["verificationMethod"][0][member] = value
    if stands:
        assert find(document)
    else:
        assert refused(document) == {"revoked": "key.revoked", "expires": "key.expired"}[member]


# Keys in fragments --------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [ISSUER, DID, "urn:uuid:3f7c2b8e-0000-4000-8000-000000000000"])
def test_a_multikey_fragment_is_a_key_where_no_document_can_be_had(url: str) -> None:
    """The proof can be judged; that nobody but the proof says whose key it is, the source says."""
    found = retrieve(f"{url}#{KEY.multikey}", "assertionMethod", lookup())
    assert (found.source, found.controller, found.document) == ("fragment", url, None)
    assert found.key.fingerprint == KEY.prefix + KEY.public
    assert found.unavailable


def test_where_the_document_can_be_had_it_decides() -> None:
    """Its owner may have taken the key out."""
    assert refused(controller(), f"{ISSUER}#{KEY.multikey}") == "key.unresolved"
    assert refused(b"<html>", f"{ISSUER}#{KEY.multikey}") == "key.unresolved"


@pytest.mark.parametrize("fragment", ["z6Mk", KEY.multikey[:-1], KEY.multikey + "1", "u" + KEY.multikey[1:], "z" * 500])
def test_a_fragment_that_is_no_multikey_is_no_key(fragment: str) -> None:
    """It is a name like any other, of a method that could not be looked up."""
    with pytest.raises(ProblemError) as error:
        retrieve(f"{ISSUER}#{fragment}", "assertionMethod", lookup())
    assert error.value.problem.code == "key.unavailable"


# did:key and did:jwk ------------------------------------------------------------------------------


@pytest.mark.parametrize("relationship", ["assertionMethod", "authentication", "capabilityInvocation"])
def test_a_did_key_is_its_own_document(relationship: str) -> None:
    """did:key §3; nothing is loaded."""
    found = retrieve(KEY.method, relationship, Lookup(loader=NullLoader(), resolvers=installed_resolvers(), at=AT))
    assert (found.source, found.controller) == ("did-key", KEY.did)
    assert found.document is not None
    assert found.document["id"] == KEY.did


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"{KEY.did}#{OTHER.multikey}", "key.unresolved"),
        (f"{KEY.did}#key-1", "key.unresolved"),
        (f"did:key:u{KEY.multikey[1:]}#u{KEY.multikey[1:]}", "key.malformed"),
        (f"did:key:1.1:{KEY.multikey}#{KEY.multikey}", "key.malformed"),
        (
            "did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F#z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F",
            "key.unauthorized",
        ),
        ("did:key:" + "#".join([multibase58(b"\xec\x01" + bytes(31))] * 2), "key.malformed"),
        ("did:key:" + "#".join([multibase58(b"\xeb\x01" + bytes(96))] * 2), "key.malformed"),
        (f"{KEY.did_jwk}#1", "key.unresolved"),
        (f"{KEY.did_jwk}#{KEY.multikey}", "key.unresolved"),
        ("did:jwk:e30#0", "key.malformed"),
        ("did:jwk:W10#0", "key.malformed"),
        ("did:jwk:eyJ9#0", "key.malformed"),
        ("did:jwk:e31#0", "key.malformed"),
        ("did:jwk:z6Mk.a#0", "key.malformed"),
    ],
)
def test_an_identifier_that_is_its_key_has_one_method(url: str, code: str) -> None:
    """did:key: the fragment repeats the identifier; did:jwk: `#0`; keys for agreement do not sign."""
    with pytest.raises(ProblemError) as error:
        retrieve(url, "assertionMethod", lookup())
    assert error.value.problem.code == code


@pytest.mark.parametrize("did", [KEY.did, KEY.did_jwk])
def test_an_identifier_that_is_its_key_is_understood_without_fragment(did: str) -> None:
    """There is no doubt which key is meant, so the proof can be judged; still the URL names no method."""
    found = retrieve(did, "assertionMethod", lookup())
    assert (found.id, found.controller, found.key) == (did, did, PublicKey.from_jwk(KEY.jwk))
    assert found.problem is not None
    assert found.problem.code == "key.unresolved"


@pytest.mark.parametrize(
    "did",
    ["did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F", DID, "did:example:123"],
)
def test_other_identifiers_are_no_methods(did: str) -> None:
    """A key that may not sign; documents that may list any number of keys."""
    with pytest.raises(ProblemError) as error:
        retrieve(did, "assertionMethod", lookup({DID_URL: controller(DID), "did:example:123": controller(DID)}))
    assert error.value.problem.code == "key.unresolved"


@pytest.mark.parametrize(
    ("use", "relationships"),
    [
        (None, set(RELATIONSHIPS)),
        ("sig", set(RELATIONSHIPS) - {"keyAgreement"}),
        ("enc", {"keyAgreement"}),
    ],
)
def test_a_did_jwk_serves_what_its_use_says(use: str | None, relationships: set[str]) -> None:
    """did:jwk, *To create the DID Document*."""
    jwk = KEY.jwk if use is None else KEY.jwk | {"use": use}
    did = "did:jwk:" + b64url(json.dumps(jwk).encode())
    document = DidJwk().resolve(did, lookup())
    assert {name for name in RELATIONSHIPS if document.get(name) == [did + "#0"]} == relationships


def test_a_did_jwk_of_too_many_levels_is_over_the_limit() -> None:
    """What it holds is read like any other JSON."""
    did = "did:jwk:" + b64url(b"[" * 100 + b"]" * 100)
    with pytest.raises(ProblemError) as error:
        retrieve(did + "#0", "assertionMethod", lookup())
    assert error.value.problem.code == "limit.exceeded"


def test_a_did_jwk_is_its_own_document() -> None:
    """did:jwk, *Read*."""
    found = retrieve(KEY.did_jwk + "#0", "assertionMethod", lookup())
    assert (found.source, found.controller, found.key) == ("did-jwk", KEY.did_jwk, PublicKey.from_jwk(KEY.jwk))


# The run ------------------------------------------------------------------------------------------


class Counting:
    """Answers one document for every URL under it, and counts."""

    def __init__(self, document: Any = None) -> None:
        self.document = document
        self.asked: list[str] = []

    def load(self, request: Request) -> Resource:
        self.asked.append(request.url)
        if self.document is None:
            raise Unavailable(request.url, "absent")
        return Resource(url=request.url, body=json.dumps(self.document).encode())


@pytest.mark.parametrize("document", [controller(), {"id": "https://evil.example/"}, None])
def test_a_document_is_loaded_once_a_run(document: Any) -> None:
    """Ten thousand members of one issuer; a failure is remembered too, and the pointer is each member's own."""
    loader = Counting(document)
    env = Lookup(loader=loader, resolvers=installed_resolvers(), at=AT)
    for number in range(50):
        pointer = f"/member/{number}"
        try:
            retrieve(METHOD if number % 2 else f"{ISSUER}#{number}", "assertionMethod", env, pointer)
        except ProblemError as error:
            assert error.problem.pointer == pointer
    assert loader.asked == [ISSUER]


def test_documents_of_many_issuers_stop_at_the_budget() -> None:
    """32 of a run, 8 of a host."""
    for hosts, bound in ((1, 8), (100, 32)):
        loader = Counting()
        env = Lookup(loader=loader, resolvers=installed_resolvers(), at=AT, budget=Budget())
        codes = []
        for number in range(50):
            with pytest.raises(ProblemError) as error:
                retrieve(f"https://h{number % hosts}.example/{number}#key-1", "assertionMethod", env)
            codes.append(error.value.problem.code)
        assert codes == ["key.unavailable"] * bound + ["limit.exceeded"] * (50 - bound)
        assert len(loader.asked) == bound


def test_the_instant_of_a_run_is_its_own() -> None:
    """What one run remembers of a key is not judged by another's clock."""
    document = controller()
    document["verificationMethod"][0]["expires"] = "2026-07-01T00:00:00Z"
    before = lookup({ISSUER: document})
    assert retrieve(METHOD, "assertionMethod", before)
    after = Lookup(loader=before.loader, resolvers=before.resolvers, at=datetime(2026, 8, 1, tzinfo=UTC))
    with pytest.raises(ProblemError, match=r"key\.expired"):
        retrieve(METHOD, "assertionMethod", after)


def test_a_fragment_of_small_order_is_weak_whatever_could_be_had() -> None:
    """Everybody can sign for it: no document could mend that."""
    weak = multibase58(b"\xed\x01\x01" + bytes(31))
    with pytest.raises(ProblemError) as error:
        retrieve(f"{ISSUER}#{weak}", "assertionMethod", lookup())
    assert error.value.problem.code == "key.weak"
