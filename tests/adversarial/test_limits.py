"""Every bound of `Limits`: at it an input passes, one past it is refused, and before the work that it bounds is done.

Target R10. For each field an input that just fits, the work that the bound saves (a function of ours,
which is counted), and whether none of that work may be done past the bound, or only what fits.
"""

from __future__ import annotations

import builtins
import dataclasses
import importlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
import urllib3  # noqa: F401 - asks for a socket when it is first imported
from cases import documents as make
from cases.families.images import png, svg
from cases.keyring import b64url, ec_key, ed25519_key, method_entry
from cases.lists import ENTRIES, LIST, entry, signed_list
from cases.signing import sign
from cases.tokens import RSA_JWK
from support.disclosing import derived
from support.server import GLOBAL

import vcverify
from vcverify.baking import bake, extract
from vcverify.bundled import bundled
from vcverify.crypto import PublicKey, keys
from vcverify.identifiers import Lookup, installed_resolvers, retrieve
from vcverify.identifiers.documents import load_document
from vcverify.jose.compact import read_compact
from vcverify.jsonld import Contexts, to_rdf
from vcverify.jsonschemas import Indeterminate, Schema, Success, read
from vcverify.jsonschemas.bounds import PAIRS_A_SECOND
from vcverify.jsontypes import loads
from vcverify.limits import DEFAULT_LIMITS, Budget, Limits, exceeded
from vcverify.loading import Purpose, Request, Unavailable
from vcverify.loading.exchanges import byte_limit, read_body
from vcverify.loading.https import HttpsLoader
from vcverify.loading.memory import StaticLoader
from vcverify.problems import ProblemError
from vcverify.rdf import Statement, canonicalize
from vcverify.statuslists import revocations

AT = datetime.fromisoformat(make.AT)
BADGE = make.signed_badge()
TEXT = json.dumps(BADGE)
URL = "https://issuer.example/profile"


# --- using the verifier under limits ------------------------------------------------------------------


def verified(document: Any, limits: Limits, *, urls: dict[str, Any] | None = None) -> None:
    """Verifies; a `limit.exceeded` of the report is raised, any other error is the test's own mistake."""
    bodies = {url: json.dumps(body).encode() for url, body in (urls or {}).items()}
    verifier = vcverify.Verifier(policy=vcverify.Policy(limits=limits), loader=StaticLoader(bodies))
    report = verifier.verify(document, at=AT)
    for problem in report.problems():
        if problem.code == "limit.exceeded":
            raise ProblemError(problem)
    assert report.verified, str(report)


def unread(limits: Limits) -> None:
    """Verifies a record of three things that are no credentials, and one that is."""
    report = vcverify.verify(make.clr([1, 2, 3, BADGE]), policy=vcverify.Policy(limits=limits), at=AT)
    for problem in report.problems():
        if problem.code == "limit.exceeded":
            raise ProblemError(problem)


def lookup(limits: Limits, bodies: dict[str, Any]) -> Lookup:
    loader = StaticLoader({url: json.dumps(body).encode() for url, body in bodies.items()})
    return Lookup(loader=loader, resolvers=installed_resolvers(), at=AT, limits=limits, budget=Budget(limits))


def walked(document: dict[str, Any], limits: Limits) -> None:
    """Walks under contexts that nothing is known of yet."""
    to_rdf(document, Contexts(lambda url: bundled().context(url) or {}), limits=limits)


@contextmanager
def counted(name: str) -> Iterator[list[str]]:
    """Counts the calls of module:name, which still does what it does."""
    module, _, path = name.partition(":")
    holder: Any = sys.modules.get(module) or importlib.import_module(module)
    *outer, last = path.split(".")
    for part in outer:
        holder = getattr(holder, part)
    original = getattr(holder, last, None) or getattr(builtins, last)
    calls: list[str] = []

    def counting(*arguments: Any, **options: Any) -> Any:
        calls.append(name)
        return original(*arguments, **options)

    held = vars(holder).get(last)
    replacement: Any = staticmethod(counting) if isinstance(held, (classmethod, staticmethod)) else counting
    with mock.patch.object(holder, last, replacement, create=True):
        yield calls


def links(*pairs: str) -> list[Statement]:
    return [(f"_:{a}", "<a:p>", f"_:{b}", "") for a, b in pairs]


RING = links("ab", "bc", "cd", "de", "ea")
STARS = links("ax", "ay", "az", "bu", "bv", "bw")


def unavailable(load: Callable[[], object]) -> None:
    """Loads; what the loader could not get within its limits is raised like a problem."""
    try:
        load()
    except Unavailable as reason:
        raise exceeded(reason.reason, 0, "more") from None


class Connected(BaseException):
    """The loader went on to connect."""


def fetched(limits: Limits, *, needs: float = 0.0, takes: float = 0.0) -> None:
    """Loads by https from a host whose addresses take so long to find; nobody is connected to."""
    now = [0.0]

    def resolve(host: str, port: int, seconds: float) -> list[str]:
        if seconds < needs:
            raise TimeoutError
        now[0] += takes
        return [GLOBAL]

    def dial(address: str, port: int, seconds: float) -> Any:
        connecting()
        raise Connected

    loader = HttpsLoader(resolve=resolve, dial=dial, limits=limits)
    with mock.patch("vcverify.loading.https.time.monotonic", lambda: now[0]):
        try:
            unavailable(lambda: loader.load(Request(url=URL, purpose=Purpose.CONTROLLER)))
        except Connected:
            pass


def connecting() -> None:
    """Stands for the connection."""


class Answer:
    """A response of so many bytes, which says so."""

    def __init__(self, size: int) -> None:
        self.size = self.left = size
        self.headers = self

    def getlist(self, name: str) -> list[str]:
        return [str(self.size)] if name == "content-length" else []

    def read1(self, size: int) -> bytes:
        part = min(size, self.left)
        self.left -= part
        return bytes(part)


def records(depth: int) -> Any:
    document = BADGE
    for level in range(depth):
        document = make.signed_clr([document], id=make.urn(f"record {level}"))
    return document


def proofs(count: int) -> Any:
    document = make.badge()
    for day in range(1, count + 1):
        document = sign(document, make.COLLEGE, created=f"2026-02-{day:02}T00:00:00Z")
    return document


def schema_of(limits: Limits) -> Schema:
    found = read(SCHEMA_TEXT, limits)
    if isinstance(found, Indeterminate):
        raise exceeded(found.reason, 0, "more")
    return found


def judged(limits: Limits) -> None:
    """Judges a value that three pairs of subschema and value are to be counted for."""
    schema = schema_of(DEFAULT_LIMITS)
    validator = schema._validator
    with mock.patch.object(schema, "_validator", Validating(validator)):
        verdict = schema.judge([1, 2], limits)
    if isinstance(verdict, Indeterminate):
        raise exceeded(verdict.reason, 0, "more")
    assert isinstance(verdict, Success)


class Validating:
    """The validator, whose work can be counted."""

    def __init__(self, validator: Any) -> None:
        self.validator = validator

    def is_valid(self, document: Any) -> bool:
        return bool(self.validator.is_valid(document))


def load_all(documents: dict[str, Any], limits: Limits) -> None:
    env = lookup(limits, documents)
    for url in documents:
        load_document(url, env)


def load_slowly(documents: dict[str, Any], limits: Limits) -> None:
    """Loads them, each in seven seconds of a clock."""
    seconds = itertools.count(step=7)
    env = dataclasses.replace(lookup(limits, documents), budget=Budget(limits, clock=lambda: float(next(seconds))))
    for url in documents:
        load_document(url, env)


def multikey(text: str, limits: Limits) -> None:
    keys._from_multikey.cache_clear()
    PublicKey.from_multikey(text, limits)


def ticking(limits: Limits) -> int:
    """Canonicalizes by a clock that goes on by a second whenever somebody looks at it; how often somebody did."""
    looks = itertools.count()
    with (
        mock.patch("vcverify.rdf.canonical.time.thread_time", lambda: float(next(looks))),
        mock.patch("vcverify.rdf.ndegree._CLOCK_INTERVAL", 0),
        mock.patch("vcverify.rdf.ndegree._HONEST", 0),
    ):
        canonicalize(RING, limits=limits)
    return next(looks)


# --- inputs that just fit -------------------------------------------------------------------------------


def most(value: Any, measure: Callable[[Any], int]) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max([measure(value), *(most(item, measure) for item in inner)])


def levels(value: Any) -> int:
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max((levels(item) for item in (value.values() if isinstance(value, dict) else value)), default=0)


def contexts(count: int) -> dict[str, Any]:
    """A document with so many contexts, each another."""
    own = [{"@context": {f"t{at}": f"https://example.org/{at}"}, "id": f"urn:x:{at}"} for at in range(count - 1)]
    return {"@context": make.V2, "type": "VerifiableCredential", "evidence": own}


def apart(document: dict[str, Any]) -> int:
    """How many statements of a derived proof have a signature of their own; one more is over all."""
    with counted("vcverify.crypto.keys:PublicKey.verifies") as done:
        verified(document, DEFAULT_LIMITS)
    return len(done) - 1


SCHEMA = {"$schema": "https://json-schema.org/draft/2020-12/schema", "items": {"type": "integer"}}
SCHEMA_TEXT = json.dumps(SCHEMA).encode()
KEY = ed25519_key("limits")
P256 = ec_key("limits")
RSA = PublicKey.from_jwk(RSA_JWK).multikey
METHODS = make.controller_document(URL, *(method_entry(KEY, f"{URL}#{at}", URL) for at in range(5)))
METHODS_BYTES = len(json.dumps(METHODS))
HEADER = b'{"alg":"EdDSA"}'
COMPACT = f"{b64url(HEADER)}.e30.AAAA"
PNG = bake(png(), TEXT.encode())
PNG_TEXT = len(b"openbadgecredential") + 5 + len(TEXT)
SVG = bake(svg(spaces=""), TEXT.encode())
REVOCATIONS = json.dumps({"id": URL, "issuer": URL, "revokedCredential": []}).encode()
STATUS = make.signed_badge(credentialStatus=[entry("7"), entry("8"), entry("9")])
STATUS_LIST = {LIST: signed_list()}
DOCUMENTS = {f"https://{name}.example/{at}": METHODS for at, name in enumerate(("a", "b", "c"))}
SAME_HOST = {f"https://a.example/{at}": METHODS for at in range(3)}
DISCLOSED = derived(make.badge(P256), P256)
UNSECURED = make.signed_clr([make.badge(id=make.urn(f"member {at}")) for at in range(3)])
MEMBERS = make.signed_clr([make.signed_badge(id=make.urn(f"member {at}")) for at in range(3)])


# --- the table ------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, kw_only=True)
class Bound:
    """How a field of `Limits` is shown.

    Attributes:
        use: Handles one input under limits.
        fits: The least value of the field under which the input passes.
        work: What the field saves us, as module:name; it is counted.
        partly: Some of the work has to be done before it can be known to be too much; then less is done than
            within the bound. Otherwise none of it is done.
        step: How much less than `fits` is too little.
        code: Of the problem past the bound.
    """

    use: Callable[[Limits], object]
    fits: float
    work: str
    partly: bool = False
    step: float = 1
    code: str = "limit.exceeded"


WALK = "vcverify.jsonld.walk:Walk.run"
SIGNATURE = "vcverify.crypto.keys:PublicKey.verifies"
HASHING = "vcverify.rdf.ndegree:_Walk._count_work"
LOAD = "vcverify.loading.memory:StaticLoader.load"

BOUNDS: dict[str, Bound] = {
    "input_bytes": Bound(use=lambda n: verified(TEXT, n), fits=len(TEXT), work="vcverify.jsontypes:_decode"),
    "jose_header_bytes": Bound(
        use=lambda n: read_compact(COMPACT, n), fits=len(HEADER), work="vcverify.jose.compact:base64url_decode"
    ),
    "json_depth": Bound(use=lambda n: verified(TEXT, n), fits=levels(BADGE), work=WALK),
    "json_values": Bound(
        use=lambda n: loads(TEXT, n), fits=sum(map(TEXT.count, ",[{")), work="vcverify.jsontypes:_decoder"
    ),
    "json_objects": Bound(use=lambda n: loads("[{},{},{}]", n), fits=3, work="vcverify.jsontypes:_decoder"),
    "object_members": Bound(
        use=lambda n: verified(TEXT, n),
        fits=most(BADGE, lambda value: len(value) if isinstance(value, dict) else 0),
        work=WALK,
    ),
    "string_characters": Bound(
        use=lambda n: verified(TEXT, n),
        fits=most(BADGE, lambda value: len(value) if isinstance(value, str) else 0),
        work=WALK,
    ),
    "number_digits": Bound(
        use=lambda n: loads("[12.25]", n), fits=5, work="vcverify.jsontypes:float", code="input.malformed"
    ),
    "contexts_in_array": Bound(
        use=lambda n: walked({"@context": [make.V2, make.OB, make.OB]}, n),
        fits=3,
        work="vcverify.jsonld.entering:process",
    ),
    "contexts": Bound(
        use=lambda n: walked(contexts(6), n), fits=6, work="vcverify.jsonld.entering:process", partly=True
    ),
    "node_types": Bound(
        use=lambda n: walked({"@context": make.V2, "type": ["VerifiableCredential"] * 3}, n),
        fits=3,
        work="vcverify.jsonld.entering:compile_types",
    ),
    "quads": Bound(use=lambda n: canonicalize(RING, limits=n), fits=5, work="vcverify.rdf.canonical:_group"),
    "canonicalization_calls": Bound(use=lambda n: canonicalize(RING, limits=n), fits=15, work=HASHING, partly=True),
    "canonicalization_permutations": Bound(
        use=lambda n: canonicalize(STARS, limits=n), fits=12, work=HASHING, partly=True
    ),
    "canonicalization_depth": Bound(use=lambda n: canonicalize(RING, limits=n), fits=5, work=HASHING, partly=True),
    "canonicalization_seconds": Bound(
        use=ticking, fits=ticking(Limits(canonicalization_seconds=1e9)) - 1, step=2, work=HASHING, partly=True
    ),
    "proofs": Bound(use=lambda n: verified(proofs(3), n), fits=3, work=SIGNATURE),
    "disclosed_statements": Bound(use=lambda n: verified(DISCLOSED, n), fits=apart(DISCLOSED), work=SIGNATURE),
    "nested_credentials": Bound(
        use=lambda n: verified(MEMBERS, n), fits=3, work="vcverify.pipeline:parse_value", partly=True
    ),
    "unread_credentials": Bound(use=unread, fits=3, work="vcverify.pipeline:parse_value", partly=True),
    "nested_depth": Bound(
        use=lambda n: verified(records(2), n), fits=2, work="vcverify.pipeline:parse_value", partly=True
    ),
    "key_characters": Bound(
        use=lambda n: multikey(KEY.multikey, n),
        fits=len(KEY.multikey),
        work="vcverify.crypto.keys:PublicKey._of",
    ),
    "rsa_key_characters": Bound(
        use=lambda n: multikey(RSA, n), fits=len(RSA), work="vcverify.crypto.keys:_multikey_bytes"
    ),
    "signature_characters": Bound(
        use=lambda n: verified(BADGE, n), fits=len(BADGE["proof"]["proofValue"]) - 1, work=SIGNATURE
    ),
    "url_characters": Bound(
        use=lambda n: retrieve(f"{URL}#1", "assertionMethod", lookup(n, {URL: METHODS})), fits=len(URL) + 2, work=LOAD
    ),
    "controller_bytes": Bound(
        use=lambda n: retrieve(f"{URL}#1", "assertionMethod", lookup(n, {URL: METHODS})),
        fits=METHODS_BYTES,
        work="vcverify.jsontypes:_decode",
    ),
    "controller_methods": Bound(
        use=lambda n: retrieve(f"{URL}#1", "assertionMethod", lookup(n, {URL: METHODS})),
        fits=5,
        work="vcverify.identifiers.retrieve:_find",
    ),
    "fetches": Bound(use=lambda n: load_all(DOCUMENTS, n), fits=3, work=LOAD, partly=True),
    "fetches_per_host": Bound(use=lambda n: load_all(SAME_HOST, n), fits=3, work=LOAD, partly=True),
    "fetches_seconds": Bound(use=lambda n: load_slowly(DOCUMENTS, n), fits=14.01, step=0.01, work=LOAD, partly=True),
    "connect_seconds": Bound(use=lambda n: fetched(n, needs=2.0), fits=2.0, step=0.01, work=f"{__name__}:connecting"),
    "fetch_seconds": Bound(use=lambda n: fetched(n, takes=7.0), fits=7.01, step=0.01, work=f"{__name__}:connecting"),
    "resource_bytes": Bound(
        use=lambda n: unavailable(lambda: read_body(URL, Answer(1_000), byte_limit(Purpose.RELATED, n))),
        fits=1_000,
        work=f"{__name__}:Answer.read1",
    ),
    "status_list_bytes": Bound(
        use=lambda n: revocations(REVOCATIONS, URL, n), fits=len(REVOCATIONS), work="vcverify.jsontypes:_decode"
    ),
    "status_list_inflated_bytes": Bound(
        use=lambda n: verified(STATUS, n, urls=STATUS_LIST), fits=ENTRIES // 8, work="vcverify.statuslists:look_up"
    ),
    "status_entries": Bound(use=lambda n: verified(STATUS, n, urls=STATUS_LIST), fits=3, work=LOAD),
    "findings": Bound(
        use=lambda n: verified(UNSECURED, n), fits=5, step=2, work="vcverify.pipeline:_file", partly=True
    ),
    "schema_bytes": Bound(use=schema_of, fits=len(SCHEMA_TEXT), work="vcverify.jsonschemas:loads"),
    "schema_seconds": Bound(
        use=judged, fits=3.5 / PAIRS_A_SECOND, step=1 / PAIRS_A_SECOND, work=f"{__name__}:Validating.is_valid"
    ),
    "image_bytes": Bound(use=lambda n: extract(PNG, n), fits=len(PNG), work="vcverify.baking:_text_of"),
    "image_text_bytes": Bound(use=lambda n: extract(PNG, n), fits=PNG_TEXT, work="vcverify.baking:_text_of"),
    "svg_bytes": Bound(use=lambda n: extract(SVG, n), fits=len(SVG), work="defusedxml.ElementTree:XMLParser"),
}


# --- the tests ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", BOUNDS)
def test_a_bound_holds_exactly_and_before_the_work(field: str) -> None:
    """At the bound the input passes and the work is done; with the bound one lower it is refused, and it is not."""
    bound = BOUNDS[field]
    with counted(bound.work) as done:
        bound.use(Limits(**{field: bound.fits}))
    assert done, "the work is not what was counted"
    with counted(bound.work) as begun, pytest.raises(ProblemError) as refused:
        bound.use(Limits(**{field: bound.fits - bound.step}))
    assert refused.value.problem.code == bound.code
    assert len(begun) < len(done)
    assert bound.partly or not begun


def tried_in_vain(limits: Limits) -> int:
    """A record of three members whose signatures hold under no revision of the contexts: for how many are they tried."""
    members = [{**make.signed_badge(id=make.urn(f"member {at}")), "name": "changed"} for at in range(3)]
    with counted("vcverify.proving:_older_revisions") as tried:
        vcverify.verify(make.signed_clr(members), policy=vcverify.Policy(limits=limits), at=AT)
    return len(tried)


def listed(limits: Limits) -> int:
    """Three undefined members: how many the report lists."""
    report = vcverify.verify({**BADGE, "u1": 1, "u2": 2, "u3": 3}, policy=vcverify.Policy(limits=limits), at=AT)
    found = [problem for problem in report.problems() if problem.code == "terms.undefined"]
    return len([problem for problem in found if "not listed" not in problem.detail])


CAPS: dict[str, Callable[[Limits], int]] = {"fruitless_revisions": tried_in_vain, "listed_problems": listed}
"""Bounds past which nothing is refused: of what there are three of, so many are done."""


@pytest.mark.parametrize("most_done", [1, 2, 3])
@pytest.mark.parametrize("field", CAPS)
def test_no_more_is_done_than_the_bound_allows(field: str, most_done: int) -> None:
    """With a bound of two, two of three; with one of three, all."""
    assert CAPS[field](Limits(**{field: most_done})) == most_done


def test_every_bound_is_shown() -> None:
    """A new field of `Limits` needs a row."""
    assert {field.name for field in dataclasses.fields(Limits)} == BOUNDS.keys() | CAPS.keys()
