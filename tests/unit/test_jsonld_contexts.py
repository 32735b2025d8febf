"""Contexts: what a document's own may do, what they may cost, and that nobody can change a shared one."""

from __future__ import annotations

import copy
import threading
from typing import Any

import pytest

from vcverify.bundled import bundled
from vcverify.jsonld import Contexts, to_rdf
from vcverify.jsonld.processing import MOST_COST, MOST_DEPTH, MOST_IRI
from vcverify.limits import DEFAULT_LIMITS, Limits
from vcverify.problems import Problem, ProblemError, refuse

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


def load(url: str) -> Any:
    found = bundled().context(url)
    if found is None:
        raise refuse("terms.unknown-context", f"{url} is not known.")
    return found


def contexts_of(**documents: Any) -> Contexts:
    """Contexts at `https://context.example/NAME`, and the bundled ones."""

    def either(url: str) -> Any:
        name = url.removeprefix("https://context.example/")
        return documents[name] if name in documents else load(url)

    return Contexts(either)


CONTEXTS = Contexts(load)


def under(*contexts: Any, **members: Any) -> dict[str, Any]:
    return {"@context": list(contexts), "id": "urn:x:1", "type": ["VerifiableCredential"], **members}


def refused(document: dict[str, Any], contexts: Contexts = CONTEXTS, limits: Limits = DEFAULT_LIMITS) -> Problem:
    with pytest.raises(ProblemError) as stopped:
        to_rdf(document, contexts, limits=limits)
    return stopped.value.problem


# A document's own contexts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ({"name": "https://evil.example/name"}, "name"),
        ({"name": None}, "name"),
        ({"id": "https://evil.example/id"}, "id"),
        ({"type": "@id"}, "type"),
        ({"VerifiableCredential": "https://evil.example/VC"}, "VerifiableCredential"),
        ({"Profile": {"@id": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Profile"}}, "Profile"),
        (None, ""),
        ({"@import": V1}, "@import"),
        ({"@propagate": False, "new": "https://example.org/new"}, "@propagate"),
        ({"https": "https://evil.example/"}, "https"),
        ({"did": {"@id": "https://evil.example/", "@prefix": True}}, "did"),
        ({"new": "no IRI"}, "new"),
        ({"@version": 1.0}, "@version"),
        (5, "5"),
        ([{"new": "https://example.org/new"}], ""),
    ],
)
def test_an_own_context_that_changes_meanings_is_refused(own: Any, named: str) -> None:
    """B26, B27, B36: who reads the document by its published contexts would read what was not signed."""
    problem = refused(under(V2, OB, own))
    assert problem.code == "terms.redefined"
    assert problem.pointer == "/@context/2"
    assert named in problem.detail


def test_an_own_context_must_not_change_a_term_that_nobody_protects() -> None:
    """Published contexts differ in what they protect; their meanings are the published ones all the same."""
    contexts = contexts_of(loose={"@context": {"grade": "https://example.org/grade"}})
    document = under(V2, "https://context.example/loose", {"grade": "https://evil.example/grade"})
    assert "https://evil.example/grade" in refused(document, contexts).detail


def test_published_contexts_may_build_on_each_other() -> None:
    """A URL names a publisher's word; only protection binds it."""
    contexts = contexts_of(
        loose={"@context": {"grade": "https://example.org/grade"}},
        later={"@context": {"grade": "https://example.org/mark"}},
    )
    document = under(V2, "https://context.example/loose", "https://context.example/later", grade="A")
    assert ("<urn:x:1>", "<https://example.org/mark>", '"A"', "") in to_rdf(document, contexts).statements


def test_a_published_context_must_not_redefine_protected_terms() -> None:
    """JSON-LD 1.1 §4.1.11."""
    contexts = contexts_of(other={"@context": {"name": "https://example.org/name"}})
    problem = refused(under(V2, "https://context.example/other"), contexts)
    assert (problem.code, problem.pointer) == ("terms.redefined", "/@context/1")
    assert "protected term redefinition" in problem.detail


@pytest.mark.parametrize(
    "own",
    [
        {"ex": "https://example.org/"},
        {"grade": "https://example.org/grade"},
        {"@vocab": "https://example.org/"},
        {"@base": "https://example.org/"},
        {"@language": "en"},
        {"name": "https://schema.org/name", "grade": "https://example.org/grade"},
        {"Diploma": {"@id": "https://example.org/Diploma", "@context": {"grade": "https://example.org/grade"}}},
        {"number": "@id"},
    ],
)
def test_an_own_context_that_only_adds_is_remarked(own: Any) -> None:
    """Question 4: known and signed, but the names mean what the document says they mean."""
    found = to_rdf(under(V2, own), CONTEXTS)
    assert [(problem.code, problem.pointer) for problem in found.problems] == [("terms.form", "/@context/1")]


def test_a_scoped_context_of_an_own_type_is_judged_where_it_applies() -> None:
    """Defining a type may not smuggle in another meaning of what the type's node says."""
    own = {"Diploma": {"@id": "https://example.org/Diploma", "@context": {"name": "https://evil.example/name"}}}
    assert to_rdf(under(V2, own), CONTEXTS).problems[0].code == "terms.form"
    problem = refused(under(V2, own, credentialSubject={"type": "Diploma", "name": "a"}))
    assert (problem.code, problem.pointer) == ("terms.redefined", "/credentialSubject/type")


def test_a_scoped_context_of_an_own_property_is_judged_where_it_applies() -> None:
    """Property-scoped contexts may override protected terms; a document's own may not."""
    own = {"award": {"@id": "https://example.org/award", "@context": {"name": "https://evil.example/name"}}}
    problem = refused(under(V2, own, award={"name": "a"}))
    assert (problem.code, problem.pointer) == ("terms.redefined", "/award")


def test_a_nested_context_is_judged_too() -> None:
    """Wherever it stands, and with its own pointer."""
    problem = refused(under(V2, credentialSubject={"@context": {"name": "https://evil.example/n"}, "name": "a"}))
    assert (problem.code, problem.pointer) == ("terms.redefined", "/credentialSubject/@context")


def test_a_context_in_the_wrapper_of_a_document_is_read_and_remarked() -> None:
    """Published credentials are signed so; every other implementation unwraps it."""
    found = to_rdf(under(V1, {"@context": {"grade": "https://example.org/grade"}}, grade="A"), CONTEXTS)
    assert ("<urn:x:1>", "<https://example.org/grade>", '"A"', "") in found.statements
    assert {problem.pointer for problem in found.problems} == {"/@context/1"}
    problem = refused(under(V2, {"@context": {"name": "https://evil.example/name"}}))
    assert (problem.code, problem.pointer) == ("terms.redefined", "/@context/1")


def test_members_under_their_own_published_contexts_are_normal() -> None:
    """Every member of a CLR carries its contexts."""
    member = under(
        V2, OB, credentialSubject={"type": "AchievementSubject", "achievement": {"type": "Achievement", "name": "a"}}
    )
    subject = {"type": "ClrSubject", "verifiableCredential": [member, member]}
    assert to_rdf(under(V2, CLR, OB, credentialSubject=subject), CONTEXTS).problems == []


# Unknown contexts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://unknown.example/v1",
        "http://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/v2/",
        "https://www.w3.org/ns/credentials/v2#",
        "https://WWW.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/../ns/credentials/v2",
        "v2",
        "",
    ],
)
def test_a_context_is_known_by_its_exact_url(url: str) -> None:
    """B33 to B35: nothing is fetched, and nothing is taken for another."""
    problem = refused(under(V2, url))
    assert (problem.code, problem.pointer) == ("terms.unknown-context", "/@context/1")


def test_an_unknown_context_in_a_known_one_has_the_pointer_of_the_known_one() -> None:
    """The place in the document that asked for it."""
    contexts = contexts_of(outer={"@context": ["https://unknown.example/v1"]})
    assert refused(under(V2, "https://context.example/outer"), contexts).pointer == "/@context/1"


@pytest.mark.parametrize("body", [{}, {"@context": 5}, {"@context": {"a": 5}}])
def test_a_context_document_that_is_none_is_refused(body: Any) -> None:
    """A supplied document is judged by the algorithm."""
    assert refused(under("https://context.example/bad"), contexts_of(bad=body)).code == "terms.redefined"


def test_contexts_that_include_each_other_come_to_an_end() -> None:
    """§4.1.2 step 5.2.3."""
    contexts = contexts_of(a={"@context": "https://context.example/b"}, b={"@context": "https://context.example/a"})
    assert "context overflow" in refused(under("https://context.example/a"), contexts).detail


def test_a_scoped_context_may_name_its_own_document() -> None:
    """§4.1.2 step 5.2.2: it is not followed while it is checked."""
    itself = "https://context.example/own"
    contexts = contexts_of(own={"@context": {"T": {"@id": "https://example.org/T", "@context": itself}}})
    found = to_rdf({"@context": itself, "@type": "T"}, contexts)
    assert [statement[2] for statement in found.statements] == ["<https://example.org/T>"]


def test_relative_urls_in_a_context_mean_documents_beside_it() -> None:
    """§4.1.2 step 5.2.1, with the context's own URL as base."""
    contexts = contexts_of(outer={"@context": "inner"}, inner={"@context": {"p": "https://example.org/p"}})
    found = to_rdf({"@context": "https://context.example/outer", "@id": "urn:x:1", "p": "a"}, contexts)
    assert found.statements == [("<urn:x:1>", "<https://example.org/p>", '"a"', "")]


# Limits ---------------------------------------------------------------------------------------------


def nested(count: int) -> dict[str, Any]:
    return under(V2, evidence=[{"@context": V2, "name": "a"} for _ in range(count - 1)])


def credentials(count: int) -> dict[str, Any]:
    subject = {"type": "ClrSubject", "verifiableCredential": [under(V2, OB, CLR) for _ in range(count)]}
    return under(V2, CLR, OB, credentialSubject=subject)


AT_THE_LIMIT: list[tuple[str, Limits, dict[str, Any], dict[str, Any], str]] = [
    ("contexts in an array", Limits(contexts_in_array=4), under(*[V2] * 4), under(*[V2] * 5), "/@context"),
    ("contexts of a credential", Limits(contexts=10), nested(10), nested(11), "/evidence/9/@context"),
    ("types of a node", Limits(node_types=2), {**under(V2), "type": ["VerifiableCredential"] * 2},
     {**under(V2), "type": ["VerifiableCredential"] * 3}, "/type"),
    ("statements", Limits(quads=3), under(V2, name=["a", "b"]), under(V2, name=["a", "b", "c"]), ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "within", "beyond", "pointer"), [row[1:] for row in AT_THE_LIMIT], ids=[row[0] for row in AT_THE_LIMIT]
)
@pytest.mark.parametrize("warm", [False, True])
def test_a_limit_holds_exactly(
    limits: Limits, within: dict[str, Any], beyond: dict[str, Any], pointer: str, warm: bool
) -> None:
    """R10, and B44, B45; whether or not the contexts at hand have met the like before."""
    contexts = Contexts(load)
    if warm:
        to_rdf(beyond, contexts)
    to_rdf(within, contexts, limits=limits)
    problem = refused(beyond, contexts, limits)
    assert (problem.code, problem.pointer) == ("limit.exceeded", pointer)


def test_the_contexts_of_members_are_counted_with_the_members() -> None:
    """A record of 10,000 members, each with its contexts, is one credential of three contexts."""
    to_rdf(credentials(200), CONTEXTS, limits=Limits(contexts=6))


@pytest.mark.parametrize("turn", [1, 2])
def test_contexts_that_cost_too_much_are_refused_every_time(turn: int) -> None:
    """The same document is judged the same, whatever was worked out before."""
    types = {
        f"T{number}": {"@id": "https://example.org/T", "@context": {f"t{number}": "https://example.org/t"}}
        for number in range(9_000)
    }
    problem = refused(under(V2, types))
    assert problem.code == "limit.exceeded"
    assert f"{MOST_COST:,}" in problem.detail


def test_many_contexts_of_many_members_are_refused_every_time() -> None:
    """Each member's own context is new work for all its types."""
    members = [
        {**under({f"q{number}": "https://example.org/q"}), "credentialSubject": {"type": "AchievementSubject"}}
        for number in range(5_000)
    ]
    document = under(V2, OB, credentialSubject={"https://example.org/x": members})
    contexts = Contexts(load)
    first, second = refused(document, contexts), refused(document, contexts)
    assert first.code == "limit.exceeded"
    assert first == second


def test_what_contexts_remember_of_documents_is_bounded() -> None:
    """A long-lived process meets no end of distinct inline contexts, ids and types."""
    contexts = Contexts(load)
    for number in range(300):
        document = under(V2, {f"q{number}": "https://example.org/q"}, credentialSubject={"id": f"urn:x:{number}"})
        to_rdf(document, contexts)
    held = contexts.root.local_memo[(V2,)]
    assert len(held.inline_memo) <= 64
    assert len(held.iris) <= 4096


# Sharing --------------------------------------------------------------------------------------------


def test_no_document_changes_a_context() -> None:
    """Neither the loader's document nor the document walked is written to."""
    served = {"@context": {"p": {"@id": "https://example.org/p", "@context": {"q": "https://example.org/q"}}}}
    before = copy.deepcopy(served)
    contexts = contexts_of(served=served)
    document = {"@context": ["https://context.example/served"], "p": {"q": ["a"]}}
    twin = copy.deepcopy(document)
    first = to_rdf(document, contexts)
    served["@context"]["p"]["@id"] = "https://evil.example/p"
    assert to_rdf(document, contexts).statements == first.statements
    assert document == twin
    assert before != served


def test_a_url_is_loaded_once() -> None:
    """The loader is asked for a document, not for a walk."""
    asked = []

    def counting(url: str) -> Any:
        asked.append(url)
        return load(url)

    contexts = Contexts(counting)
    for _ in range(3):
        to_rdf(under(V2, OB, evidence=[{"@context": [V2, OB]}]), contexts)
    assert asked == [V2, OB]


def test_threads_share_contexts() -> None:
    """R9: eight threads, hostile documents between, and every answer the same."""
    contexts = Contexts(load)
    good = credentials(3)
    expected = to_rdf(good, Contexts(load)).statements
    wrong: list[Any] = []

    def work(number: int) -> None:
        for turn in range(40):
            own = {f"q{number}-{turn}": "https://example.org/q"}
            try:
                to_rdf(under(V2, OB, own, {"name": "https://evil.example/name"}), contexts)
            except ProblemError as error:
                if error.problem.code != "terms.redefined":
                    wrong.append(error)
            found = to_rdf(good, contexts).statements
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_documents_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was worked out is forgotten between documents once it is too much, and worked out again alike."""
    monkeypatch.setattr("vcverify.jsonld.context.MOST_REMEMBERED", 5_000)
    contexts = Contexts(load)
    expected = to_rdf(credentials(2), Contexts(load)).statements
    for number in range(20):
        own = {
            f"q{number}": "https://example.org/q",
            "T": {"@id": "https://example.org/T", "@context": {"t": "https://example.org/t"}},
        }
        to_rdf(under(V2, own, evidence=[{"@context": [OB], "type": "T"}, {"@context": [CLR], "type": "T"}]), contexts)
        assert contexts.remembered < 10_000
        assert to_rdf(credentials(2), contexts).statements == expected


def test_long_names_are_not_remembered() -> None:
    """A table of 4,096 entries must not hold megabytes each; the document is walked all the same."""
    contexts = Contexts(load)
    long = "https://example.org/" + "x" * 10_000
    members = [{"type": [long, "Profile"], "id": f"{long}{number}", "name": "a"} for number in range(50)]
    assert to_rdf(under(V2, OB, evidence=members), contexts).statements
    held = contexts.root.local_memo[V2, OB]
    assert max(map(len, held.iris)) < 1_000
    assert all(sum(map(len, names)) < 1_000 for names in held.typed)


# What definitions may cost ----------------------------------------------------------------------------


def chain(length: int, scoped: bool = False) -> dict[str, Any]:
    """So many definitions, each of which waits for the next."""
    if scoped:
        context: dict[str, Any] = {"x": "urn:z"}
        for _ in range(length - 1):
            context = {"x": {"@id": "urn:z", "@context": context}}
        return context
    return {f"x{number}": f"x{number + 1}:a" for number in range(1, length)} | {f"x{length}": "urn:z"}


@pytest.mark.parametrize("scoped", [False, True])
def test_definitions_may_need_each_other_so_deep(scoped: bool) -> None:
    """Each is a level of recursion, and the caller may have used most of the stack."""
    to_rdf(under(V2, chain(MOST_DEPTH, scoped)), CONTEXTS)
    problem = refused(under(V2, chain(MOST_DEPTH + 1, scoped)))
    assert (problem.code, problem.pointer) == ("limit.exceeded", "/@context/1")


def test_definitions_one_after_another_are_not_deep() -> None:
    """A thousand terms of one prefix."""
    to_rdf(under(V2, {f"x{number}": "y:a" for number in range(1_000)} | {"y": "urn:z:"}), CONTEXTS)


def test_a_walk_that_finds_no_room_on_the_stack_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller may have used it."""

    def full(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("vcverify.jsonld.Walk.run", full)
    assert refused(under(V2)).code == "limit.exceeded"


@pytest.mark.parametrize(
    "own",
    [
        lambda text: {"p": text},
        lambda text: {"p": {"@reverse": text}},
        lambda text: {"p": {"@id": "urn:p", "@type": text}},
        lambda text: {"p": {"@id": "urn:p", "@language": text.replace(":", "-")}},
        lambda text: {"p": {"@id": "urn:p", "@container": "@index", "@index": text}},
        lambda text: {"@vocab": text},
        lambda text: {"@base": text},
        lambda text: {"@language": text.replace(":", "-")},
        lambda text: {"q": {"@id": text[:500], "@prefix": True}, "p": f"q:{text[500:]}"},
    ],
)
def test_what_a_context_makes_is_not_longer_than_a_url(own: Any) -> None:
    """Every use repeats it: 1 MB in a context and 300 members are 300 MB of statements."""
    fits = "urn:" + "a" * (MOST_IRI - 5) + ":"
    to_rdf(under(V2, own(fits)), CONTEXTS)
    problem = refused(under(V2, own(fits[:-1] + "a:")))
    assert (problem.code, problem.pointer) == ("limit.exceeded", "/@context/1")


def items(count: int) -> list[str]:
    return [f"p:{number}" for number in range(count)]


@pytest.mark.parametrize(
    "hold",
    [
        lambda count: {"q": items(count)},
        lambda count: {"q": [items(count)]},
        lambda count: {"l": items(count)},
        lambda count: {"q": {"@list": items(count)}},
        lambda count: {"q": [{"id": name, "q": "p:x"} for name in items(count)]},
    ],
)
@pytest.mark.parametrize("turn", [1, 2])
def test_long_iris_are_made_so_often(hold: Any, turn: int) -> None:
    """Told before the memory is spent, and again when the contexts are known."""
    context = {
        "p": "urn:" + "a" * 1_000 + ":",
        "q": {"@id": "urn:q", "@type": "@id"},
        "l": {"@id": "urn:l", "@type": "@id", "@container": "@list"},
    }
    to_rdf(under(V2, context, **hold(8_000)), CONTEXTS)
    assert refused(under(V2, context, **hold(20_000))).code == "limit.exceeded"
    assert len(to_rdf(under(V2, {**context, "p": "urn:a:"}, **hold(20_000)), CONTEXTS).statements) > 20_000
