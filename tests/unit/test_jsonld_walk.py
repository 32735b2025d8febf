"""The statements of a document, where its credentials stand in them, and where each comes from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vcverify.bundled import bundled
from vcverify.jsonld import Contexts, RdfDocument, SpanRule, to_rdf
from vcverify.jsontypes import resolve_pointer
from vcverify.limits import Limits
from vcverify.problems import ProblemError, refuse
from vcverify.rdf import canonicalize, is_iri

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
CRED = "https://www.w3.org/2018/credentials#"
SEC = "https://w3id.org/security#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OURS = "https://context.example/v1"
EX: dict[str, Any] = {
    "ex": "https://example.org/",
    "id": "@id",
    "type": "@type",
    "p": "ex:p",
    "link": {"@id": "ex:link", "@type": "@id"},
    "word": {"@id": "ex:word", "@type": "@vocab"},
    "items": {"@id": "ex:items", "@container": "@list"},
    "graph": {"@id": "ex:graph", "@container": "@graph"},
    "byId": {"@id": "ex:byId", "@container": "@id"},
    "byType": {"@id": "ex:byType", "@container": "@type"},
    "byIndex": {"@id": "ex:byIndex", "@container": "@index", "@index": "ex:p"},
    "texts": {"@id": "ex:texts", "@container": "@language"},
    "back": {"@reverse": "ex:back"},
    "json": {"@id": "ex:json", "@type": "@json"},
    "double": {"@id": "ex:double", "@type": "http://www.w3.org/2001/XMLSchema#double"},
    "date": {"@id": "ex:date", "@type": "http://www.w3.org/2001/XMLSchema#date"},
    "Thing": "ex:Thing",
}
MEMBERS = SpanRule(types=frozenset({CRED + "VerifiableCredential"}), properties=frozenset({SEC + "proof"}))


def load(url: str) -> Any:
    if url == OURS:
        return {"@context": EX}
    found = bundled().context(url)
    if found is None:
        raise refuse("terms.unknown-context", "Not known.")
    return found


CONTEXTS = Contexts(load)
ENGINES = pytest.mark.parametrize("engine", ["fast", "pyld"])


def said(engine: str = "fast", **members: Any) -> list[str]:
    """What a document says of `<urn:x:1>` under our example context, `https://example.org/` shortened."""
    found = to_rdf({"@context": OURS, "id": "urn:x:1", **members}, CONTEXTS, engine=engine)
    lines = canonicalize(found.statements).nquads.split("\n")[:-1]
    return [
        line.removesuffix(" .").replace("https://example.org/", "ex:").replace("<urn:x:1> ", "", 1) for line in lines
    ]


VALUES: list[tuple[dict[str, Any], list[str]]] = [
    ({"p": "a"}, ['<ex:p> "a"']),
    ({"p": ["b", "a", "a"]}, ['<ex:p> "a"', '<ex:p> "b"']),
    ({"p": 'a"b\\c\nd\te\rf\bg\fh\x01i\x7f'}, ['<ex:p> "a\\"b\\\\c\\nd\\te\\rf\\bg\\fh\\u0001i\\u007F"'.replace("\\u007F", "\\u007F")]),
    ({"p": "é 𝄞 \u2028"}, ['<ex:p> "é 𝄞 \u2028"']),
    ({"p": True}, ['<ex:p> "true"^^<http://www.w3.org/2001/XMLSchema#boolean>']),
    ({"p": False}, ['<ex:p> "false"^^<http://www.w3.org/2001/XMLSchema#boolean>']),
    ({"p": 5}, ['<ex:p> "5"^^<http://www.w3.org/2001/XMLSchema#integer>']),
    ({"p": -0.0}, ['<ex:p> "0"^^<http://www.w3.org/2001/XMLSchema#integer>']),
    ({"p": 5.0}, ['<ex:p> "5"^^<http://www.w3.org/2001/XMLSchema#integer>']),
    ({"p": 1e20}, ['<ex:p> "100000000000000000000"^^<http://www.w3.org/2001/XMLSchema#integer>']),
    ({"p": 1e21}, ['<ex:p> "1.0E21"^^<http://www.w3.org/2001/XMLSchema#double>']),
    ({"p": 0.1}, ['<ex:p> "1.0E-1"^^<http://www.w3.org/2001/XMLSchema#double>']),
    ({"p": 0.30000000000000004}, ['<ex:p> "3.0E-1"^^<http://www.w3.org/2001/XMLSchema#double>']),
    ({"p": -1234.5}, ['<ex:p> "-1.2345E3"^^<http://www.w3.org/2001/XMLSchema#double>']),
    ({"double": 5}, ['<ex:double> "5.0E0"^^<http://www.w3.org/2001/XMLSchema#double>']),
    ({"double": "5"}, ['<ex:double> "5"^^<http://www.w3.org/2001/XMLSchema#double>']),
    ({"date": 5.5}, ['<ex:date> "5.5E0"^^<http://www.w3.org/2001/XMLSchema#date>']),
    ({"date": True}, ['<ex:date> "true"^^<http://www.w3.org/2001/XMLSchema#date>']),
    ({"link": 5}, ['<ex:link> "5"^^<http://www.w3.org/2001/XMLSchema#integer>']),
    ({"link": "ex:a"}, ["<ex:link> <ex:a>"]),
    ({"link": "urn:a"}, ["<ex:link> <urn:a>"]),
    ({"link": "_:a"}, ["<ex:link> _:c14n0"]),
    ({"word": "Thing"}, ["<ex:word> <ex:Thing>"]),
    ({"p": {"@value": "a", "@language": "pt-BR"}}, ['<ex:p> "a"@pt-br']),
    ({"p": {"@value": "a", "@type": "ex:t"}}, ['<ex:p> "a"^^<ex:t>']),
    ({"p": {"@value": 5, "@type": "http://www.w3.org/2001/XMLSchema#double"}}, ['<ex:p> "5.0E0"^^<http://www.w3.org/2001/XMLSchema#double>']),
    ({"p": {"@value": [None, 1.0, {"b": 1, "a": "é"}], "@type": "@json"}}, [f'<ex:p> "[null,1,{{\\"a\\":\\"é\\",\\"b\\":1}}]"^^<{RDF}JSON>']),
    ({"json": None}, [f'<ex:json> "null"^^<{RDF}JSON>']),
    ({"json": []}, [f'<ex:json> "[]"^^<{RDF}JSON>']),
    ({"texts": {"en": ["a", "b"], "@none": "c"}}, ['<ex:texts> "a"@en', '<ex:texts> "b"@en', '<ex:texts> "c"']),
    ({"items": []}, [f"<ex:items> <{RDF}nil>"]),
    ({"items": {"@list": []}}, [f"<ex:items> <{RDF}nil>"]),
    ({"items": "a"}, ["<ex:items> _:c14n0", f'_:c14n0 <{RDF}first> "a"', f"_:c14n0 <{RDF}rest> <{RDF}nil>"]),
    ({"type": ["Thing", "Thing"]}, [f"<{RDF}type> <ex:Thing>"]),
    ({"back": {"id": "urn:x:2"}}, ["<urn:x:2> <ex:back> <urn:x:1>"]),
    ({"@reverse": {"p": [{"id": "urn:x:2"}]}}, ["<urn:x:2> <ex:p> <urn:x:1>"]),
    ({"@reverse": {"back": {"id": "urn:x:2"}}}, ["<ex:back> <urn:x:2>"]),
    ({"byId": {"urn:x:2": {"p": "a"}}}, ["<ex:byId> <urn:x:2>", '<urn:x:2> <ex:p> "a"']),
    ({"byType": {"Thing": {"id": "urn:x:2"}}}, ["<ex:byType> <urn:x:2>", f"<urn:x:2> <{RDF}type> <ex:Thing>"]),
    ({"byType": {"Thing": "urn:x:2"}}, ["<ex:byType> <urn:x:2>", f"<urn:x:2> <{RDF}type> <ex:Thing>"]),
    ({"byIndex": {"a": {"id": "urn:x:2"}}}, ["<ex:byIndex> <urn:x:2>", '<urn:x:2> <ex:p> "a"']),
    ({"graph": {"id": "urn:x:2", "p": "a"}}, ["<ex:graph> _:c14n0", '<urn:x:2> <ex:p> "a" _:c14n0']),
    ({"@graph": [{"id": "urn:x:2", "p": "a"}]}, ['<urn:x:2> <ex:p> "a" <urn:x:1>']),
    ({"@included": {"id": "urn:x:2", "p": "a"}}, ['<urn:x:2> <ex:p> "a"']),
    ({"@nest": {"p": "a", "@nest": {"type": "Thing"}}}, [f"<{RDF}type> <ex:Thing>", '<ex:p> "a"']),
    ({"ex:other": {"@language": "en"}}, []),
]  # fmt: skip


@ENGINES
@pytest.mark.parametrize(("members", "expected"), VALUES)
def test_a_member_says(engine: str, members: dict[str, Any], expected: list[str]) -> None:
    """One statement of each kind, on both engines."""
    assert sorted(said(engine, **members)) == sorted(expected)


@ENGINES
def test_a_name_that_is_nested_is_the_nodes_name(engine: str) -> None:
    """`@nest` is transparent, also for `@id`, and for graphs that the node names."""
    document = {"@context": OURS, "p": "a", "@graph": {"id": "urn:x:2", "p": "b"}, "@nest": {"id": "urn:x:1"}}
    found = to_rdf(document, CONTEXTS, engine=engine)
    assert found.root == "<urn:x:1>"
    assert sorted(found.statements) == [
        ("<urn:x:1>", "<https://example.org/p>", '"a"', ""),
        ("<urn:x:2>", "<https://example.org/p>", '"b"', "<urn:x:1>"),
    ]


@ENGINES
def test_a_document_that_is_only_a_graph_is_its_contents(engine: str) -> None:
    """B11, API §9.2: and it has no root to be read as a credential."""
    document = {"@context": OURS, "@graph": [{"id": "urn:x:1", "p": "a"}], "nobody": 1}
    found = to_rdf(document, CONTEXTS, engine=engine)
    assert found.root == ""
    assert found.statements == [("<urn:x:1>", "<https://example.org/p>", '"a"', "")]


@ENGINES
def test_labels_of_the_document_are_its_own(engine: str) -> None:
    """An explicit `_:b0` is another node than the first unnamed one, and the same wherever it stands."""
    document = {"@context": OURS, "p": [{"p": "unnamed"}, {"id": "_:b0", "p": "named"}], "link": "_:b0"}
    found = to_rdf(document, CONTEXTS, engine=engine)
    subjects = {value: subject for subject, _, value, _ in found.statements if value[0] == '"'}
    assert len({subjects['"unnamed"'], subjects['"named"'], found.root}) == 3
    assert (found.root, "<https://example.org/link>", subjects['"named"'], "") in found.statements


def test_conflicting_indexes_are_refused() -> None:
    """§7.2.2 step 6.9.2."""
    with pytest.raises(ProblemError, match="conflicting indexes"):
        said(p=[{"id": "urn:x:2", "@index": "a"}, {"id": "urn:x:2", "@index": "b"}])


# Spans and pointers ---------------------------------------------------------------------------------


def record() -> dict[str, Any]:
    badge = {
        "@context": [V2, OB],
        "id": "urn:uuid:badge",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "https://issuer.example/", "type": ["Profile"], "name": "Issuer"},
        "credentialSubject": {"type": "AchievementSubject", "achievement": {"id": "urn:uuid:a", "type": "Achievement"}},
        "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"},
    }
    return {
        "@context": [V2, CLR, OB],
        "id": "urn:uuid:record",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Record",
        "credentialSubject": {
            "type": ["ClrSubject"],
            "verifiableCredential": [badge, {**badge, "id": "urn:uuid:badge-2", "proof": [badge["proof"], badge["proof"]]}],
        },
        "proof": {"type": "DataIntegrityProof"},
    }  # fmt: skip


@ENGINES
def test_spans_are_the_node_objects_that_were_asked_for(engine: str) -> None:
    """By type or by property, the root first, outer before inner, with the graph that their statements are in."""
    found = to_rdf(record(), CONTEXTS, spans=MEMBERS, engine=engine)
    in_order = sorted((span.pointer, span.subject[:1], span.graph[:1], span.property) for span in found.spans)
    member = "/credentialSubject/verifiableCredential"
    assert in_order == [
        ("", "<", "", None),
        (f"{member}/0", "<", "", "https://purl.imsglobal.org/spec/vc/clr/vocab.html#verifiableCredential"),
        (f"{member}/0/proof", "_", "_", SEC + "proof"),
        (f"{member}/1", "<", "", "https://purl.imsglobal.org/spec/vc/clr/vocab.html#verifiableCredential"),
        (f"{member}/1/proof/0", "_", "_", SEC + "proof"),
        (f"{member}/1/proof/1", "_", "_", SEC + "proof"),
        ("/proof", "_", "_", SEC + "proof"),
    ]
    assert found.spans[0].pointer == ""
    starts = [span.start for span in found.spans]
    assert starts == sorted(starts)


@ENGINES
def test_a_span_is_what_its_node_object_makes_on_its_own(engine: str) -> None:
    """And nothing else: the link to it is the parent's."""
    document = record()
    found = to_rdf(document, CONTEXTS, spans=MEMBERS, engine=engine)
    for span in found.spans:
        inner = found.statements[span.start : span.end]
        value = resolve_pointer(document, span.pointer)
        assert isinstance(value, dict)
        alone = {**value, "@context": [V2, CLR, OB]}
        assert (
            canonicalize(_ungraphed(inner, span.graph)).nquads
            == canonicalize(to_rdf(alone, CONTEXTS).statements).nquads
        )
        outside = found.statements[: span.start] + found.statements[span.end :]
        if span.pointer:
            assert any(statement[2] in (span.subject, span.graph) for statement in outside)


def _ungraphed(statements: list[Any], graph: str) -> list[Any]:
    return [(s, p, o, "" if g == graph else g) for s, p, o, g in statements]


def test_spans_of_maps_lists_and_nested_names() -> None:
    """The rare shapes keep the promise too."""
    rule = SpanRule(types=frozenset({"https://example.org/Thing"}), properties=frozenset({"https://example.org/items"}))
    document = {
        "@context": OURS,
        "byType": {"Thing": {"id": "urn:x:2", "p": "a"}},
        "items": [{"p": "b"}, "c", {"@set": [{"p": "d"}]}],
        "p": {"type": "Thing", "@nest": {"id": "urn:x:3", "p": "e"}, "link": {"p": "f"}},
    }
    found = to_rdf(document, CONTEXTS, spans=rule)
    spans = {span.pointer: found.statements[span.start : span.end] for span in found.spans}
    assert set(spans) == {"/items/0", "/items/2/@set/0", "/p"}
    assert {statement[0] for statement in spans["/p"]} == {
        "<urn:x:3>",
        next(s for s, _, o, _ in spans["/p"] if o == '"f"'),
    }
    assert [statement[2] for statement in spans["/items/2/@set/0"]] == ['"d"']
    assert next(span for span in found.spans if span.pointer == "/p").subject == "<urn:x:3>"


def test_every_statement_has_the_pointer_of_what_made_it() -> None:
    """The member or array item, down to the types."""
    document = record()
    found = to_rdf(document, CONTEXTS, pointers=True)
    assert found.pointers is not None
    assert len(found.pointers) == len(found.statements)
    for pointer, (_, predicate, value, _) in zip(found.pointers, found.statements, strict=True):
        there = resolve_pointer(document, pointer)
        assert not isinstance(there, list)
        if isinstance(there, str) and value[0] == '"':
            assert json.dumps(there, ensure_ascii=False) == value.partition("^^")[0]
        if predicate == f"<{RDF}type>":
            assert "/type" in pointer
    assert found.statements == to_rdf(document, CONTEXTS).statements


def test_pointers_begin_where_the_caller_says() -> None:
    """A document inside another keeps its place."""
    document = {"@context": OURS, "p": "a", "unknown": 1, "type": "Thing"}
    found = to_rdf(
        document,
        CONTEXTS,
        base_pointer="/outer/0",
        pointers=True,
        spans=SpanRule(types=frozenset({"https://example.org/Thing"})),
    )
    assert found.pointers == ["/outer/0/type", "/outer/0/p"]
    assert [span.pointer for span in found.spans] == ["/outer/0"]
    assert [problem.pointer for problem in found.problems] == ["/outer/0/unknown"]


def test_pointers_of_rare_members_are_exact() -> None:
    """Lists, maps, graphs, reverse and nested members."""
    document = {
        "@context": OURS,
        "id": "urn:x:1",
        "items": ["a", ["b"]],
        "texts": {"en": "c"},
        "graph": [{"p": "d"}],
        "@reverse": {"p": {"id": "urn:x:2", "p": "e"}},
        "@nest": {"p": ["f", "g"]},
        "byIndex": {"h": [{"link": "urn:x:3"}]},
    }
    found = to_rdf(document, CONTEXTS, pointers=True)
    assert found.pointers is not None
    by_value = {statement[2]: pointer for statement, pointer in zip(found.statements, found.pointers, strict=True)}
    assert by_value['"d"'] == "/graph/0/p"
    assert by_value['"e"'] == "/@reverse/p/p"
    assert by_value['"f"'] == "/@nest/p/0"
    assert by_value['"c"@en'] == "/texts/en"
    assert by_value['"a"'] == "/items/0"
    assert by_value['"b"'] == "/items/1/0"
    assert by_value["<urn:x:3>"] == "/byIndex/h/0/link"


# Engines --------------------------------------------------------------------------------------------


def test_the_reference_engine_tells_the_same_problems() -> None:
    """What is lost is told by our walk in either case, with its pointers."""
    document = {
        "@context": OURS,
        "id": "urn:x:1",
        "unknown": 1,
        "link": "rel",
        "p": {"@value": "a", "@direction": "rtl"},
    }
    ours, theirs = to_rdf(document, CONTEXTS), to_rdf(document, CONTEXTS, engine="pyld")
    assert (ours.engine, theirs.engine) == ("fast", "pyld")
    assert ours.problems == theirs.problems
    assert sorted(ours.statements) == sorted(theirs.statements)


@ENGINES
def test_quads_are_bounded(engine: str) -> None:
    """Before they fill the memory."""
    document = {"@context": OURS, "id": "urn:x:1", "p": {"p": ["a"] * 50}}
    assert len(to_rdf(document, CONTEXTS, engine=engine, limits=Limits(quads=51)).statements) == 51
    with pytest.raises(ProblemError) as stopped:
        to_rdf(document, CONTEXTS, engine=engine, limits=Limits(quads=50))
    assert stopped.value.problem.code == "limit.exceeded"


def test_a_walk_is_deterministic() -> None:
    """The order is the document's."""
    found: list[RdfDocument] = [to_rdf(record(), Contexts(load), spans=MEMBERS) for _ in range(2)]
    assert found[0] == found[1]


@pytest.mark.parametrize("tail", ["", " ", "\n", "\x7f", "<", '"', "\\", "`", "{", "é", "\u0085"])
@pytest.mark.parametrize("length", [10, 1_000])
def test_long_iris_are_looked_through_like_short_ones(tail: str, length: int) -> None:
    """An image in a `data:` URL takes a quicker way to the same answer."""
    value = "data:text/plain," + "a" * length + tail
    found = to_rdf({"@context": OURS, "link": value}, CONTEXTS)
    assert [statement[2] for statement in found.statements] == ([f"<{value}>"] if is_iri(value) else [])
    assert bool(found.problems) is not is_iri(value)
