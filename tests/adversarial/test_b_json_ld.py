"""Family B of the catalogue: JSON-LD that says signed statements elsewhere, drops some, or redefines terms."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import (
    COLLEGE,
    CREDENTIALS,
    OB,
    STRANGER,
    V2,
    XSD_DATE_TIME,
    badge,
    signed_badge,
)
from cases.lists import LIST, entry, signed_list
from cases.mutations import append_context, date_literal, drop, edit, put, rekey, wrap_graph
from cases.registry import Scenario
from cases.signing import Json, sign
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("b")
PAST = "2026-03-31T23:59:59Z"
FUTURE = "2026-12-01T00:00:00Z"

# --- what is wrong with a credential, said where a reader of the JSON does not look -------------------

ILL: dict[str, Callable[[], Json]] = {
    "validUntil": lambda: signed_badge(validUntil=PAST),
    "validFrom": lambda: signed_badge(validFrom=FUTURE),
    "credentialStatus": lambda: signed_badge(credentialStatus=entry("7")),
    "issuer": lambda: sign(badge(), STRANGER),
}
"""By term: a badge whose statement of that term refuses it."""

WORLD = {LIST: signed_list({7: 1})}


def expanded(value: Any) -> Any:
    return date_literal(value) if isinstance(value, str) else value


def under(name: str, context: Json) -> Callable[[Json, str], Json]:
    """The member under another name, which a context of the document's own gives a meaning."""

    def hide(document: Json, term: str) -> Json:
        definition = json.loads(json.dumps(context).replace("TERM", term).replace("IRI", CREDENTIALS + term))
        return rekey(
            append_context(document, definition), f"/{term}", name.replace("TERM", term), expanded(document[term])
        )

    return hide


def contained(container: str, key: Callable[[Any], str]) -> Callable[[Json, str], Json]:
    """The value in a map, by a name of the document's own with that container."""

    def hide(document: Json, term: str) -> Json:
        definition = {"also": {"@id": CREDENTIALS + term, "@container": container}}
        value = document[term]
        return rekey(append_context(document, definition), f"/{term}", "also", {key(value): expanded(value)})

    return hide


def elsewhere(member: str, wrap: Callable[[Json, str], Any]) -> Callable[[Json, str], Json]:
    """The member taken out, and said in another."""

    def hide(document: Json, term: str) -> Json:
        return {**drop(document, f"/{term}"), member: wrap(document, term)}

    return hide


def valued(how: Callable[[Any], Any]) -> Callable[[Json, str], Json]:
    """The value in another form."""
    return lambda document, term: edit(document, f"/{term}", how)


def _node(document: Json, term: str) -> Json:
    return {"id": document["id"], CREDENTIALS + term: expanded(document[term])}


def _backwards(document: Json, term: str) -> list[Json]:
    value = document[term]
    node = value if isinstance(value, dict) else {"@value": value}
    return [{**node, "@reverse": {CREDENTIALS + term: {"id": document["id"]}}}]


def _inside(place: str) -> Callable[[Json, str], Json]:
    return lambda document, term: put(drop(document, f"/{term}"), place, [_node(document, term)])


def _aliased(name: str, keyword: str, hide: Callable[[Json, str], Json]) -> Callable[[Json, str], Json]:
    def aliased(document: Json, term: str) -> Json:
        return append_context(hide(document, term), {name: keyword})

    return aliased


HIDINGS: dict[str, Callable[[Json, str], Json]] = {
    "iri": under(CREDENTIALS + "TERM", {}),
    "prefix": under("cred:TERM", {"cred": CREDENTIALS}),
    "long_prefix": under("c:M", {"c": {"@id": "IRI", "@prefix": True}, "c:M": "IRI"}),
    "alias": under("also", {"also": "IRI"}),
    "alias_with_type": under("also", {"also": {"@id": "IRI", "@type": XSD_DATE_TIME}}),
    "alias_with_context": under("also", {"also": {"@id": "IRI", "@context": {"unused": "urn:x:unused"}}}),
    "index_map": contained("@index", lambda _: "a"),
    "id_map": contained("@id", lambda value: value.get("id", "urn:x") if isinstance(value, dict) else "urn:x"),
    "type_map": contained("@type", lambda value: "BitstringStatusListEntry"),
    "language_map": contained("@language", lambda _: "en"),
    "graph_map": contained("@graph", lambda _: "@none"),
    "list_container": under("also", {"also": {"@id": "IRI", "@container": "@list"}}),
    "nest": elsewhere("@nest", lambda document, term: {term: document[term]}),
    "nest_in_nest": elsewhere("@nest", lambda document, term: {"@nest": [{term: document[term]}]}),
    "nest_alias": _aliased("also", "@nest", elsewhere("also", lambda document, term: {term: document[term]})),
    "included": elsewhere("@included", lambda document, term: [_node(document, term)]),
    "included_alias": _aliased("also", "@included", elsewhere("also", lambda document, term: [_node(document, term)])),
    "included_in_subject": _inside("/credentialSubject/@included"),
    "included_in_achievement": _inside("/credentialSubject/achievement/@included"),
    "included_in_issuer": _inside("/issuer/@included"),
    "included_backwards": elsewhere("@included", _backwards),
    "graph_beside": elsewhere("@graph", lambda document, term: [_node(document, term)]),
    "graph_around": lambda document, term: wrap_graph(document),
    "reverse_at_the_top": lambda document, term: _turned(document, term),
    "array": valued(lambda value: [value]),
    "array_twice": valued(lambda value: [value, value]),
    "array_in_array": valued(lambda value: [[value]]),
    "array_with_null": valued(lambda value: [None, value]),
    "set": valued(lambda value: {"@set": [value]}),
    "set_in_set": valued(lambda value: {"@set": [{"@set": value}]}),
    "list": valued(lambda value: {"@list": [value]}),
    "graph_object": valued(lambda value: {"@graph": [value]}),
    "value_object": valued(lambda value: expanded(value) if isinstance(value, str) else {"@id": value["id"]}),
    "value_in_array": valued(lambda value: [expanded(value)]),
    "indexed": valued(lambda value: {**expanded(value), "@index": "a"}),
    "null_and_iri": lambda document, term: {**under(CREDENTIALS + "TERM", {})(document, term), term: None},
    "empty_and_iri": lambda document, term: {**under(CREDENTIALS + "TERM", {})(document, term), term: []},
    "nothing_and_iri": lambda document, term: {
        **under(CREDENTIALS + "TERM", {})(document, term),
        term: {"@value": None},
    },
    "null_term": lambda document, term: append_context(document, {term: None}),
    "other_term": lambda document, term: append_context(document, {term: "https://example.org/other"}),
    "other_case": lambda document, term: rekey(document, f"/{term}", term.upper()),
    "own_context": lambda document, term: {
        **document,
        "credentialSubject": {**document["credentialSubject"], "@context": None},
    },
    "vocabulary": lambda document, term: rekey(
        append_context(document, {"@vocab": CREDENTIALS + term[:5]}), f"/{term}", term[5:], expanded(document[term])
    ),
    "keyword_id": lambda document, term: rekey(document, "/id", "@id"),
    "keyword_type": lambda document, term: rekey(document, "/type", "@type"),
    "type_by_iri": lambda document, term: edit(document, "/type", lambda names: [CREDENTIALS + names[0], *names[1:]]),
}


def _turned(document: Json, term: str) -> Json:
    """The subject at the top, and the credential as what refers to it."""
    rest = {name: value for name, value in document.items() if name not in ("@context", "credentialSubject", "proof")}
    return {
        "@context": document["@context"],
        **document["credentialSubject"],
        "@reverse": {CREDENTIALS + "credentialSubject": [rest]},
        "proof": document["proof"],
    }


def _hidden(term: str, how: str) -> Scenario:
    return Scenario(document=HIDINGS[how](ILL[term](), term), resources=WORLD, expect=rejected())


for _term in ILL:
    for _how in HIDINGS:
        if not (_term == "issuer" and _how == "included_in_issuer"):
            ATTACKS.add(f"{_term}_{_how}", partial(_hidden, _term, _how))


# --- more than one document in one ----------------------------------------------------------------


def forged() -> Json:
    return badge(STRANGER, name="Brain surgery, level 9")


def _without(document: Json, *names: str) -> Json:
    return {name: value for name, value in document.items() if name not in names}


_GENUINE = {
    "forged_with_genuine_included": lambda real: {
        **forged(), "id": "no iri", "@included": [_without(real, "@context", "proof")], "proof": real["proof"]
    },
    "forged_with_genuine_and_proof_included": lambda real: {**forged(), "@included": [_without(real, "@context")]},
    "forged_beside_genuine_in_graph": lambda real: {
        "@context": real["@context"], "@graph": [_without(real, "@context", "proof"), _without(forged(), "@context")],
        "proof": real["proof"],
    },
    "forged_around_graph": lambda real: {
        **forged(), "@graph": [_without(real, "@context", "proof")], "proof": real["proof"]
    },
    "forged_under_nest": lambda real: {**real, "@nest": {"name": "Brain surgery, level 9"}},
    "forged_under_none": lambda real: {**real, "@none": forged()},
    "forged_under_json": lambda real: {**real, "@json": forged()},
    "forged_under_value": lambda real: {**real, "@value": "Brain surgery, level 9"},
    "forged_in_list_of_contexts": lambda real: {**real, "@context": [*real["@context"], {"@context": forged()}]},
    "forged_with_blank_subject": lambda real: put(real, "/credentialSubject/id", "_:learner"),
    "forged_id_of_blank_node": lambda real: {**sign(badge(id=None), COLLEGE), "id": "_:b0"},
    "forged_language_only": lambda real: put(real, "/name", {"@value": real["name"], "@language": "en"}),
    "keyword_with_scalar": lambda real: {**real, "@none": "Awarded with first class honours"},
    "keyword_like_member": lambda real: put(real, "/credentialSubject/@honours", "first class"),
    "index_of_subject": lambda real: put(real, "/credentialSubject/@index", "Awarded with first class honours"),
    "proof_at_iri_too": lambda real: {**real, "https://w3id.org/security#proof": {"@graph": [real["proof"]]}},
    "proof_nested": lambda real: {**_without(real, "proof"), "@nest": {"proof": real["proof"]}},
    "proof_included": lambda real: {**_without(real, "proof"), "@included": [{"id": real["id"], "proof": real["proof"]}]},
    "proof_aliased": lambda real: rekey(
        append_context(real, {"seal": {"@id": "https://w3id.org/security#proof", "@type": "@id", "@container": "@graph"}}),
        "/proof", "seal",
    ),
    "proof_in_subject": lambda real: put(_without(real, "proof"), "/credentialSubject/proof", real["proof"]),
    "proof_context_of_its_own": lambda real: put(real, "/proof/@context", [*real["@context"], {"extra": "urn:x:extra"}]),
    "proof_included_member": lambda real: put(real, "/proof/@included", [{"id": "urn:x:y", "name": "z"}]),
    "proof_nest_member": lambda real: put(real, "/proof/@nest", {"expires": PAST}),
    "proof_honours": lambda real: put(real, "/proof/honours", "first class"),
    "image_relative": lambda real: put(real, "/credentialSubject/achievement/image", {"id": "a.png", "type": "Image"}),
    "image_without_scheme": lambda real: put(real, "/credentialSubject/achievement/image", "//evil.example/a.png"),
    "id_with_space": lambda real: put(real, "/credentialSubject/achievement/id", "urn:x: y"),
    "id_with_brackets": lambda real: put(real, "/credentialSubject/achievement/id", "urn:x:<y>"),
    "id_with_newline": lambda real: {**real, "id": real["id"] + "\n"},
    "id_with_quote": lambda real: {**real, "id": real["id"] + '"'},
    "type_with_newline": lambda real: put(real, "/type/-", "https://example.org/Honours\n"),
    "type_relative": lambda real: put(real, "/type/-", "Honours"),
    "date_not_typed": lambda real: sign(append_context(badge(), {"on": "urn:x:on"}) | {"validUntil": "soon"}, COLLEGE),
    "date_in_list": lambda real: signed_badge(validUntil={"@list": ["2027-01-01T00:00:00Z"]}),
    "date_with_language": lambda real: signed_badge(validUntil={"@value": "2027-01-01T00:00:00Z", "@language": "en"}),
    "date_of_other_type": lambda real: signed_badge(
        validUntil={"@value": "2020-01-01", "@type": "http://www.w3.org/2001/XMLSchema#date"}
    ),
    "date_of_own_type": lambda real: signed_badge(
        validUntil={"@value": "2027-01-01T00:00:00Z", "@type": "https://example.org/date"}
    ),
    "date_as_id": lambda real: signed_badge(validUntil={"id": "urn:x:2027"}),
    "date_as_number": lambda real: signed_badge(validUntil=4102444800),
    "status_as_literal": lambda real: signed_badge(credentialStatus="revoked"),
    "issuer_in_list": lambda real: sign({**badge(), "issuer": {"@list": [COLLEGE.did]}}, COLLEGE),
    "issuer_in_graph": lambda real: sign({**badge(), "issuer": {"@graph": [{"id": COLLEGE.did}]}}, COLLEGE),
    "issuer_twice": lambda real: sign({**badge(), "issuer": [{"id": COLLEGE.did}, {"id": STRANGER.did}]}, COLLEGE),
    "subject_in_list": lambda real: signed_badge(credentialSubject={"@list": [badge()["credentialSubject"]]}),
}  # fmt: skip
"""Documents made of a genuine one and something else; or signed in a form that says something else."""


def _combined(name: str) -> Scenario:
    return Scenario(document=_GENUINE[name](signed_badge()), expect=rejected())


for _name in _GENUINE:
    ATTACKS.add(_name, partial(_combined, _name))


@ATTACKS
def profile_at_another_mention() -> Scenario:
    """The issuer's name, said where it is the creator of the achievement: the same statements, read the same."""
    document = badge()
    document["credentialSubject"]["achievement"]["creator"] = {"id": COLLEGE.did, "type": ["Profile"]}
    document = sign(document, COLLEGE)
    name = document["issuer"]["name"]
    moved = put(drop(document, "/issuer/name"), "/credentialSubject/achievement/creator/name", name)
    return Scenario(document=moved, expect=accepted())


@ATTACKS
def profile_of_another() -> Scenario:
    """The name of the achievement's creator, who is another, said of the issuer."""
    document = badge()
    document["credentialSubject"]["achievement"]["creator"] = {
        "id": STRANGER.did,
        "type": ["Profile"],
        "name": "Harvard",
    }
    document = sign(document, COLLEGE)
    moved = put(drop(document, "/credentialSubject/achievement/creator/name"), "/issuer/name", "Harvard")
    return Scenario(document=moved, expect=rejected("proof.invalid"))


@ATTACKS
def control_characters() -> Scenario:
    """U+0008, U+000C and U+007F in a signed literal, escaped as RDFC-1.0 says."""
    return Scenario(document=signed_badge(name="Back\b space\f and \x7f delete"), expect=accepted())


# --- contexts of the document's own ---------------------------------------------------------------

_CONTEXTS: dict[str, Any] = {
    "null": None,
    "empty": {},
    "text_relative": "context.json",
    "text_empty": "",
    "text_http": OB.replace("https:", "http:"),
    "text_port": OB.replace("purl.imsglobal.org", "purl.imsglobal.org:443"),
    "text_user": OB.replace("https://", "https://a@"),
    "text_dots": OB.replace("/ob/", "/ob/../ob/"),
    "text_escaped": OB.replace("context", "%63ontext"),
    "text_newline": OB + "\n",
    "text_file": "file:///etc/passwd",
    "text_data": "data:application/ld+json,{}",
    "text_internal": "https://169.254.169.254/latest/meta-data",
    "number": 5,
    "nested_array": [[V2]],
    "wrapped": {"@context": V2},
    "import": {"@version": 1.1, "@import": OB},
    "import_unknown": {"@version": 1.1, "@import": "https://evil.example/context"},
    "import_self": {"@version": 1.1, "@import": V2, "@protected": True},
    "version_1": {"@version": 1.0},
    "base": {"@base": "https://evil.example/"},
    "base_relative": {"@base": "x/"},
    "vocab": {"@vocab": "https://evil.example/"},
    "vocab_empty": {"@vocab": ""},
    "vocab_blank": {"@vocab": "_:"},
    "language": {"@language": "en"},
    "direction": {"@direction": "rtl"},
    "propagate": {"@propagate": False, "extra": "urn:x:extra"},
    "protected": {"@protected": True, "extra": "urn:x:extra"},
    "keyword_redefined": {"@type": {"@container": "@set"}},
    "id_is_type": {"id": "@type"},
    "type_is_id": {"type": "@id"},
    "other_id": {"identifier": "@id"},
    "term_null": {"validUntil": None},
    "term_false": {"validUntil": False},
    "term_redefined": {"issuer": "https://example.org/issuer"},
    "term_set": {"name": {"@id": "https://schema.org/name", "@container": "@set"}},
    "term_list": {"tag": {"@id": "https://example.org/tag", "@container": "@list"}},
    "term_json": {"achievement": {"@id": "https://example.org/a", "@type": "@json"}},
    "term_reverse": {"issuer": {"@reverse": CREDENTIALS + "issuer"}},
    "term_circle": {"a": "b:c", "b": "a:c"},
    "term_of_itself": {"a": "a:b"},
    "term_blank": {"honours": "_:honours"},
    "term_scoped": {"achievement": {"@id": "https://example.org/a", "@context": {"name": None}}},
    "type_scoped": {"Achievement": {"@id": "https://example.org/A", "@context": {"name": None}}},
    "type_scoped_addition": {"Extra": {"@id": "urn:x:Extra", "@context": {"validUntil": "urn:x:until"}}},
    "like_keyword": {"@honours": "urn:x:honours"},
    "empty_name": {"": "urn:x:empty"},
    "prefix_of_keyword": {"did": "urn:x:"},
    "prefix_of_scheme": {"urn": "https://evil.example/"},
    "prefix_of_https": {"https": "https://evil.example/"},
    "deep_scopes": {"a": {"@id": "urn:x:a", "@context": {"a": {"@id": "urn:x:a", "@context": {"a": "urn:x:a"}}}}},
    "many_terms": {f"t{number}": f"urn:x:{number}" for number in range(9_000)},
}  # fmt: skip
"""One more context, appended to those of a signed badge."""


def _places(context: Any) -> dict[str, Callable[[Json], Json]]:
    return {
        "appended": lambda document: append_context(document, context),
        "first": lambda document: {**document, "@context": [context, *document["@context"]]},
        "in_subject": lambda document: put(document, "/credentialSubject/@context", context),
        "in_achievement": lambda document: put(document, "/credentialSubject/achievement/@context", context),
        "in_issuer": lambda document: put(document, "/issuer/@context", context),
        "in_proof": lambda document: put(document, "/proof/@context", context),
    }


@pytest.mark.parametrize("name", _CONTEXTS)
def test_a_context_of_its_own_changes_nothing_that_is_read(name: str, confinement: Confinement) -> None:
    """Wherever it stands: it is refused, or what is accepted reads as what was signed."""
    original = signed_badge(description="A badge", validUntil="2027-01-01T00:00:00Z")
    case = {"id": name, "at": "2026-06-01T00:00:00Z", "expect": {"problemsNot": [{"code": "internal.error"}]}}
    expected = confinement.judge({**case, "input": original})
    assert expected.outcome == "passed"
    for place, change in _places(_CONTEXTS[name]).items():
        answer = confinement.judge({**case, "input": change(copy.deepcopy(original))})
        assert not answer.faults(), place
        assert answer.outcome != "passed" or answer.reading == expected.reading, place


SHOWN = table("""
B01  terms-undefined-top-level
B02  terms-undefined-in-subject
B04  terms-expired-by-absolute-iri #validUntil_iri
B05  terms-expired-by-prefix #validUntil_prefix
B06  terms-expired-by-vocabulary #validUntil_vocabulary #credentialStatus_vocabulary
B08  terms-expired-by-nest #validUntil_nest #validUntil_nest_alias
B09  terms-expired-by-included #validUntil_included #validUntil_included_in_subject
B10  terms-expired-by-second-description
B11  terms-expired-by-graph #validUntil_graph_around #credentialStatus_graph_around
B12  terms-included-original #forged_with_genuine_included #forged_with_genuine_and_proof_included
B13  terms-expired-by-reverse #validUntil_reverse_at_the_top #credentialStatus_included_backwards
B15  terms-expired-by-array #validUntil_array
B16  terms-expired-by-value-object #validUntil_value_object
B17  status-respelled-nested #credentialStatus_array_in_array
B18  status-respelled-iri #credentialStatus_iri
B20  terms-language-injection
B21  terms-language-tag
B22  terms-direction
B24  validity-not-a-date
B25  validity-impossible-date
B26  contexts-redefined-null-context #validUntil_own_context clr-member-null-context
B27  contexts-expired-by-null-term #validUntil_null_term
B29  terms-blank-id #forged_id_of_blank_node #forged_with_blank_subject
B30  terms-undefined-relative-image #image_relative #image_without_scheme
B31  terms-id-with-space #id_with_space
B33  contexts-unknown-context
B34  contexts-nearly-http
B35  contexts-nearly-fragment contexts-nearly-slash contexts-nearly-upper-case-host
B36  contexts-redefined-import
B38  data-model-context-empty
B39  terms-colliding-id
B40  respelled-keywords #validUntil_keyword_id #validUntil_keyword_type
B43  =profile_at_another_mention #profile_of_another clr-shape-outside
B44  limits-contexts
B45  limits-types
B47  terms-list-for-set #validUntil_list #date_in_list
B48  terms-id-newline #id_with_newline
B50  terms-added-absolute-iri
B52  terms-added-json-literal
B53  suites-control-characters #control_characters
B54  terms-undefined-keyword-like #keyword_with_scalar
B56  limits-path-34-by-3
B57  limits-path-95-by-1
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("B", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()


@pytest.mark.parametrize("term", ILL)
def test_what_is_hidden_is_what_refuses(term: str, confinement: Confinement) -> None:
    """Without the statement that is hidden, the badge would pass: nothing else is wrong with it."""
    well = {"issuer": signed_badge()}.get(term) or sign(_without(ILL[term](), term, "proof") | badge(), COLLEGE)
    case = {"id": term, "at": "2026-06-01T00:00:00Z", "input": well, "resources": WORLD}
    assert confinement.judge(case).outcome == "passed"


def test_a_profile_at_another_mention_reads_as_what_was_signed(confinement: Confinement) -> None:
    """The same statements: what the report says of the credential is unchanged."""
    case = ATTACKS.case("profile_at_another_mention")
    document = case["input"]
    name = document["credentialSubject"]["achievement"]["creator"]["name"]
    original = put(drop(document, "/credentialSubject/achievement/creator/name"), "/issuer/name", name)
    assert confinement.judge(case).reading == confinement.judge({**case, "input": original}).reading != ""
