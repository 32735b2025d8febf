"""The documents that are timed: credentials of invented schools, signed here with eddsa-rdfc-2022.

Each kind comes as a pool of documents of one shape and other names, so that nobody is timed on what
it remembers of the last one. The statements that are signed are made by the package itself; that
they are the right ones is settled before the timing, by the other contestants' answers.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks import tokens
from vcverify import Verifier
from vcverify.bundled import bundled
from vcverify.jsonld import to_rdf
from vcverify.rdf import canonicalize

Json = dict[str, Any]

V2: Final = "https://www.w3.org/ns/credentials/v2"
OB: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
CONTEXT_URLS: Final = (V2, CLR, OB)

CREATED: Final = "2026-01-15T12:00:00Z"
VALID_FROM: Final = "2026-01-15T00:00:00Z"

_CONTEXTS: Final = Verifier().contexts


def contexts() -> Mapping[str, Json]:
    """The contexts that the documents name, by URL: what a peer without them is given."""
    found = {url: bundled().context(url) for url in CONTEXT_URLS}
    return {url: context for url, context in found.items() if context is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A shape of document.

    Attributes:
        make: The signed document of that number.
        members: Credentials inside; 0 for a badge.
        signatures: Of the whole document.
        pool: How many of them are timed in turn.
        size: Where the kind stands on the plot; None where it is not drawn.
        flawed: A document of the kind, as well signed, that the checks have to refuse with the code `told`.
        no_peers: Why peers are not timed on it; "" where they are.
    """

    name: str
    title: str
    make: Callable[[int], Json | str]
    members: int = 0
    signatures: int = 1
    pool: int = 1
    size: int | None = None
    flawed: Callable[[], Json] | None = None
    told: str = ""
    no_peers: str = ""

    def documents(self) -> list[bytes]:
        made = map(self.make, range(self.pool))
        return [(one if isinstance(one, str) else json.dumps(one)).encode() for one in made]


# --- keys -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An Ed25519 key pair, derived from its name and worth nothing."""

    private: Ed25519PrivateKey
    did: str

    @property
    def method(self) -> str:
        return f"{self.did}#{self.did.removeprefix('did:key:')}"


@functools.cache
def key(name: str) -> Key:
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"vcverify benchmarks: {name}".encode()).digest())
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Key(private=private, did="did:key:z" + base58.b58encode(b"\xed\x01" + public).decode())


def urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'https://vcverify.dev/benchmarks/{name}')}"


# --- proofs ---------------------------------------------------------------------------------------


def canonical(document: Json) -> bytes:
    """The canonical N-Quads of a JSON-LD document.

    Raises:
        ValueError: some of it would not be signed.
    """
    rdf = to_rdf(document, _CONTEXTS)
    if rdf.problems:
        raise ValueError(f"not all of the document would be signed: {rdf.problems[0]}")
    return canonicalize(rdf.statements).nquads.encode()


def hashed(document: Json) -> tuple[bytes, bytes]:
    """The two canonical texts that a signed document's proof is over: configuration and document."""
    config = {name: value for name, value in document["proof"].items() if name != "proofValue"}
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return canonical({**config, "@context": document["@context"]}), canonical(unsecured)


def sign(document: Json, by: Key) -> Json:
    """The document with an eddsa-rdfc-2022 proof (VC-DI-EDDSA §3.2.1)."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": CREATED,
        "verificationMethod": by.method,
        "proofPurpose": "assertionMethod",
    }
    texts = hashed({**document, "proof": proof})
    signature = by.private.sign(b"".join(hashlib.sha256(text).digest() for text in texts))
    return {**document, "proof": {**proof, "proofValue": "z" + base58.b58encode(signature).decode()}}


# --- badges ---------------------------------------------------------------------------------------

_TOWNS: Final = ("Aldermoor", "Saltmarsh", "Harrow Bridge", "Northfold")
_SKILLS: Final = ("Soldering", "French polishing", "Machine reading", "Chart work", "First aid", "Fugue", "Surveying")
_SITE: Final = "https://college.example"


def profile(name: str, town: int = 0) -> Json:
    """An issuer with an address, which is a node without a name."""
    return {
        "id": key(name).did,
        "type": ["Profile"],
        "name": f"{_TOWNS[town]} College",
        "url": f"{_SITE}/{town}",
        "address": {"type": ["Address"], "addressLocality": _TOWNS[town], "addressCountry": "Northfold"},
    }


def small_badge(number: int) -> Json:
    """The least that is a useful badge: who says that who can do what."""
    return sign(_small_badge(number, key("college").did), key("college"))


def small_token(number: int, algorithm: str) -> str:
    """The same badge as a token."""
    by = tokens.signer("college", algorithm)
    return tokens.token(_small_badge(number, by.did), by)


def _small_badge(number: int, issuer: str) -> Json:
    skill = f"{_SKILLS[number % len(_SKILLS)]}, level {number}"
    return {
        "@context": [V2, OB],
        "id": urn(f"badge {number}"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": skill,
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Aldermoor College"},
        "validFrom": VALID_FROM,
        "credentialSubject": {
            "id": key(f"learner {number % 10}").did,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": urn(f"achievement {number}"),
                "type": ["Achievement"],
                "name": skill,
                "description": f"The holder has shown {skill} twice.",
                "criteria": {"narrative": "Three joints, inspected by two makers."},
            },
        },
    }


def complete_badge(number: int) -> Json:
    """Most of what Open Badges 3.0 has to say about one achievement."""
    site = f"{_SITE}/badges/{number}"
    return sign(
        {
            "@context": [V2, OB],
            "id": urn(f"complete {number}"),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": f"Instrument making {number}",
            "description": "Awarded after inspection by two masters of the college.",
            "image": {"id": f"{site}.png", "type": "Image", "caption": "A shining guitar back"},
            "issuer": {
                **profile("college"),
                "description": "A vocational college for makers of string instruments.",
                "email": "registrar@college.example",
                "phone": "+1 555 0147",
                "image": {"id": f"{_SITE}/arms.png", "type": "Image"},
                "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "C-17", "identifierType": "systemId"}],
            },
            "validFrom": VALID_FROM,
            "validUntil": "2099-12-31T23:59:59Z",
            "awardedDate": VALID_FROM,
            "credentialSubject": {
                "id": key(f"learner {number % 10}").did,
                "type": ["AchievementSubject"],
                "identifier": [
                    {
                        "type": "IdentityObject",
                        "hashed": False,
                        "identityHash": f"learner{number}@college.example",
                        "identityType": "emailAddress",
                    }
                ],
                "role": "Student",
                "creditsEarned": 1.5,
                "activityStartDate": "2025-09-01T00:00:00Z",
                "activityEndDate": "2026-01-10T00:00:00Z",
                "narrative": "Polished one guitar back and one violin neck.",
                "result": [
                    {"type": ["Result"], "resultDescription": urn(f"grade {number}"), "value": "A"},
                    {"type": ["Result"], "resultDescription": urn(f"mark {number}"), "value": str(80 + number % 20)},
                ],
                "achievement": {
                    "id": urn(f"complete achievement {number}"),
                    "type": ["Achievement"],
                    "achievementType": "MicroCredential",
                    "name": f"Instrument making {number}",
                    "description": "Brings shellac to a high gloss by hand.",
                    "criteria": {"id": f"{site}/criteria", "narrative": "Inspected after a week."},
                    "creator": {"id": key("college").did, "type": ["Profile"]},
                    "image": {"id": f"{site}.png", "type": "Image"},
                    "humanCode": f"IM-{number}",
                    "fieldOfStudy": "Instrument making",
                    "specialization": "Finishing",
                    "inLanguage": "en-GB",
                    "version": "2",
                    "tag": ["shellac", "finishing", "wood"],
                    "alignment": [_alignment(f"FI-{code}") for code in range(3)],
                    "related": [{"id": urn("oil varnish"), "type": ["Related"], "inLanguage": "en-GB", "version": "1"}],
                    "resultDescription": [
                        {
                            "id": urn(f"grade {number}"),
                            "type": ["ResultDescription"],
                            "name": "Final grade",
                            "resultType": "LetterGrade",
                            "allowedValue": ["E", "D", "C", "B", "A"],
                            "requiredValue": "D",
                        },
                        {
                            "id": urn(f"mark {number}"),
                            "type": ["ResultDescription"],
                            "name": "Mark",
                            "resultType": "RawScore",
                            "valueMin": "0",
                            "valueMax": "100",
                        },
                    ],
                },
            },
            "evidence": [
                {
                    "id": f"{site}/photographs",
                    "type": ["Evidence"],
                    "name": "Photographs before and after",
                    "narrative": "Taken under raking light.",
                    "genre": "Photography",
                    "audience": "Makers",
                }
            ],
        },
        key("college"),
    )


def _alignment(code: str) -> Json:
    return {
        "type": ["Alignment"],
        "targetCode": code,
        "targetName": f"Skill {code}",
        "targetDescription": "Applies and polishes spirit varnish by hand.",
        "targetFramework": "Northfold Skills Framework",
        "targetType": "CFItem",
        "targetUrl": f"https://skills.example/{code}",
    }


# --- records --------------------------------------------------------------------------------------


def _member(record: int, number: int, *, unnamed: str, signed: bool = True) -> Json:
    """A member of a record, about 2 kB: a course with a grade, criteria, an alignment and an address.

    Args:
        unnamed: What the nodes without a name say: "identical" in every member, "distinct" in each,
            or "mixed", as records are: addresses and grades repeat, criteria do not.
        signed: By one of four issuers; otherwise the record's issuer says it.
    """
    who = number % 4 if signed else 0
    own = f"{record}/{number}"
    told = {"identical": ("", ""), "distinct": (f" {own}", f" {own}"), "mixed": (f" {own}", "")}[unnamed]
    address = {"type": ["Address"], "addressLocality": f"{_TOWNS[who]}{told[1]}", "addressCountry": "Northfold"}
    issuer = {**profile(f"issuer {who}" if signed else "registrar", who), "address": address}
    grade = "B" if unnamed == "identical" else f"{number % 100}{told[1]}"
    skill = f"{_SKILLS[number % len(_SKILLS)]} {number}"
    document = {
        "@context": [V2, OB],
        "id": urn(f"member {own}"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": skill,
        "issuer": issuer,
        "validFrom": VALID_FROM,
        "credentialSubject": {
            "id": key(f"learner {record}").did,
            "type": ["AchievementSubject"],
            "creditsEarned": 5,
            "result": [{"type": ["Result"], "resultDescription": urn(f"grade {own}"), "value": grade}],
            "achievement": {
                **_course(own, skill, told[0]),
                "alignment": [_alignment(f"K-{number % 30}{told[1].replace(' ', '-')}")],
            },
        },
    }
    return sign(document, key(f"issuer {who}")) if signed else document


def _course(own: str, skill: str, told: str = "") -> Json:
    return {
        "id": urn(f"course {own}"),
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": skill,
        "description": f"Twelve weeks of {skill}, two of them in a workshop.",
        "criteria": {"narrative": f"A piece of work{told}, inspected by two teachers."},
        "creator": {"id": key("issuer 0").did, "type": ["Profile"]},
        "resultDescription": [
            {"id": urn(f"grade {own}"), "type": ["ResultDescription"], "name": "Mark", "resultType": "RawScore"}
        ],
    }


def _record(number: int, members: list[Json], **subject: Any) -> Json:
    return sign(
        {
            "@context": [V2, CLR, OB],
            "id": urn(f"record {number}"),
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": f"Learner record {number}",
            "issuer": profile("registrar"),
            "validFrom": VALID_FROM,
            "credentialSubject": {
                "id": key(f"learner {number}").did,
                "type": ["ClrSubject"],
                "verifiableCredential": members,
                **subject,
            },
        },
        key("registrar"),
    )


def record(number: int, members: int, *, unnamed: str = "mixed", signed: bool = True) -> Json:
    """A signed record with that many members."""
    made = [_member(number, at, unnamed=unnamed, signed=signed) for at in range(members)]
    return _record(number, made)


def plain_record(number: int, achievements: int) -> Json:
    """A record with one signed member, and achievements and associations that only the record vouches for."""
    courses = [_course(f"plain {number}/{at}", f"Course {at}", f" {at}") for at in range(achievements)]
    associations = [
        {"type": "Association", "associationType": "precedes", "sourceId": one["id"], "targetId": other["id"]}
        for one, other in itertools.pairwise(courses)
    ]
    members = [_member(number, 0, unnamed="mixed")]
    return _record(number, members, achievement=courses, association=associations)


def associated_record(number: int, members: int, *, dangling: bool = False) -> Json:
    """A record whose members' achievements are associated with each other, twice as many times as there are members.

    Args:
        dangling: The last association leads to an achievement that is nowhere.
    """
    names = [urn(f"course {number}/{at}") for at in range(members)]
    edges = [("precedes", one, other) for one, other in itertools.pairwise(names)]
    edges.append(("isPartOf", names[-1], names[0]))
    edges += [("isRelatedTo", name, names[(at + 1) % members]) for at, name in enumerate(names)]
    if dangling:
        edges[-1] = ("isRelatedTo", names[-1], urn("nowhere"))
    associations = [
        {"type": "Association", "associationType": kind, "sourceId": source, "targetId": target}
        for kind, source, target in edges
    ]
    signed = [_member(number, at, unnamed="mixed") for at in range(members)]
    return _record(number, signed, association=associations)


def kinds(sizes: tuple[int, ...] = (10, 100, 1000), *, quick: bool = False) -> tuple[Kind, ...]:
    """All kinds of documents, records with these numbers of members; `quick` means fewer and smaller ones."""
    beside = min(sizes) if quick else min(100, max(sizes))
    few = functools.partial(min, 2 if quick else 1000)
    return (
        Kind(name="badge", title="small badge", make=small_badge, pool=few(32), size=0),
        *(
            Kind(
                name=name,
                title=f"small badge as a token, {algorithm}",
                make=functools.partial(small_token, algorithm=algorithm),
                pool=few(32),
                no_peers="its task here is the proof inside a document",
            )
            for name, algorithm in (("badge-jwt", "EdDSA"), ("badge-jwt-es256", "ES256"))
        ),
        Kind(name="badge-complete", title="complete badge", make=complete_badge, pool=few(16)),
        *(
            Kind(
                name=f"clr-{size}",
                title=f"CLR, {size:,} signed members",
                make=functools.partial(record, members=size),
                members=size,
                signatures=size + 1,
                pool=few(max(1, min(8, 300 // size))),
                size=size,
            )
            for size in sizes
        ),
        *(
            Kind(
                name=f"clr-{beside}-{unnamed}",
                title=f"CLR, {beside} signed members, {unnamed} blank nodes",
                make=functools.partial(record, members=beside, unnamed=unnamed),
                members=beside,
                signatures=beside + 1,
                pool=few(2),
            )
            for unnamed in ("identical", "distinct")
        ),
        *(
            Kind(
                name=f"clr-{size}-associated",
                title=f"CLR, {size:,} signed members, {2 * size:,} associations",
                make=functools.partial(associated_record, members=size),
                members=size,
                signatures=size + 1,
                flawed=functools.partial(associated_record, 0, members=size, dangling=True),
                told="association.dangling",
                no_peers="it judges no associations",
            )
            for size in sizes
            if size > 1
        ),
        Kind(
            name=f"clr-{beside}-unsigned",
            title=f"CLR, {beside} members without proofs",
            make=functools.partial(record, members=beside, signed=False),
            members=beside,
            pool=few(2),
        ),
        Kind(
            name=f"clr-{beside}-plain",
            title=f"CLR, 1 signed member, {beside} plain achievements",
            make=functools.partial(plain_record, achievements=beside),
            members=1,
            signatures=2,
            pool=few(2),
        ),
    )


# --- documents to refuse --------------------------------------------------------------------------


def _graph(edges: list[tuple[int, int]], nodes: int) -> list[Json]:
    """Unnamed nodes that refer to each other as the edges say, and can be told apart by nothing else."""
    targets: dict[int, list[Json]] = {node: [] for node in range(nodes)}
    for source, target in edges:
        targets[source].append({"id": f"_:n{target}"})
    knows = "https://schema.org/knows"
    return [{"id": f"_:n{node}", "type": ["Evidence"], knows: targets[node]} for node in range(nodes)]


def hostile() -> Mapping[str, bytes]:
    """Badges around graphs that are dear to canonicalize, by name. Their proofs belong to another badge."""
    graphs = {
        "clique of 9": _graph(list(itertools.permutations(range(9), 2)), 9),
        "6 nodes to 6 others": _graph([(a, b) for a in range(6) for b in range(6, 12)], 12),
        "ring of 120": _graph([(node, (node + 1) % 120) for node in range(120)], 120),
    }
    return {name: json.dumps({**small_badge(0), "evidence": graph}).encode() for name, graph in graphs.items()}
