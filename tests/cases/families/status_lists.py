"""The list: a credential that verifies, is the right one, and can be decoded."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import COLLEGE, GUILD, STRANGER, signed_badge, urn
from cases.families.status import AT, GOOD, VALIDATE, looked_up, malformed, with_status
from cases.families.status_entries import messages
from cases.keyring import b64url
from cases.lists import LIST, bits, encoded, entry, gzipped, signed_list, status_list
from cases.mutations import drop, put
from cases.registry import Family, Scenario, fails, inconclusive, passes, refused
from cases.signing import sign

FAMILY = Family("status-list", "status")
case = FAMILY.case

LISTS = ("BSL §2.2",)


@case("The list serves another purpose", spec=["BSL §3.2 STATUS_VERIFICATION_ERROR"], importance="critical")
def purpose_mismatch() -> Scenario:
    """The entry asks about revocation; this list is about suspension."""
    return looked_up(malformed(f"{AT}/statusPurpose"), listed=signed_list({7: 1}, purpose="suspension"))


@case("The list has no purpose", spec=LISTS)
def list_without_purpose() -> Scenario:
    """Nobody says what its bits mean."""
    return looked_up(malformed(f"{AT}/statusPurpose"), listed=signed_list({7: 1}, purpose=None))


@case("The list names the issuer and a stranger signed it", spec=VALIDATE, importance="critical")
def list_by_stranger() -> Scenario:
    """A clear list in the college's name, by another key."""
    return looked_up(malformed(), listed=sign(status_list(), STRANGER))


@case("The list was altered", spec=VALIDATE, importance="critical")
def list_tampered() -> Scenario:
    """A clear list exchanged for the signed one, under its proof."""
    forged = put(signed_list({7: 1}), "/credentialSubject/encodedList", encoded(bits()))
    return looked_up(malformed(), listed=forged)


@case("The list is not signed", spec=VALIDATE, importance="critical")
def list_unsigned() -> Scenario:
    """Plain JSON where a credential is asked for."""
    return looked_up(malformed(), listed=status_list())


@case("The list has an empty array of proofs", spec=VALIDATE)
def list_empty_proof() -> Scenario:
    """That is no proof."""
    return looked_up(malformed(), listed={**status_list(), "proof": []})


@case("The list is another list", spec=LISTS, importance="critical")
def list_swapped() -> Scenario:
    """Genuine and clear, of the same issuer, but from another URL."""
    return looked_up(malformed(), listed=signed_list(url="https://college.example/status/old"))


@case("The list is another list, and has the bit set", spec=[*LISTS, *VALIDATE], importance="high")
def list_swapped_set() -> Scenario:
    """It cannot be relied on, but what it says against the credential is said, however the policy grades the other."""
    return looked_up(
        fails("status.revoked", "status.malformed", proof="passed", issuer="passed", status="failed"),
        listed=signed_list({7: 1}, url="https://college.example/status/old"),
        policy={"severities": {"status.malformed": "warning"}},
    )


@case("The list has no id", spec=LISTS)
def list_without_id() -> Scenario:
    """Nothing ties it to the URL."""
    return looked_up(malformed(), listed=sign(drop(status_list(), "/id"), COLLEGE))


@case("The list has expired", spec=["VCDM 2.0 §4.9", *VALIDATE], features=["validity"], importance="critical")
def list_expired() -> Scenario:
    """A clear list of last year says nothing of today."""
    return looked_up(malformed(), listed=signed_list(validUntil="2026-03-31T23:59:59Z"))


@case("The list is not valid yet", spec=["VCDM 2.0 §4.9", *VALIDATE], features=["validity"])
def list_not_yet() -> Scenario:
    """It begins next year."""
    return looked_up(malformed(), listed=signed_list(validFrom="2027-01-01T00:00:00Z"))


@case("The list is valid for a while", spec=["VCDM 2.0 §4.9", *VALIDATE], features=["validity"], importance="medium")
def list_valid() -> Scenario:
    """Until next year."""
    return looked_up(GOOD, listed=signed_list(validUntil="2027-01-01T00:00:00Z"))


@case("The list says how long it may be kept", spec=LISTS, importance="medium")
def list_ttl() -> Scenario:
    """Milliseconds, told to the reader: every verification asks anew."""
    return looked_up(
        passes(facts={"status": {"ttl": 300000}}, status="passed"), listed=signed_list(subject={"ttl": 300000})
    )


@case("The list says badly how long it may be kept", spec=LISTS, importance="low")
def list_bad_ttl() -> Scenario:
    """It is not used, so it is only worth a warning."""
    return looked_up(passes("status.malformed", status="passed"), listed=signed_list(subject={"ttl": "a week"}))


@case("The list has a status of its own", spec=["security model, status"])
def list_with_status() -> Scenario:
    """It points to itself."""
    return looked_up(malformed(), listed=signed_list(credentialStatus=entry("8")))


@case("The list's key is nowhere to be had", spec=["CID 1.0 §3.3", *VALIDATE])
def list_without_key() -> Scenario:
    """A did:web issuer, offline: the list cannot be judged, so neither can the badge."""
    did = "did:web:college.example"
    listed = sign({**status_list(), "issuer": did}, COLLEGE, method=f"{did}#key-1")
    return looked_up(
        inconclusive(("status.unavailable", AT), absent=["status.malformed"], status="indeterminate"), listed=listed
    )


@case("The list cannot be had", spec=VALIDATE, importance="critical")
def unavailable() -> Scenario:
    """Nothing stands at its URL: neither a yes nor a no."""
    return Scenario(
        document=with_status(entry()),
        expect=inconclusive(("status.unavailable", AT), proof="passed", issuer="passed", status="indeterminate"),
    )


@case("One list cannot be had, the other revokes", spec=VALIDATE)
def unavailable_and_revoked() -> Scenario:
    """The revocation decides."""
    return looked_up(
        fails(("status.unavailable", f"{AT}/0"), ("status.revoked", f"{AT}/1"), status="failed"),
        entry(url="https://college.example/gone"),
        entry(),
        listed=signed_list({7: 1}),
    )


for _name, _url in {
    "http": "http://college.example/status/3",
    "link-local": "https://169.254.169.254/status/3",
    "loopback": "https://127.0.0.1/status/3",
    "file": "file:///etc/passwd",
    "data": "data:application/vc;base64,e30",
}.items():
    FAMILY.add(
        f"url-{_name}",
        f"A list at a URL that is not loaded: {_name}",
        "Nothing is loaded from there unless a caller supplies it.",
        lambda url=_url: Scenario(
            document=with_status(entry(url=url)), expect=refused(("status.unavailable", AT), proof="passed")
        ),
        spec=["security model, network"],
    )

_BODIES: dict[str, tuple[Any, str]] = {
    "html": ("<!doctype html><title>Sign in</title>", "A page for people"),
    "empty": ("", "Nothing"),
    "array": ([], "No object"),
    "badge": (signed_badge(id=LIST), "A signed badge of the same issuer, with the list's id"),
    "two-subjects": (
        sign(
            {**status_list(), "credentialSubject": [status_list()["credentialSubject"], {"id": urn("second")}]}, COLLEGE
        ),
        "A list, and something else beside it",
    ),
    "no-list-type": (
        sign({**status_list(), "type": ["VerifiableCredential"]}, COLLEGE),
        "It does not say that it is a list",
    ),
    "duplicate-keys": ('{"id": "https://college.example/status/3", "id": "urn:x:y", "type": []}', "Said twice"),
}

for _name, (_body, _why) in _BODIES.items():
    FAMILY.add(
        f"body-{_name}",
        f"What stands at the list's URL is no list: {_name.replace('-', ' ')}",
        f"{_why}.",
        partial(looked_up, malformed(), listed=_body),
        spec=VALIDATE,
    )


@case("A size that stands only in the list", spec=["BSL §2.1 statusSize"])
def size_in_list() -> Scenario:
    """The list means two bits, the entry one: they do not speak of the same bit."""
    return looked_up(malformed(), listed=signed_list({7: 2}, size=2, subject={"statusSize": 2}))


@case("A size that stands only in the list, in signed JSON", spec=["BSL §2.1 statusSize"], features=["jcs"])
def size_in_list_json() -> Scenario:
    """By name, where nothing is dropped."""
    return looked_up(malformed(), listed=signed_list({7: 2}, size=2, subject={"statusSize": 2}, suite="eddsa-jcs-2022"))


# Whose list --------------------------------------------------------------------------------------------


@case("A clear list by another issuer leaves the question open", spec=VALIDATE, importance="critical")
def other_issuer() -> Scenario:
    """The guild cannot say whether the college's badge stands, unless the policy says so."""
    return looked_up(inconclusive(("status.issuer", AT), status="indeterminate"), listed=signed_list(issuer=GUILD))


@case("A set bit by another issuer still fails", spec=VALIDATE)
def other_issuer_set() -> Scenario:
    """The badge itself sends us there."""
    return looked_up(
        fails(("status.revoked", AT), ("status.issuer", AT), status="failed"),
        listed=signed_list({7: 1}, issuer=GUILD),
    )


@case("A list by an issuer that the policy names", spec=VALIDATE)
def other_issuer_named() -> Scenario:
    """A status service that the caller trusts."""
    return looked_up(GOOD, listed=signed_list(issuer=GUILD), policy={"status_issuers": [GUILD.did]})


# The encoded list --------------------------------------------------------------------------------------

_PLAIN = b64url(gzipped(bits()))
_ENCODED: dict[str, tuple[Any, str]] = {
    "no-multibase": (_PLAIN, "Without the `u` of base64url"),
    "other-multibase": ("z" + _PLAIN, "Said to be base58"),
    "padded": ("u" + _PLAIN + "==", "Multibase `u` has no padding"),
    "junk": ("u" + _PLAIN[:40] + "+/ \n" + _PLAIN[40:], "Characters of no base64url"),
    "not-gzip": ("u" + b64url(bits()[:64]), "The bits as they are"),
    "two-gzip-members": (
        "u" + b64url(gzipped(bits()[:8192]) + gzipped(bits()[8192:])),
        "Readers differ on what comes after the first",
    ),
    "trailing-garbage": ("u" + b64url(gzipped(bits()) + b"more"), "Bytes after the end"),
    "cut-short": ("u" + b64url(gzipped(bits())[:-6]), "The end is missing"),
    "wrong-checksum": ("u" + b64url(gzipped(bits())[:-8] + bytes(8)), "Not what was compressed"),
    "nothing": ("u", "No list at all"),
    "absent": (None, "No list at all"),
    "two": ([encoded(bits()), encoded(bits({7: 1}))], "A reader could pick the one it likes"),
}

for _name, (_value, _why) in _ENCODED.items():
    FAMILY.add(
        f"encoded-{_name}",
        f"An encoded list that cannot be read: {_name.replace('-', ' ')}",
        f"{_why}.",
        partial(looked_up, malformed(), listed=signed_list(subject={"encodedList": _value})),
        spec=["BSL §2.2 multibase", "RFC 1952 §2.2", "RFC 4648 §5"],
    )


@case("A list of a hundred thousand entries is too short", spec=["BSL §3.2 STATUS_LIST_LENGTH_ERROR"])
def too_short() -> Scenario:
    """It does not hide whose status is asked for."""
    return looked_up(malformed(), listed=signed_list(entries=100_000))


@case("A short list where the policy takes it", spec=["BSL §3.2 STATUS_LIST_LENGTH_ERROR"], importance="medium")
def short_by_policy() -> Scenario:
    """Lists of a hundred thousand entries exist."""
    return looked_up(GOOD, listed=signed_list(entries=100_000), policy={"minimum_status_entries": 100_000})


@case("A short list that revokes still revokes", spec=["BSL §3.2 STATUS_LIST_LENGTH_ERROR"])
def short_and_revoked() -> Scenario:
    """Both are said."""
    return looked_up(
        fails(("status.malformed", AT), ("status.revoked", AT), status="failed"),
        listed=signed_list({7: 1}, entries=100_000),
    )


@case("Two bits an entry halve the entries of a list", spec=["BSL §3.2 STATUS_LIST_LENGTH_ERROR"])
def short_by_size() -> Scenario:
    """131,072 bits are 65,536 entries of two."""
    return looked_up(
        malformed(),
        entry(statusSize=2, statusMessage=messages(2)),
        listed=signed_list(subject={"encodedList": encoded(bits())}),
    )


@case("A list that inflates beyond all bounds", spec=["BSL §4", "CWE-409"], importance="critical")
def bomb() -> Scenario:
    """Seventeen MiB of zeros in a hundred kilobytes; the reader stops at sixteen."""
    return looked_up(
        fails("limit.exceeded", status="failed"),
        listed=signed_list(subject={"encodedList": encoded(bytes(17 * 2**20))}),
    )


@case("A list at the bound of what it may inflate to", spec=["BSL §4"], importance="medium")
def at_the_bound() -> Scenario:
    """Sixteen KiB where sixteen KiB are allowed."""
    return looked_up(GOOD, policy={"limits": {"status_list_inflated_bytes": 16384}})


@case("A list one byte past the bound of what it may inflate to", spec=["BSL §4"], importance="medium")
def past_the_bound() -> Scenario:
    """Sixteen KiB where one byte less is allowed."""
    return looked_up(fails("limit.exceeded"), policy={"limits": {"status_list_inflated_bytes": 16383}})


@case("Two lists that only together pass the bound", spec=["BSL §4"], importance="medium")
def past_the_bound_together() -> Scenario:
    """The bound is for all lists of one verification, so that many lists cost no more than one."""
    other = "https://college.example/status/4"
    return Scenario(
        document=with_status(entry(), entry(url=other)),
        resources={LIST: signed_list(), other: signed_list(url=other)},
        policy={"limits": {"status_list_inflated_bytes": 30000}},
        expect=fails("limit.exceeded"),
    )


@case("A list of more bytes than are read", spec=["security model, limits"], importance="medium")
def too_many_bytes() -> Scenario:
    """One kilobyte is allowed here."""
    return looked_up(fails("limit.exceeded"), policy={"limits": {"status_list_bytes": 1024}})
