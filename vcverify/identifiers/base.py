"""What the retrieval of a key works with: resolvers, and the surroundings of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from vcverify.crypto import PublicKey
from vcverify.jsontypes import JsonObject
from vcverify.limits import DEFAULT_LIMITS, Budget, Limits
from vcverify.loading import Loader, Unavailable
from vcverify.problems import Problem, ProblemError


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMethod:
    """A key, who controls it, and how that is known.

    `source` is `did-key` or `did-jwk` (the identifier is the key), `document` (listed in the
    controller document), `key-set` (a JWK by URL), `header` (the token brought it), or `fragment` (the document
    could not be had and the URL's own fragment is the key): of the last two nobody but the proof says whose they
    are. `unavailable` says why the document could not be had.
    `problem` is what is wrong with the method's URL where the key is known all the same.
    """

    id: str
    controller: str
    type: str
    key: PublicKey
    source: str
    document: JsonObject | None
    document_url: str
    revoked: datetime | None = None
    expires: datetime | None = None
    unavailable: str | None = None
    problem: Problem | None = None


@runtime_checkable
class Resolver(Protocol):
    """A DID method: a value that makes or loads the DID document of its identifiers."""

    @property
    def method(self) -> str:
        """The method's name, as after `did:`."""
        ...

    @property
    def source(self) -> str:
        """`document`, or another of `VerificationMethod.source` where the identifier itself holds the key."""
        ...

    def resolve(self, did: str, env: Lookup) -> JsonObject:
        """The DID document of a syntactically valid DID of this method.

        Raises:
            Unavailable: it could not be had.
            ProblemError: the identifier cannot be one of this method, or its document is not one.
        """
        ...


@dataclass(slots=True)
class ControllerCache:
    """The controller documents of one run, each loaded and parsed once; failures are remembered too."""

    documents: dict[str, JsonObject | Unavailable | ProblemError] = field(default_factory=dict)
    methods: dict[tuple[str, str], VerificationMethod] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The surroundings of a retrieval: where documents come from, how many, and the instant judged against."""

    loader: Loader
    resolvers: Mapping[str, Resolver]
    at: datetime
    limits: Limits = DEFAULT_LIMITS
    budget: Budget = field(default_factory=Budget)
    cache: ControllerCache = field(default_factory=ControllerCache)
