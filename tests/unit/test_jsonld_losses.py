"""Everything that JSON-LD would lose is reported where it stands, with what would mend it."""

from __future__ import annotations

from typing import Any

import pytest

from vcverify.bundled import bundled
from vcverify.jsonld import Contexts, RdfDocument, SpanRule, to_rdf
from vcverify.problems import Problem, ProblemError, Severity, refuse

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
OURS = "https://context.example/v1"

LOCAL: dict[str, Any] = {
    "ex": "https://example.org/",
    "label": {"@id": "ex:label", "@language": "en"},
    "turned": {"@id": "ex:turned", "@direction": "rtl"},
    "tagged": {"@id": "ex:tagged", "@language": "not a tag"},
    "link": {"@id": "ex:link", "@type": "@id"},
    "word": {"@id": "ex:word", "@type": "@vocab"},
    "odd": {"@id": "ex:odd", "@type": "https://example.org/odd<type"},
    "indexed": {"@id": "ex:indexed", "@container": "@index"},
    "texts": {"@id": "ex:texts", "@container": "@language"},
    "graphs": {"@id": "ex:graphs", "@container": "@graph"},
    "items": {"@id": "ex:items", "@container": "@list"},
    "blank": "_:property",
    "hidden": None,
    "back": {"@reverse": "ex:back"},
    "json": {"@id": "ex:json", "@type": "@json"},
}


def load(url: str) -> Any:
    if url == OURS:
        return {"@context": LOCAL}
    found = bundled().context(url)
    if found is None:
        raise refuse("terms.unknown-context", "Not known.")
    return found


CONTEXTS = Contexts(load)
BASE: dict[str, Any] = {"@context": [V2, OB, OURS], "type": ["VerifiableCredential"], "id": "urn:x:1"}


def walked(**members: Any) -> RdfDocument:
    return to_rdf({**BASE, **{name.replace("_at_", "@"): value for name, value in members.items()}}, CONTEXTS)


def told(found: RdfDocument, code: str) -> dict[str, Problem]:
    return {problem.pointer: problem for problem in found.problems if problem.code == code}


LOSSES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("an undefined member", {"nickname": "A"}, {"/nickname": "no context defines the term"}),
    ("an undefined member in a subject", {"credentialSubject": {"id": "urn:x:2", "pet": 1}}, {"/credentialSubject/pet": "no context"}),
    ("a member with a slash in its name", {"a/b~c": 1}, {"/a~1b~0c": "`a/b~c`"}),
    ("an undefined type", {"type": ["VerifiableCredential", "Diploma"]}, {"/type/1": "no context defines the type"}),
    ("a type of another spelling", {"type": ["VerifiableCredential", "openBadgeCredential"]}, {"/type/1": "no context defines"}),
    ("a relative id", {"id": "credentials/1"}, {"/id": "a relative reference", "/type/0": "no usable id"}),
    ("an id with a space", {"id": "urn:x:a b"}, {"/id": "not a valid IRI", "/type/0": "no usable id"}),
    ("an id with a trailing newline", {"id": "urn:x:1\n"}, {"/id": "not a valid IRI", "/type/0": "no usable id"}),
    ("a relative reference as a value", {"link": "image.png"}, {"/link": "a relative reference"}),
    ("one of several", {"link": ["urn:x:2", "image.png"]}, {"/link/1": "a relative reference"}),
    ("a word that no context knows", {"word": "nothing"}, {"/word": "a relative reference"}),
    ("a reserved name", {"_at_foo": 1}, {"/@foo": "reserved"}),
    ("a keyword that says nothing here", {"_at_none": "with honours"}, {"/@none": "the keyword says nothing"}),
    ("an index", {"_at_index": "one"}, {"/@index": "the keyword says nothing"}),
    ("a language of a node", {"_at_language": "en"}, {"/@language": "the keyword says nothing"}),
    ("a term that is mapped to null", {"hidden": "a"}, {"/hidden": "maps the term to null"}),
    ("a blank node as a property", {"blank": "a"}, {"/blank": "a blank node cannot be a property"}),
    ("an explicit blank node as a property", {"_:p": "a"}, {"/_:p": "a blank node cannot be a property"}),
    ("a base direction", {"name": {"@value": "a", "@direction": "rtl"}}, {"/name/@direction": "base direction"}),
    ("the base direction of a term", {"turned": ["a"]}, {"/turned/0": "base direction"}),
    ("a language that is none", {"name": {"@value": "a", "@language": "not a tag"}}, {"/name/@language": "not a language tag"}),
    ("the language of a term that is none", {"tagged": "a"}, {"/tagged": "not a language tag"}),
    ("a language map's key that is none", {"texts": {"en": "a", "x y": "b"}}, {"/texts/x y": "not a language tag"}),
    ("a datatype that is no IRI", {"odd": "a"}, {"/odd": "datatype"}),
    ("a number of such a datatype", {"odd": [5]}, {"/odd/0": "datatype"}),
    ("a datatype with a space", {"name": {"@value": "a", "@type": "https://example.org/a%20b <"}}, {}),
    ("the keys of an index map", {"indexed": {"a": {"id": "urn:x:3", "type": "Profile"}}}, {"/indexed/a": "RDF has no place"}),
    ("a literal in a graph of its own", {"graphs": "a"}, {"/graphs": "a graph of its own"}),
    ("a bare reference in a graph of its own", {"graphs": [{"id": "urn:x:2"}]}, {"/graphs/0": "a graph of its own"}),
    ("a free-floating text", {"_at_graph": ["a"]}, {"/@graph/0": "under no property"}),
    ("a free-floating value", {"_at_graph": [{"@value": "a"}]}, {"/@graph/0": "under no property"}),
    ("a free-floating list", {"_at_graph": [{"@list": ["a"]}]}, {"/@graph/0": "under no property"}),
    ("a node of which nothing is said", {"_at_included": [{"id": "urn:x:2"}]}, {"/@included/0/id": "nothing is said"}),
    ("an undefined member of a value", {"name": {"@value": "a", "note": "b"}}, {"/name/note": "no context defines"}),
    ("an index of a value", {"name": {"@value": "a", "@index": "b"}}, {"/name/@index": "the keyword says nothing"}),
    ("a member of a list object", {"name": {"@list": ["a"], "note": "b"}}, {"/name/note": "no context defines"}),
    ("a relative item of a list", {"link": {"@list": ["rel", "urn:x:2"]}}, {"/link/@list/0": "a relative reference"}),
    ("a context inside a nested value", {"_at_nest": {"@context": [], "name": "a"}}, {"/@nest/@context": "the keyword says nothing"}),
]  # fmt: skip


@pytest.mark.parametrize(("members", "expected"), [row[1:] for row in LOSSES], ids=[row[0] for row in LOSSES])
def test_what_is_lost_is_an_error_where_it_stands(members: dict[str, Any], expected: dict[str, str]) -> None:
    """A holder could change what the signature does not cover (DI §2.4.3)."""
    if not expected:
        with pytest.raises(ProblemError):
            walked(**members)
        return
    found = told(walked(**members), "terms.undefined")
    assert found.keys() == expected.keys()
    for pointer, text in expected.items():
        assert found[pointer].severity is Severity.ERROR
        assert text in found[pointer].detail
        assert found[pointer].detail.startswith("The signature does not cover ")
        assert found[pointer].remedy


@pytest.mark.parametrize("members", [row[1] for row in LOSSES if row[2]], ids=[row[0] for row in LOSSES if row[2]])
def test_nothing_unwritable_is_in_the_statements(members: dict[str, Any]) -> None:
    """What stands in for a lost term never leaves the walk."""
    for statement in walked(**members).statements:
        assert all(term == "" or term[0] in '<_"' for term in statement)
        assert not any("!" in term[:2] for term in statement)


FORMS: list[tuple[str, dict[str, Any], str]] = [
    ("an IRI for a name", {"https://schema.org/name": "a"}, "/https:~1~1schema.org~1name"),
    ("a compact IRI where there is a term", {"ex:label": "a"}, "/ex:label"),
    ("an IRI for a type", {"type": ["https://www.w3.org/2018/credentials#VerifiableCredential"]}, "/type/0"),
    ("a keyword for its alias", {"credentialSubject": {"@id": "urn:x:2", "type": "Profile"}}, "/credentialSubject/@id"),
    ("the keyword of types", {"credentialSubject": {"@type": "Profile"}}, "/credentialSubject/@type"),
    ("null", {"name": None}, "/name"),
    ("null for a name that nobody defines", {"nickname": None}, "/nickname"),
    ("null in an array", {"name": ["a", None]}, "/name/1"),
    ("a null value", {"name": {"@value": None}}, "/name/@value"),
    ("an empty array", {"name": []}, "/name"),
    ("an empty array of types", {"credentialSubject": {"id": "urn:x:2", "type": []}}, "/credentialSubject/type"),
    ("an array in an array", {"name": [["a"]]}, "/name/0"),
    ("a set object", {"name": {"@set": ["a"]}}, "/name"),
    ("a named graph", {"_at_graph": [{"name": "a"}]}, "/@graph"),
    ("an included node", {"_at_included": [{"name": "a"}]}, "/@included"),
    ("a nested value", {"_at_nest": {"name": "a"}}, "/@nest"),
    ("a reversed value", {"_at_reverse": {"link": {"id": "urn:x:2"}}}, "/@reverse"),
]


@pytest.mark.parametrize(("members", "pointer"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_what_is_signed_but_spelled_unusually_is_a_warning(members: dict[str, Any], pointer: str) -> None:
    """Readers of the JSON would miss it, or take it for another thing (DI §4.6)."""
    found = walked(**members)
    assert pointer in told(found, "terms.form")
    assert told(found, "terms.form")[pointer].severity is Severity.WARNING
    assert not told(found, "terms.undefined")


@pytest.mark.parametrize(
    "members",
    [
        {"ex:other": "a"},
        {"name": {"@value": "a", "@language": "en"}},
        {"items": {"@list": ["a"]}},
        {"json": None},
        {"json": {"anything": ["goes"], "@none": 1}},
        {"credentialSubject": {}},
        {"credentialSubject": {"id": "urn:x:2"}},
        {"link": "_:b7"},
        {"back": {"id": "urn:x:2"}},
        {"texts": {"@none": "a"}},
        {"word": "VerifiableCredential"},
    ],
)
def test_what_the_contexts_compact_to_is_not_remarked(members: dict[str, Any]) -> None:
    """A warning that everybody gets is read by nobody."""
    assert walked(**members).problems == []


def test_a_term_of_a_scope_is_explained_by_its_types() -> None:
    """The remedy says which type the node lacks."""
    document = {"@context": [V2, CLR, OB], "type": ["VerifiableCredential"], "credentialSubject": {"achievement": {}}}
    found = to_rdf(document, CONTEXTS)
    remedy = told(found, "terms.undefined")["/credentialSubject/achievement"].remedy
    assert "`achievement` is defined only where the type is `AchievementSubject` or `ClrSubject`." in remedy


def test_a_term_of_a_property_is_explained_by_the_property() -> None:
    """Some terms mean something only under a property."""
    found = to_rdf(
        {"@context": ["https://www.w3.org/2018/credentials/v1"], "id": "urn:x:1", "created": "2026"}, CONTEXTS
    )
    assert "is defined only where the type is" in told(found, "terms.undefined")["/created"].remedy


def test_another_case_is_explained() -> None:
    """A32: names are compared letter by letter."""
    assert "`name`" in told(walked(Name="a"), "terms.undefined")["/Name"].remedy


def test_a_node_without_usable_id_takes_its_members_along() -> None:
    """B12: each of them is reported, and what stands below on its own is not."""
    found = walked(id="not an id", credentialSubject={"id": "urn:x:2", "type": "Profile"}, name=["a", "b"])
    assert told(found, "terms.undefined").keys() == {"/id", "/type/0", "/credentialSubject", "/name/0", "/name/1"}
    assert [statement[0] for statement in found.statements] == ["<urn:x:2>"]
    assert found.root == ""


def test_a_graph_without_usable_name_takes_its_statements_along() -> None:
    """JSON-LD drops the whole graph (API §8.1)."""
    found = walked(id="rel", _at_graph=[{"id": "urn:x:2", "name": "a"}])
    assert "/@graph/0/name" in told(found, "terms.undefined")
    assert found.statements == []


def test_spans_move_with_what_is_taken_out() -> None:
    """A span still holds what its node object made."""
    rule = SpanRule(properties=frozenset({"https://www.w3.org/2018/credentials#credentialSubject"}))
    document = {
        **BASE,
        "id": "rel",
        "credentialSubject": [{"id": "urn:x:2", "name": "a"}, {"id": "urn:x:3", "name": "b"}],
    }
    found = to_rdf(document, CONTEXTS, spans=rule)
    assert [found.statements[span.start : span.end] for span in found.spans] == [
        [("<urn:x:2>", "<https://schema.org/name>", '"a"', "")],
        [("<urn:x:3>", "<https://schema.org/name>", '"b"', "")],
    ]


def test_more_problems_than_anyone_reads_are_counted() -> None:
    """The report stays bounded, and does not pretend to be complete."""
    found = walked(credentialSubject={f"member{number}": 1 for number in range(5_000)})
    undefined = told(found, "terms.undefined")
    assert len(undefined) == 1_001
    assert "4,000 more places" in undefined[""].detail


def test_a_place_is_told_once() -> None:
    """Two walks over one document do not double its problems."""
    found = walked(id="not an id", nickname="a")
    pointers = [problem.pointer for problem in found.problems]
    assert len(pointers) == len(set(pointers))


ERRORS: list[tuple[str, dict[str, Any], str, str]] = [
    ("two names", {"_at_id": "urn:x:2"}, "colliding keywords", "/@id"),
    ("a null id", {"credentialSubject": {"id": None}}, "invalid @id value", "/credentialSubject/id"),
    ("an id that is an object", {"id": {}}, "invalid @id value", "/id"),
    ("a null type", {"credentialSubject": {"type": None}}, "invalid @type value", "/credentialSubject/type"),
    ("a type that is a number", {"type": ["VerifiableCredential", 5]}, "invalid type value", "/type"),
    ("a value with a member", {"name": {"@value": "a", "name": "b"}}, "invalid value object", "/name/name"),
    ("a value that is an object", {"name": {"@value": {}}}, "invalid value object value", "/name/@value"),
    ("a number with a language", {"name": {"@value": 5, "@language": "en"}}, "invalid language-tagged value", "/name/@value"),
    ("a type and a language", {"name": {"@value": "a", "@type": "ex:t", "@language": "en"}}, "invalid value object", "/name/@type"),
    ("two types", {"name": {"@value": "a", "@type": ["ex:t"]}}, "invalid typed value", "/name/@type"),
    ("an undefined datatype", {"name": {"@value": "a", "@type": "datum"}}, "invalid typed value", "/name/@type"),
    ("a list with a member", {"name": {"@list": [], "name": "a"}}, "invalid set or list object", "/name/name"),
    ("a literal reversed", {"back": "a"}, "invalid reverse property value", "/back"),
    ("a list reversed", {"back": {"@list": []}}, "invalid reverse property value", "/back"),
    ("`@reverse` of a text", {"_at_reverse": "a"}, "invalid @reverse value", "/@reverse"),
    ("a keyword reversed", {"_at_reverse": {"id": "urn:x:2"}}, "invalid reverse property map", "/@reverse/id"),
    ("a text included", {"_at_included": "a"}, "invalid @included value", "/@included"),
    ("a value nested", {"_at_nest": {"@value": "a"}}, "invalid @nest value", "/@nest"),
    ("a name nested", {"_at_nest": {"id": "urn:x:2"}}, "colliding keywords", "/@nest"),
    ("a number in a language map", {"texts": {"en": 5}}, "invalid language map value", "/texts/en"),
    ("an index that is a number", {"_at_index": 5}, "invalid @index value", "/@index"),
    ("a direction that is none", {"name": {"@value": "a", "@direction": "up"}}, "invalid base direction", "/name/@direction"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "code", "pointer"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS])
def test_what_json_ld_stops_at_is_malformed(members: dict[str, Any], code: str, pointer: str) -> None:
    """With the specification's word for it, where it stands (JSON-LD 1.1 API §9.4.3)."""
    with pytest.raises(ProblemError) as stopped:
        walked(**members)
    assert stopped.value.problem.code == "input.malformed"
    assert f"({code})" in stopped.value.problem.detail
    assert stopped.value.problem.pointer == pointer


def test_a_list_where_the_term_has_a_set_is_remarked() -> None:
    """Readers of the JSON find an object where they look for the items (JSON-LD 1.1 §4.3.1)."""
    context = {"p": "urn:p", "l": {"@id": "urn:l", "@container": "@list"}}
    document = {"@context": context, "p": {"@list": ["a"]}, "l": {"@list": ["a"]}}
    problems = to_rdf(document, Contexts(lambda url: {})).problems
    found = [item.pointer for item in problems if item.code == "terms.form" and "list" in item.detail]
    assert found == ["/p"]
