"""What the caller accepts, as data: a policy is a table, never a branch.

A policy serializes to JSON and TOML (`to_dict`, `from_dict`, `from_toml`); unknown names in it are
refused, because a mistyped rule must not silently be no rule.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, Self

from vcverify.limits import DEFAULT_LIMITS, Limits
from vcverify.loading.addresses import why_not_public
from vcverify.problems import CATALOGUE, Problem, Severity

BINDINGS: Final = ("resolved", "jwks", "did-key", "self-asserted", "unbound")
"""Grades of the tie between key and issuer, best first (docs/architecture.md)."""

MAX_SKEW: Final = timedelta(seconds=300)

DEFAULT_SUITES: Final = frozenset(
    {
        "eddsa-rdfc-2022",
        "eddsa-2022",
        "eddsa-jcs-2022",
        "ecdsa-rdfc-2019",
        "ecdsa-jcs-2019",
        "ecdsa-sd-2023",
        "Ed25519Signature2020",
        "Ed25519Signature2018",
        "JsonWebSignature2020",
    }
)
"""Data Integrity cryptosuites and proof types that are accepted unless the policy says otherwise."""

DEFAULT_ALGORITHMS: Final = frozenset(
    {
        *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        *("ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519"),
    }
)
"""JOSE algorithms of tokens that are accepted unless the policy says otherwise; Ed25519 is EdDSA's name in RFC 9864."""


class PolicyError(ValueError):
    """A policy that says something that no policy can say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a verification accepts. The default is strict; weaker things carry loud names.

    Attributes:
        profile: The kind of document expected (a key of `PROFILES`), or None: judged by its types.
        minimum_binding: The worst grade of `BINDINGS` that passes the `issuer` check.
        clock_skew: Tolerance for all dates, 0 to 300 seconds.
        suites: Names of the cryptosuites and proof types accepted; empty accepts none.
        algorithms: JOSE names of the algorithms accepted for tokens; empty accepts none.
        proofs: "all": every supported proof must verify; "any": one is enough.
        severities: Other severities for codes of the catalogue that are not fixed.
        limits: Bounds on what the input may cost.
        status_issuers: Ids of issuers whose status lists count for the credentials of others.
        minimum_status_entries: Entries that a status list must have (BSL §2.2 asks for 131,072).
        allow_unsecured_presentation: A presentation without a proof is judged by its credentials.
        trusted_issuers: Ids of issuers, and domains that stand for all did:web and https issuers there; empty
            trusts nobody, None leaves the question to the caller.
        trust_registry: More of them, by id or domain, each with its name (`checks.trust.read_registry`).
    """

    profile: str | None = None
    minimum_binding: str = "did-key"
    clock_skew: timedelta = timedelta(seconds=60)
    suites: frozenset[str] = DEFAULT_SUITES
    algorithms: frozenset[str] = DEFAULT_ALGORITHMS
    proofs: str = "all"
    severities: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))
    limits: Limits = DEFAULT_LIMITS
    allow_unsecured_presentation: bool = False
    status_issuers: frozenset[str] = frozenset()
    minimum_status_entries: int = 131_072
    trusted_issuers: frozenset[str] | None = None
    trust_registry: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if self.profile is not None and self.profile not in PROFILES:
            raise PolicyError(f"profile: {self.profile!r} is none of {', '.join(PROFILES)}")
        if self.minimum_binding not in BINDINGS:
            raise PolicyError(f"minimum_binding: {self.minimum_binding!r} is none of {', '.join(BINDINGS)}")
        if not timedelta(0) <= self.clock_skew <= MAX_SKEW:
            raise PolicyError(f"clock_skew: {self.clock_skew} is not between 0 and {MAX_SKEW}")
        if self.proofs not in ("all", "any"):
            raise PolicyError(f"proofs: {self.proofs!r} is neither 'all' nor 'any'")
        graded = {}
        for code, severity in self.severities.items():
            if code not in CATALOGUE:
                raise PolicyError(f"severities: there is no code {code!r}")
            if CATALOGUE[code].fixed:
                raise PolicyError(f"severities: {code} cannot be re-graded")
            try:
                graded[code] = Severity(severity)
            except ValueError:
                raise PolicyError(f"severities: {severity!r} is no severity") from None
        object.__setattr__(self, "severities", MappingProxyType(graded))
        object.__setattr__(self, "suites", frozenset(self.suites))
        object.__setattr__(self, "algorithms", frozenset(self.algorithms))
        object.__setattr__(self, "status_issuers", frozenset(self.status_issuers))
        if self.trusted_issuers is not None:
            object.__setattr__(self, "trusted_issuers", frozenset(map(_trusted, _names(self.trusted_issuers))))
        if self.trust_registry is not None:
            object.__setattr__(self, "trust_registry", MappingProxyType(registry_names(self.trust_registry)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Policies travel between processes as the data that they are."""
        return _restore, (
            type(self),
            {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}
            | {
                "severities": dict(self.severities),
                "trust_registry": None if self.trust_registry is None else dict(self.trust_registry),
            },
        )

    @classmethod
    def vcdm(cls, **changes: Any) -> Self:
        """Any W3C Verifiable Credential or presentation."""
        return cls(**{"profile": "vcdm", **changes})

    @classmethod
    def open_badges(cls, **changes: Any) -> Self:
        """Open Badges 3.0 credentials."""
        return cls(**{"profile": "open_badges", **changes})

    @classmethod
    def clr(cls, **changes: Any) -> Self:
        """Comprehensive Learner Records 2.0."""
        return cls(**{"profile": "clr", **changes})

    @classmethod
    def one_edtech(cls, **changes: Any) -> Self:
        """Answers as the official 1EdTech validator's published tests do, where the text allows."""
        return cls(**{"profile": "one_edtech", "minimum_binding": "self-asserted", **changes})

    def grade(self, problem: Problem) -> Problem:
        """The problem with the severity that this policy gives its code."""
        severity = self.severities.get(problem.code)
        if severity is None or severity is problem.severity:
            return problem
        return dataclasses.replace(problem, severity=severity)

    def accepts_binding(self, binding: str) -> bool:
        """Whether the grade is at least the minimum."""
        return BINDINGS.index(binding) <= BINDINGS.index(self.minimum_binding)

    def to_dict(self) -> dict[str, Any]:
        """The policy as JSON values; only limits that differ from the defaults are listed."""
        return {
            "profile": self.profile,
            "minimum_binding": self.minimum_binding,
            "clock_skew": self.clock_skew.total_seconds(),
            "suites": sorted(self.suites),
            "algorithms": sorted(self.algorithms),
            "proofs": self.proofs,
            "severities": {code: self.severities[code].value for code in sorted(self.severities)},
            "limits": {
                item.name: getattr(self.limits, item.name)
                for item in dataclasses.fields(Limits)
                if getattr(self.limits, item.name) != item.default
            },
            "allow_unsecured_presentation": self.allow_unsecured_presentation,
            "status_issuers": sorted(self.status_issuers),
            "minimum_status_entries": self.minimum_status_entries,
            "trusted_issuers": None if self.trusted_issuers is None else sorted(self.trusted_issuers),
            "trust_registry": None if self.trust_registry is None else dict(sorted(self.trust_registry.items())),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The policy that a JSON or TOML table says. A profile brings its own defaults.

        Raises:
            PolicyError: an unknown name or an impossible value.
        """
        given = {_snake(name): value for name, value in values.items()}
        unknown = set(given) - {item.name for item in dataclasses.fields(cls)}
        if unknown:
            raise PolicyError(f"unknown: {', '.join(sorted(unknown))}")
        profile = given.pop("profile", None)
        try:
            changes = {name: _READERS.get(name, _as_is)(value) for name, value in given.items()}
            if profile is None:
                return cls(**changes)
            if profile not in PROFILES:
                raise PolicyError(f"profile: {profile!r} is none of {', '.join(PROFILES)}")
            return getattr(cls, profile)(**changes)  # type: ignore[no-any-return]
        except (TypeError, AttributeError, OverflowError) as error:
            raise PolicyError(str(error)) from None

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """The policy that a TOML text says.

        Raises:
            PolicyError: not TOML, an unknown name or an impossible value.
        """
        import tomllib  # 3 ms that a start-up need not pay

        try:
            return cls.from_dict(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(f"not TOML: {error}") from None


def _restore(cls: type[Policy], values: dict[str, Any]) -> Policy:
    return cls(**values)


PROFILES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "vcdm": ("VerifiableCredential", "VerifiablePresentation"),
        "open_badges": ("OpenBadgeCredential", "EndorsementCredential"),
        "clr": ("ClrCredential",),
        "one_edtech": ("ClrCredential", "OpenBadgeCredential", "EndorsementCredential"),
    }
)
"""For each profile, the credential types of which a document must have one."""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), name)


def _as_is(value: Any) -> Any:
    return value


def _limits(value: Any) -> Limits:
    given = {_snake(name): number for name, number in dict(value).items()}
    for name, number in given.items():
        if isinstance(number, bool) or not isinstance(number, (int, float)) or number < 0:
            raise PolicyError(f"limits: {name} is not a number of 0 or more")
    return Limits(**given)


def _seconds(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PolicyError(f"clock_skew: {value!r} is not a number of seconds")
    return timedelta(seconds=value)


def _names(value: Any) -> frozenset[str]:
    if isinstance(value, str) or not all(isinstance(item, str) for item in value):
        raise PolicyError(f"{value!r} is not a list of names")
    return frozenset(value)


def registry_names(entries: Mapping[str, Any]) -> dict[str, str]:
    """Names by issuer, of a table whose values are names, or objects with a `name`.

    Raises:
        PolicyError: a key is neither an id nor a domain, or a value is neither of these.
    """
    names = {}
    for key, value in entries.items():
        name = value.get("name", "") if isinstance(value, Mapping) else value
        if not isinstance(name, str):
            raise PolicyError(f"trust_registry: {key!r} has no name that is text")
        names[_trusted(key)] = name
    return names


def trusted_id(issuer: str) -> str:
    """The id that stands for an issuer in lists: of a did:web with its host in lower case and without port 443."""
    if not issuer.startswith("did:web:"):
        return issuer
    host, colon, path = issuer.removeprefix("did:web:").partition(":")
    return f"did:web:{host.lower().removesuffix('%3a443')}{colon}{path}"


def _trusted(entry: str) -> str:
    """An issuer's id as `trusted_id` has it, a domain in lower case."""
    if re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", entry):
        return trusted_id(entry)
    if why_not_public(entry.lower()) is None:
        return entry.lower()
    raise PolicyError(f"trusted_issuers: {entry!r} is neither the id of an issuer nor a domain")


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "limits": _limits,
    "clock_skew": _seconds,
    "suites": _names,
    "algorithms": _names,
    "status_issuers": _names,
}
