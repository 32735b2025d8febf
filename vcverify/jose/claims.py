"""Claims that contradict the document beside them, or that a reader could take for a part of it.

Open Badges 3.0 §8.2.6, VC-JOSE-COSE §3.1, VCDM 1.1 §6.3.1, RFC 7519 §4.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from vcverify import vocabulary
from vcverify.datetimes import format_instant, parse_stamp
from vcverify.jose.contents import CLAIMS, Contents, is_sd_jwt_vc, name_of, numeric_date
from vcverify.jsontypes import JsonObject, JsonValue, as_list, pointer
from vcverify.problems import Problem, Severity, problem, quote

_BADGES: Final = frozenset(
    name
    for item in (vocabulary.OPEN_BADGE_CREDENTIAL, vocabulary.ENDORSEMENT_CREDENTIAL, vocabulary.CLR_CREDENTIAL)
    for name in item.names
)
_STARTS: Final = ("validFrom", "issuanceDate")
_ENDS: Final = ("validUntil", "expirationDate")
_SECOND: Final = timedelta(seconds=1)

_OF_DOCUMENTS: Final = frozenset(
    {
        *("@id", "@type", "id", "holder", "verifiableCredential", "proof", "partial"),
        *("validFrom", "validUntil", "issuanceDate", "expirationDate", "issued", "awardedDate"),
        *("credentialStatus", "credentialSchema", "evidence", "termsOfUse", "refreshService", "relatedResource"),
        *("confidenceMethod", "renderMethod", "endorsement", "endorsementJwt"),
    }
)
"""Members of a credential or presentation that decide something, and that no claim has the name of."""


def is_badge(contents: Contents) -> bool:
    """Whether Open Badges 3.0 §8.2 speaks of it: by the types, badges, endorsements and records."""
    return not _BADGES.isdisjoint([name for name in as_list(contents.document.get("type")) if isinstance(name, str)])


def claim_problems(contents: Contents, at: datetime, skew: timedelta) -> Iterator[Problem]:
    """`jose.claims`, `jose.claims-missing`, `validity.*` of dates that only a claim says; of SD-JWT VCs their rules.

    Besides: `terms.undefined`, `status.unsupported`, and `proof.not-yet` of a token from the future.
    """
    yield from _form(contents)
    yield from _types(contents.payload)
    if "iat" in contents.payload:
        yield from _made(contents.payload, at, skew)
    if contents.member:
        yield from _beside(contents)
    if "status" in contents.payload:
        yield from _status(contents)
    yield from _names(contents)
    yield from _dates(contents, at, skew)
    if is_sd_jwt_vc(contents.document):
        yield from _typed(contents.document)
    if is_badge(contents):
        yield from _missing(contents)


def _typed(document: JsonObject) -> Iterator[Problem]:
    """An SD-JWT VC names its type."""
    name = document["vct"]
    if not isinstance(name, str) or not name:  # CHECK: types that are no text
        yield problem(
            "data-model.type",
            "The `vct` is no text.",
            "/vct",
            expected="a name of a type",
            found=name,
            spec="SD-JWT VC §2.2.2.1",
        )


def _status(contents: Contents) -> Iterator[Problem]:
    """A `status` claim leads to a Token Status List, which is not read here: whether it is revoked stays open.

    In the payload of VCDM 2.0 the name could also be a term of some context, so there its form decides.
    """
    status = contents.payload["status"]
    meant = contents.member or is_sd_jwt_vc(contents.document)
    if meant or (isinstance(status, dict) and "status_list" in status):  # CHECK: a status that nobody asks for
        yield problem(
            "status.unsupported",
            "The `status` claim of a token is of a kind that is not known here.",
            "/status",
            found=status,
            spec="SD-JWT VC §2.2.2.2; Token Status List §6",
        )


def _types(payload: JsonObject) -> Iterator[Problem]:
    """Claims that a reader takes by their type, of another: what one reader skips, another would heed."""
    audience = payload.get("aud", "")
    if not isinstance(audience, str) and not (
        isinstance(audience, list) and audience and all(isinstance(item, str) for item in audience)
    ):
        detail = "The claim `aud` names no audience."
        yield _contradiction("/aud", detail, "text, or an array of texts", audience, "RFC 7519 §4.1.3")
    if "iat" in payload and numeric_date(payload["iat"]) is None:  # CHECK: times of making that are none
        yield problem(
            "jose.claims",
            "The claim `iat` is no number of seconds.",
            "/iat",
            expected="a number",
            found=payload["iat"],
            spec="RFC 7519 §2 NumericDate",
            severity=None if _instant(payload["iat"]) is None else Severity.WARNING,
        )
    for claim, kind, wanted, spec in (
        ("nonce", str, "text", "OpenID Connect Core §2"),
        ("cnf", dict, "an object", "RFC 7800 §3.1"),
    ):
        if claim in payload and not isinstance(payload[claim], kind):  # CHECK: claims of another type
            detail = f"The claim `{claim}` is not {wanted}."
            yield _contradiction(f"/{claim}", detail, wanted, payload[claim], spec)


def _made(payload: JsonObject, at: datetime, skew: timedelta) -> Iterator[Problem]:
    """`iat` is to a token what `created` is to an embedded proof."""
    made = _instant(payload.get("iat"))
    if made is not None and made - at > skew:  # CHECK: tokens from the future
        yield problem(
            "proof.not-yet",
            "The token was made after the instant of this verification.",
            "/iat",
            expected=f"at or before {format_instant(at)}",
            found=format_instant(made),
            spec="RFC 7519 §4.1.6",
        )


def _instant(value: JsonValue) -> datetime | None:
    """Of a NumericDate or, as in the tokens of the W3C's own test suite, a dateTimeStamp."""
    stamp = parse_stamp(value) if isinstance(value, str) else None
    return numeric_date(value) if stamp is None else stamp.instant


def _beside(contents: Contents) -> Iterator[Problem]:
    """What stands beside the `vc` or `vp` claim and is no claim: signed, and read by nobody (VCDM 1.1 §6.3.1)."""
    held = contents.payload[contents.member]
    assert isinstance(held, dict)
    for name, value in contents.payload.items():
        if name == contents.member or (name in CLAIMS and name not in ("vc", "vp")) or name == "status":
            continue
        if name not in _OF_DOCUMENTS and name not in ("vc", "vp"):  # CHECK: claims that nobody reads
            yield problem(
                "terms.undefined",
                f"Nothing says what {quote(name)} means beside the `{contents.member}` claim.",
                pointer(name),
                found=value,
                spec="VCDM 1.1 §6.3.1",
                severity=Severity.WARNING,
            )
        elif name not in held or held[name] != value:  # CHECK: members that contradict the document
            detail = f"The {quote(name)} beside the `{contents.member}` claim is not the document's."
            yield _contradiction(pointer(name), detail, held.get(name, "nothing"), value, "VCDM 1.1 §6.3.1")


def _form(contents: Contents) -> Iterator[Problem]:
    """`vc` and `vp` belong to VCDM 1.1, and only to it (VC-JOSE-COSE §3.1; OB 3.0 implementation guide)."""
    payload = contents.payload
    if not contents.member:
        for name in ("vc", "vp"):
            if name in payload:  # CHECK: a document inside a document
                yield _contradiction(
                    f"/{name}", f"A payload that is a document itself has no `{name}` claim.", "none", payload[name]
                )
    contexts = as_list(contents.document.get("@context"))
    base = contexts[0] if contexts else None
    if contents.member and base == vocabulary.CREDENTIALS_V2:  # CHECK: new documents in the old form
        detail = f"A document of version 2.0 is the payload itself, not its `{contents.member}` claim."
        yield _contradiction(f"/{contents.member}", detail, vocabulary.CREDENTIALS_V1, base)
    elif not contents.member and base == vocabulary.CREDENTIALS_V1:  # CHECK: old documents in the new form
        detail = f"A document of version 1.1 stands under the `{contents.kind}` claim."
        yield _contradiction("/@context", detail, vocabulary.CREDENTIALS_V2, base)


def _names(contents: Contents) -> Iterator[Problem]:
    payload, document = contents.payload, contents.document
    issuer = "issuer" if contents.kind == "vc" else "holder"
    yield from _same(payload, "iss", issuer, [document.get(issuer)])
    yield from _same(payload, "jti", "id", [document.get("id")])
    subjects = as_list(document.get("credentialSubject")) if contents.kind == "vc" else []
    yield from _same(payload, "sub", "credentialSubject", subjects)


def _same(payload: dict[str, JsonValue], claim: str, member: str, said: list[JsonValue]) -> Iterator[Problem]:
    if claim not in payload:
        return
    value = payload[claim]
    if not isinstance(value, str):
        yield _contradiction(f"/{claim}", f"The claim `{claim}` is no text.", "text", value, spec="RFC 7519 §4.1")
        return
    names: list[str] = []
    for item in said:
        name = _any_name(item)
        if name == value:
            return
        if name is not None:
            names.append(name)
    if names:
        detail = f"The claim `{claim}` and the `{member}` disagree."
        yield _contradiction(f"/{claim}", detail, " or ".join(names), value)
    elif said and claim != "iss":  # CHECK: names that the document does not say
        yield problem(
            "jose.claims",
            f"The document has no id that the claim `{claim}` could repeat, and does not get one from it.",
            f"/{claim}",
            expected=f"an `id` in `{member}`" if claim == "sub" else f"`{member}`",
            found=value,
            spec="VC-JOSE-COSE §3.1.3",
            severity=Severity.WARNING,
        )


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
        if instant is None:  # CHECK: dates that are no number
            detail = f"The claim `{claim}` is no number of seconds."
            yield _contradiction(where, detail, "a number", payload[claim], spec="RFC 7519 §2 NumericDate")
            continue
        if where in contents.told_by.values():
            continue  # it is the document's own date, which the checks judge
        for member in members:
            text = document.get(member)
            stamp = parse_stamp(text) if isinstance(text, str) else None
            # CHECK: dates that contradict the document
            if stamp is not None and abs(stamp.instant - instant) >= _SECOND:
                detail = f"The claim `{claim}` and the `{member}` disagree."
                yield _contradiction(where, detail, text, format_instant(instant))
        if claim == "exp" and at - instant > skew:  # CHECK: expired tokens
            yield _out_of_time("validity.expired", "until", where, instant, at, "RFC 7519 §4.1.4")
        if claim == "nbf" and instant - at > skew:  # CHECK: tokens to come
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
    payload, document = contents.payload, contents.document
    if "iss" not in payload:
        yield _absent("iss")
    if "jti" not in payload and "id" in document:
        yield _absent("jti")
    if "sub" not in payload and any(
        name_of(subject) is not None for subject in as_list(document.get("credentialSubject"))
    ):
        yield _absent("sub")
    for claim, members in (("nbf", _STARTS), ("exp", _ENDS)):
        if claim not in payload and not document.keys().isdisjoint(members):
            yield _absent(claim)


def _absent(claim: str) -> Problem:
    return problem("jose.claims-missing", f"The token has no claim `{claim}`.", f"/{claim}", expected=f"`{claim}`")


def _contradiction(
    pointer: str, detail: str, expected: JsonValue, found: JsonValue, spec: str | None = None
) -> Problem:
    return problem("jose.claims", detail, pointer, expected=expected, found=found, spec=spec)
