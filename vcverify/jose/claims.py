"""Claims that contradict the document beside them (Open Badges 3.0 §8.2.6, VC-JOSE-COSE §3.1, RFC 7519 §4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from vcverify import vocabulary
from vcverify.datetimes import format_instant, parse_stamp
from vcverify.jose.contents import Contents, is_sd_jwt_vc, name_of, numeric_date
from vcverify.jsontypes import JsonObject, JsonValue, as_list
from vcverify.problems import Problem, problem

_BADGES: Final = frozenset(
    name
    for item in (vocabulary.OPEN_BADGE_CREDENTIAL, vocabulary.ENDORSEMENT_CREDENTIAL, vocabulary.CLR_CREDENTIAL)
    for name in item.names
)
_STARTS: Final = ("validFrom", "issuanceDate")
_ENDS: Final = ("validUntil", "expirationDate")
_SECOND: Final = timedelta(seconds=1)


def is_badge(contents: Contents) -> bool:
    """Whether Open Badges 3.0 §8.2 speaks of it: by the types, badges, endorsements and records."""
    return any(isinstance(name, str) and name in _BADGES for name in as_list(contents.document.get("type")))


def claim_problems(contents: Contents, at: datetime, skew: timedelta) -> Iterator[Problem]:
    """`jose.claims`, `jose.claims-missing`, `validity.*` of dates that only a claim says; of SD-JWT VCs their rules."""
    yield from _form(contents)
    yield from _names(contents)
    yield from _dates(contents, at, skew)
    if is_sd_jwt_vc(contents.document):
        yield from _typed(contents.document)
    if is_badge(contents):
        yield from _missing(contents)


def _typed(document: JsonObject) -> Iterator[Problem]:
    """An SD-JWT VC names its type, and a status of it is of no kind that is known here (SD-JWT VC §2.2.2.1)."""
    name = document["vct"]
    if not isinstance(name, str) or not name:
        yield problem(
            "data-model.type",
            "The `vct` is no text.",
            "/vct",
            expected="a name of a type",
            found=name,
            spec="SD-JWT VC §2.2.2.1",
        )
    if "status" in document:
        yield problem(
            "status.unsupported",
            "The `status` of an SD-JWT VC is of a kind that is not known here.",
            "/status",
            found=document["status"],
            spec="SD-JWT VC §2.2.2.2",
        )


def _form(contents: Contents) -> Iterator[Problem]:
    """`vc` and `vp` belong to VCDM 1.1, and only to it (VC-JOSE-COSE §3.1; OB 3.0 implementation guide)."""
    payload = contents.payload
    if not contents.member:
        for name in ("vc", "vp"):
            if name in payload:
                yield _contradiction(
                    f"/{name}", f"A payload that is a document itself has no `{name}` claim.", "none", payload[name]
                )
    contexts = as_list(contents.document.get("@context"))
    base = contexts[0] if contexts else None
    if contents.member and base == vocabulary.CREDENTIALS_V2:
        detail = f"A document of version 2.0 is the payload itself, not its `{contents.member}` claim."
        yield _contradiction(f"/{contents.member}", detail, vocabulary.CREDENTIALS_V1, base)
    elif not contents.member and base == vocabulary.CREDENTIALS_V1:
        detail = f"A document of version 1.1 stands under the `{contents.kind}` claim."
        yield _contradiction("/@context", detail, vocabulary.CREDENTIALS_V2, base)


def _names(contents: Contents) -> Iterator[Problem]:
    payload, document = contents.payload, contents.document
    issuer = "issuer" if contents.kind == "vc" else "holder"
    yield from _same(payload, "iss", issuer, [document.get(issuer)])
    yield from _same(payload, "jti", "id", [document.get("id")])
    if contents.kind == "vc":
        yield from _same(payload, "sub", "credentialSubject", as_list(document.get("credentialSubject")))


def _same(payload: dict[str, JsonValue], claim: str, member: str, said: list[JsonValue]) -> Iterator[Problem]:
    if claim not in payload:
        return
    value = payload[claim]
    if not isinstance(value, str):
        yield _contradiction(f"/{claim}", f"The claim `{claim}` is no text.", "text", value, spec="RFC 7519 §4.1")
        return
    names = [name for name in map(_any_name, said) if name is not None]
    if names and value not in names:
        detail = f"The claim `{claim}` and the `{member}` disagree."
        yield _contradiction(f"/{claim}", detail, " or ".join(names), value)


def _any_name(value: JsonValue) -> str | None:
    """As `name_of`, but an empty name is one: it is not the claim's."""
    name = value.get("id") if isinstance(value, dict) else value
    return name if isinstance(name, str) else None


def _dates(contents: Contents, at: datetime, skew: timedelta) -> Iterator[Problem]:
    payload, document = contents.payload, contents.document
    for claim, members in (("nbf", _STARTS), ("exp", _ENDS)):
        if claim not in payload:
            continue
        where = f"/{claim}"
        instant = numeric_date(payload[claim])
        if instant is None:
            detail = f"The claim `{claim}` is no number of seconds."
            yield _contradiction(where, detail, "a number", payload[claim], spec="RFC 7519 §2 NumericDate")
            continue
        if where in contents.told_by.values():
            continue  # it is the document's own date, which the checks judge
        for member in members:
            text = document.get(member)
            stamp = parse_stamp(text) if isinstance(text, str) else None
            if stamp is not None and abs(stamp.instant - instant) >= _SECOND:
                detail = f"The claim `{claim}` and the `{member}` disagree."
                yield _contradiction(where, detail, text, format_instant(instant))
        if claim == "exp" and at - instant > skew:
            yield _out_of_time("validity.expired", "until", where, instant, at, "RFC 7519 §4.1.4")
        if claim == "nbf" and instant - at > skew:
            yield _out_of_time("validity.not-yet", "from", where, instant, at, "RFC 7519 §4.1.5")


def _out_of_time(code: str, word: str, where: str, instant: datetime, at: datetime, spec: str) -> Problem:
    told, now = format_instant(instant), format_instant(at)
    return problem(
        code,
        f"The token is valid only {word} {told}; it is {now}.",
        where,
        expected=f"at or {'after' if word == 'until' else 'before'} {now}",
        found=told,
        spec=spec,
    )


def _missing(contents: Contents) -> Iterator[Problem]:
    document = contents.document
    subjects = as_list(document.get("credentialSubject"))
    wanted = {
        "iss": True,
        "jti": "id" in document,
        "sub": any(name_of(subject) is not None for subject in subjects),
        "nbf": any(name in document for name in _STARTS),
        "exp": any(name in document for name in _ENDS),
    }
    for claim, is_wanted in wanted.items():
        if is_wanted and claim not in contents.payload:
            yield problem(
                "jose.claims-missing", f"The token has no claim `{claim}`.", f"/{claim}", expected=f"`{claim}`"
            )


def _contradiction(
    pointer: str, detail: str, expected: JsonValue, found: JsonValue, spec: str | None = None
) -> Problem:
    return problem("jose.claims", detail, pointer, expected=expected, found=found, spec=spec)
