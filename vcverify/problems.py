"""Problems and facts: what a verification has to say, as data.

`CATALOGUE` is the one source of every code: its default severity, the check that owns it, its
title and what usually mends it. `docs/problems.md` is generated from it. The shape of a problem
follows RFC 9457 (`type`, `title`, `detail`), with a JSON Pointer (RFC 6901) and a spec clause.

    ProblemError            raised inside the library, never out of `verify()`
    Problem                 one finding, immutable
    Fact                    something established that a reader wants to know (not a fault)
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

TYPE_PREFIX: Final = "https://vcverify.dev/problems#"

_SHOWN: Final = 200
"""Characters of input that a sentence quotes at most (security: output)."""


class Severity(enum.StrEnum):
    """How much a problem weighs. `ERROR` fails, `INCONCLUSIVE` could not find out, `WARNING` neither."""

    ERROR = "error"
    INCONCLUSIVE = "inconclusive"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """An entry of the catalogue."""

    code: str
    severity: Severity
    check: str
    title: str
    remedy: str
    spec: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding: what is wrong, where, the two values that disagree, and what would mend it.

    `pointer` is a JSON Pointer (RFC 6901) from the root of the report's own document. `expected`
    and `found` are shortened, escaped text, or None where no two values disagree. `count` is how many findings it stands
    for: more than one only where a list was cut short (`Limits.listed_problems`).
    """

    code: str
    severity: Severity
    detail: str
    pointer: str = ""
    expected: str | None = None
    found: str | None = None
    spec: str = ""
    remedy: str = ""
    count: int = 1

    @property
    def title(self) -> str:
        return CATALOGUE[self.code].title

    @property
    def type(self) -> str:
        return TYPE_PREFIX + self.code

    @property
    def check(self) -> str:
        """The name of the check that owns the code."""
        return CATALOGUE[self.code].check

    def to_dict(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity.value,
            "type": self.type,
            "title": self.title,
            "detail": self.detail,
            "pointer": self.pointer,
        }
        if self.expected is not None:
            result["expected"] = self.expected
        if self.found is not None:
            result["found"] = self.found
        result["spec"] = self.spec
        result["remedy"] = self.remedy
        if self.count > 1:
            result["count"] = self.count
        return result


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a check established: a name and a JSON value."""

    name: str
    value: Any


class ProblemError(Exception):
    """Carries a problem from where it is found to the step that reports it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.detail}")
        self.problem = problem


def problem(
    code: str,
    detail: str,
    pointer: str = "",
    *,
    expected: object = None,
    found: object = None,
    spec: str | None = None,
    remedy: str | None = None,
    severity: Severity | None = None,
) -> Problem:
    """A problem of the catalogue's kind `code`, with its defaults where nothing else is said.

    `detail` must already quote input through `quote`; `expected` and `found` are quoted here.
    """
    kind = CATALOGUE[code]
    return Problem(
        code=code,
        severity=kind.severity if severity is None else severity,
        detail=detail,
        pointer=pointer,
        expected=None if expected is None else quote(expected),
        found=None if found is None else quote(found),
        spec=kind.spec if spec is None else spec,
        remedy=kind.remedy if remedy is None else remedy,
    )


def refuse(code: str, detail: str, pointer: str = "", **more: Any) -> ProblemError:
    """The exception that carries `problem(code, detail, pointer, ...)`; the caller raises it."""
    return ProblemError(problem(code, detail, pointer, **more))


_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def printable(text: str) -> str:
    """`text` with control, bidirectional, invisible and surrogate characters written as escapes."""
    return _UNSAFE.sub(_escape, text)


def quote(value: object) -> str:
    """Text for a sentence: at most 200 characters of the value, escaped."""
    if isinstance(value, str):
        text = value
    elif value is None:
        text = "null"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, (list, tuple)):
        text = "[" + ", ".join(quote(item) for item in value[:5]) + (", ...]" if len(value) > 5 else "]")
    elif isinstance(value, Mapping):
        names = [quote(name) for name in list(value)[:5]]
        text = "{" + ", ".join(names) + (", ...}" if len(value) > 5 else "}")
    else:
        text = str(value)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 3] + "..."
    return printable(text)


_E, _I, _W = Severity.ERROR, Severity.INCONCLUSIVE, Severity.WARNING

# code | severity | check | title | spec | remedy. A code fixed by design ends its severity with "!".
_ROWS: Final = """
input.malformed | error! | proof | The input is not a readable credential | RFC 8259; VCDM 2.0 §4 | Send the credential as the issuer published it: strict UTF-8 JSON, or a compact JWS.
limit.exceeded | error! | proof | The input is larger than the verifier's limits | | Split the record, or raise the limit in the policy if the source is trusted.
internal.error | inconclusive! | proof | The verifier has a bug | | Please report it, with `vcverify record` of the input.
proof.missing | error! | proof | There is no proof | VCDM 2.0 §4.12; DI §4.4 | Ask the issuer for the signed credential.
proof.invalid | error! | proof | The signature does not fit the document | DI §4.4 | The document was changed after signing, or was signed with another key. Ask the holder for the original file.
proof.malformed | error | proof | The proof is not well formed | DI §2.1 | The issuer has to write the proof as its suite asks.
proof.unsupported | inconclusive | proof | The proof is of a kind that is not accepted here | DI §4.4 | Accept the suite in the policy, or install a plug-in that has it (`vcverify suites` lists them).
proof.purpose | error | proof | The proof serves another purpose | DI §4.4 step 5 | The issuer has to sign with the purpose that this use asks for.
proof.expired | error | proof | The proof has expired | DI §2.1 | Ask the issuer for a fresh proof.
proof.not-yet | error | proof | The proof was made in the future | DI §2.1 | Check the clocks of issuer and verifier.
proof.chain | error | proof | A previous proof is absent or does not verify | DI §4.5 | Keep every proof that a later one names in `previousProof`.
proof.domain | error | proof | The proof is for another domain | DI §4.4 step 6 | Ask the holder for a presentation made for this domain.
proof.challenge | error | proof | The proof answers another challenge | DI §4.4 step 7 | Ask the holder for a presentation made with this challenge.
proof.context | error | proof | The proof's context is not the document's | DI-EDDSA §3.3.2; DI §2.4.2 | The issuer has to sign with the document's own contexts.
jose.algorithm | error | proof | The algorithm is not accepted, or not the key's | RFC 7518; RFC 8725 §3.1 | The issuer has to use an accepted algorithm that fits the key.
jose.header | error | proof | The token's header breaks the rules | RFC 7515 §4; OB 3.0 §8.2 | The issuer has to write the header as Open Badges 3.0 §8.2 says.
jose.disclosure | error | proof | A disclosure does not hold | RFC 9901 §7 | Ask the holder to present the disclosures that the issuer made.
jose.claims | error | data_model | A claim contradicts the credential | OB 3.0 §8.2.6; VC-JOSE-COSE §3.1 | The issuer has to give the claim and the credential the same value.
jose.typ | warning | data_model | An unusual token type | VC-JOSE-COSE §3.1 | Use `vc+jwt` (VCDM 2.0) or `JWT` (Open Badges 3.0).
jose.claims-missing | warning | data_model | A claim that the profile expects is absent | OB 3.0 §8.2.6 | The issuer should add the claim.
key.unavailable | inconclusive | issuer | The key could not be loaded | CID 1.0 §3.3 | Supply the controller document (`--document URL=FILE`), or go online.
key.unresolved | error | issuer | The issuer's document does not list the key | CID 1.0 §3.3 | The key may have been rotated: ask the issuer to list it or to sign again.
key.unauthorized | error | issuer | The key is not allowed to sign this | CID 1.0 §3.3 | The issuer has to list the key under the required relationship.
key.malformed | error | proof | The key cannot be read | CID 1.0 §2.2 | The issuer has to publish the key as its type asks.
key.weak | error | proof | The key is too weak | RFC 8725 §3.5 | The issuer has to use a stronger key.
key.revoked | error | issuer | The key was revoked | CID 1.0 §2.2 | Ask the issuer to sign again with a current key.
key.expired | error | issuer | The key has expired | CID 1.0 §2.2 | Ask the issuer to sign again with a current key.
issuer.unbound | error | issuer | The key is not the issuer's | DI §5.9; CID 1.0 §3.3 | The signature holds, but nothing ties its key to the issuer that is named. Ask the issuer to publish the key.
issuer.self-asserted | error | issuer | Nothing but the proof itself says whose key it is | CID 1.0 §3.3 | Supply the issuer's controller document, or accept `minimum_binding="self-asserted"` knowingly.
trust.unknown | warning | trust | The issuer is not one that the policy trusts | | Add the issuer to the policy or the registry, if it is known to be what it says.
terms.undefined | error | terms | The signature does not cover this | DI §2.4.3 | Define the term in a context, or remove it before signing.
terms.redefined | error | terms | A context changes what a term means | DI §2.4.1; JSON-LD 1.1 §4.1.11 | Use the published contexts without redefining their terms.
terms.unknown-context | inconclusive | terms | A context that is not known here | DI §2.4.1 | Supply the context's document (`--document URL=FILE`) if its source is trusted.
terms.form | warning | terms | Known and signed, but in an unusual form | DI §4.6 | Write the document in the form that its contexts compact to.
terms.alias | warning | terms | A context by another name or of another version | OB 3.0 §9.1 | Use the context URL that the standard names.
document.revision | warning | terms | Verified with an older revision of a context | | The issuer should sign again with the context as it is published now.
document.known-url | warning | terms | A body was supplied for a document that is bundled | | Leave it out: the bundled document is used.
data-model.duplicate-id | warning | data_model | Two credentials with one id | VCDM 2.0 §4.4 | Give every credential an id of its own.
data-model.context | error | data_model | The contexts are not as the standard asks | VCDM 2.0 §4.3 | Begin `@context` with the base context of the data model.
data-model.type | error | data_model | The types are not as the standard asks | VCDM 2.0 §4.5 | Name the types that the standard asks for, each defined in a context.
data-model.id | error | data_model | An id that is not a URL | VCDM 2.0 §4.4 | Use one absolute URL.
data-model.issuer | error | data_model | The issuer is not as the standard asks | VCDM 2.0 §4.7 | Name one issuer, by URL.
data-model.subject | error | data_model | The subject is not as the standard asks | VCDM 2.0 §4.8 | Say of whom the credential speaks.
data-model.date | error | data_model | A date that is not a dateTimeStamp | VCDM 2.0 §4.9; XSD 1.1 §3.4.28 | Write it with a time and an offset, in the form of 2026-01-31T12:00:00Z.
data-model.required | error | data_model | Something required is missing | VCDM 2.0 §4 | Add it before signing.
data-model.value | error | data_model | A value that is not as the standard asks | VCDM 2.0 §4 | Correct the value before signing.
validity.not-yet | error | validity | Not valid yet | VCDM 2.0 §4.9 | Wait until it is, or ask the issuer.
validity.expired | error | validity | No longer valid | VCDM 2.0 §4.9 | Ask the issuer for a current credential.
validity.order | error | validity | Ends before it begins | VCDM 2.0 §4.9 | The issuer has to correct the period.
status.revoked | error | status | Revoked by its issuer | BSL §3.2; OB 3.0 §9.1 | Ask the issuer why.
status.suspended | error | status | Suspended by its issuer | BSL §3.2 | Ask the issuer, or try again later.
status.message | warning | status | The issuer left a message | BSL §2.1 | Read the message; the credential is not affected.
status.unavailable | inconclusive | status | The status could not be loaded | BSL §3.2 | Supply the list (`--document URL=FILE`), or go online.
status.unsupported | inconclusive | status | A status of a kind that is not known here | VCDM 2.0 §4.10 | Ask the issuer how to check it.
status.issuer | inconclusive | status | The status list is somebody else's | BSL §3.2 | Name the list's issuer in the policy if it is trusted.
status.malformed | error | status | The status cannot be read | BSL §3.2 | The issuer has to correct the status entry or list.
schema.failed | error | schema | The credential does not fit its schema | VC-JSON-SCHEMA §3 | Correct the place before signing.
schema.unavailable | inconclusive | schema | The schema could not be loaded | VC-JSON-SCHEMA §4 | Supply the schema (`--document URL=FILE`), or go online.
schema.unsupported | inconclusive | schema | A schema of a kind that is not known here | VC-JSON-SCHEMA §4 | Use JSON Schema 2020-12 (or 2019-09 for 1EdTech schemas).
related.digest | error | schema | A related document is not the one that was signed | VCDM 2.0 §5.3 | Ask the issuer for the document that the digest names.
member.failed | error | members | A credential inside does not verify | CLR 2.0; VCDM 2.0 §4.13 | See the report of that credential.
member.indeterminate | inconclusive | members | A credential inside could not be judged | CLR 2.0; VCDM 2.0 §4.13 | See the report of that credential.
member.unsecured | warning | members | A credential inside has no proof of its own | CLR 2.0 | The issuer of the record vouches for it.
member.issuer | error | members | A credential inside, without proof, in another issuer's name | OB 3.0 migration guide | Include the original with its own proof, or `evidence` that leads to it.
member.type | warning | members | A credential inside of a type that is not known here | CLR 2.0 | Its proof was judged, its meaning was not.
member.shape | error | members | Statements about a credential stand outside it | DI §2.4.1; VCDM 2.0 §4.13 | Say everything about a credential inside that credential.
member.subject | error | members | A credential inside is about somebody else | CLR 2.0 | Put only this learner's credentials into the record.
endorsement.failed | error | endorsements | An endorsement does not verify | OB 3.0 §9.2 | See the report of that endorsement.
endorsement.indeterminate | inconclusive | endorsements | An endorsement could not be judged | OB 3.0 §9.2 | See the report of that endorsement.
endorsement.unsecured | error | endorsements | An endorsement without a proof | OB 3.0 §9.2 | Include the endorsement as its issuer signed it.
endorsement.target | error | endorsements | An endorsement of something else | OB 3.0 §9.2 | Include only endorsements of what this credential contains.
association.dangling | error | associations | An association leads nowhere | CLR 2.0 Association | Include the achievement that it names.
association.type | error | associations | An association of no known type | CLR 2.0 Association | Use one of the eight association types.
association.cycle | warning | associations | Associations run in a circle | CLR 2.0 Association | Check the direction of the associations named.
association.duplicate | warning | associations | An association is said twice | CLR 2.0 Association | Say it once.
association.self | error | associations | An achievement associated with itself | CLR 2.0 Association | Remove it.
association.contradiction | error | associations | Two associations contradict each other | CLR 2.0 Association | Keep the one that is true.
achievement.conflict | warning | associations | One achievement, told in two ways | CLR 2.0 | Describe the achievement in the same words everywhere.
subject.mismatch | error | subject | It is about somebody else | OB 3.0 §9.3 | Check the identifiers that were asked for.
identity.weak | warning | subject | An identifier that is weakly hidden | OB 3.0 §9.3 | Hash identifiers with sha256 and a salt.
refresh.failed | warning | validity | The refresh did not work | OB 3.0 §9.1 | The original was judged instead.
"""


def _catalogue() -> Mapping[str, Kind]:
    kinds = {}
    for row in _ROWS.strip().splitlines():
        code, severity, check, title, spec, remedy = (cell.strip() for cell in row.split("|"))
        kinds[code] = Kind(
            code=code,
            severity=Severity(severity.rstrip("!")),
            check=check,
            title=title,
            spec=spec,
            remedy=remedy,
            fixed=severity.endswith("!"),
        )
    return MappingProxyType(kinds)


CATALOGUE: Final[Mapping[str, Kind]] = _catalogue()
"""Every code that exists. Names are stable; `Policy.severities` may re-grade those not `fixed`."""
