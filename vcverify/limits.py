"""How much of everything the verifier takes: frozen numbers with their units, and the run's budget.

Sources of the numbers: the largest real document seen of each kind, times a generous factor
(docs/security-model.md). `Budget` is the one mutable object of a verification.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from vcverify.problems import Problem, ProblemError, refuse

KIB = 1024
MIB = 1024 * KIB

CHARACTERS_OF_AN_OBJECT = 64
"""A text has as many objects as it likes, if they are this long on average; see `Limits.json_objects`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what the input may cost. Every number has a test at it and one past it."""

    input_bytes: int = 32 * MIB
    """A CLR of 10,000 members must fit."""
    jose_header_bytes: int = 16 * KIB
    json_values: int = 1_250_000
    """Commas and opening brackets in a text, those in strings included: a bound on what is read from it, told
    before it is. A badge has some 50, a record of 10,000 members and 32 MiB some 1,200,000."""
    json_objects: int = 20_000
    """Opening braces in a text beyond one in every 64 characters (`CHARACTERS_OF_AN_OBJECT`), told before it is read:
    each object becomes something to judge. A badge has one in 150 and more, an association of a record takes 90."""
    json_depth: int = 64
    """Arrays and objects inside each other; the deepest real credential has 11."""
    object_members: int = 10_000
    string_characters: int = 1 * MIB
    number_digits: int = 40
    contexts_in_array: int = 8
    contexts: int = 256
    """Local contexts of one credential, its nested ones not counted."""
    node_types: int = 8
    quads: int = 1_000_000
    canonicalization_calls: int = 500
    """Hash-N-Degree calls granted beyond twice the blank nodes that share a hash."""
    canonicalization_permutations: int = 2_000
    canonicalization_depth: int = 64
    canonicalization_seconds: float = 0.5
    """Of this thread's processor time."""
    proofs: int = 8
    disclosed_statements: int = 4_096
    """Statements of a selective disclosure proof, each with a signature of its own."""
    fruitless_revisions: int = 8
    """Signatures of a run for which all older context revisions are tried in vain; the next ones are not."""
    nested_credentials: int = 10_000
    unread_credentials: int = 1_000
    """Things inside that stand for credentials and are none, or cannot be read as such; each has its report."""
    nested_depth: int = 4
    key_characters: int = 128
    """Base58 characters of a key that is not RSA."""
    rsa_key_characters: int = 1_024
    signature_characters: int = 192
    """A P-384 signature has 132."""
    url_characters: int = 1_024
    controller_bytes: int = 256 * KIB
    controller_methods: int = 64
    fetches: int = 32
    fetches_per_host: int = 8
    connect_seconds: float = 3.0
    """To find a host's addresses, and to connect to one of them; each."""
    fetch_seconds: float = 10.0
    """From the request for a document to its last byte, however slowly it comes."""
    fetches_seconds: float = 60.0
    """For all documents of one verification together; the last one has what is left."""
    resource_bytes: int = 1 * MIB
    status_list_bytes: int = 4 * MIB
    status_list_inflated_bytes: int = 16 * MIB
    status_entries: int = 8
    findings: int = 50_000
    """Problems and facts of one check of one credential. Each of 10,000 members may have a few warnings."""
    listed_problems: int = 1_000
    """Problems of one code and severity that a check of one credential lists; of the others it says how many. No
    outcome depends on it, and nothing is `limit.exceeded`: a report is about as large as what it is about."""
    schema_bytes: int = 256 * KIB
    schema_seconds: float = 2.0
    image_bytes: int = 20 * MIB
    image_text_bytes: int = 2 * MIB
    svg_bytes: int = 5 * MIB


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """What a run has used up. Shared by a document and everything nested in it.

    `fruitless` counts signatures that held under no revision of the contexts, and `revised` the statements that were
    made again for them; `fetching` the seconds that documents took to load, by `clock`. Once the credentials inside are
    too many, it is `spent`, and no further one is judged.
    """

    limits: Limits = DEFAULT_LIMITS
    fruitless: int = 0
    revised: int = 0
    nested: int = 0
    unread: int = 0
    spent: bool = False
    fetched: int = 0
    fetched_by_host: dict[str, int] = field(default_factory=dict)
    fetching: float = 0.0
    clock: Callable[[], float] = time.monotonic

    def count_nested(self, pointer: str) -> None:
        """One more nested credential.

        Raises:
            ProblemError: `limit.exceeded` past `Limits.nested_credentials`.
        """
        self.nested += 1
        if self.nested > self.limits.nested_credentials:  # CHECK: many credentials inside
            self.spent = True
            raise exceeded("credentials inside it", self.limits.nested_credentials, self.nested, pointer)

    def count_unread(self, reason: Problem) -> Problem:
        """One more thing inside that could not be read: the reason, or `limit.exceeded` where they are too many."""
        self.unread += 1
        limit = self.limits.unread_credentials
        if self.unread > limit:  # CHECK: many things that are no credentials
            self.spent = True
            return exceeded("credentials inside it that cannot be read", limit, self.unread).problem
        return reason

    @contextmanager
    def fetch(self, host: str) -> Iterator[float]:
        """Counts one more load from outside, and the time it takes; gives the seconds that it may take.

        Raises:
            ProblemError: `limit.exceeded` past `Limits.fetches`, `Limits.fetches_per_host` or, whatever came of the
                loads before, `Limits.fetches_seconds`.
        """
        self.fetched += 1
        if self.fetched > self.limits.fetches:  # CHECK: many fetches
            raise exceeded("documents to load", self.limits.fetches, self.fetched)
        count = self.fetched_by_host.get(host, 0) + 1
        self.fetched_by_host[host] = count
        if count > self.limits.fetches_per_host:  # CHECK: many fetches from one host
            raise exceeded("documents to load from one host", self.limits.fetches_per_host, count)
        left = self.limits.fetches_seconds - self.fetching
        if left <= 0:  # CHECK: many seconds of fetching
            raise exceeded("seconds to load documents", self.limits.fetches_seconds, f"{self.fetching:.1f}")
        began = self.clock()
        try:
            yield left
        finally:
            self.fetching += self.clock() - began


def exceeded(what: str, limit: float, found: object, pointer: str = "") -> ProblemError:
    """The `limit.exceeded` for more than `limit` of `what`; the caller raises it."""
    return refuse(
        "limit.exceeded",
        f"The verifier takes at most {limit:,} {what}.",
        pointer,
        expected=f"at most {limit:,}",
        found=found,
    )
