"""Status: every declared entry is looked up, in lists that verify by the same procedure."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    CREDENTIALS,
    badge,
)
from cases.lists import (
    ENTRIES,
    LIST,
    entry,
    signed_list,
)
from cases.mutations import drop, put, rekey, tamper
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes, refused
from cases.signing import Json, sign

FAMILY = Family("status")
case = FAMILY.case

ENTRY = ("BSL §2.1",)
LISTS = ("BSL §2.2",)
VALIDATE = ("BSL §3.2",)
AT = "/credentialStatus"
MEMBER = "/credentialSubject/verifiableCredential/0"
SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")


def with_status(*entries: Any, suite: str = "eddsa-rdfc-2022", **members: Any) -> Json:
    """A signed badge with these status entries: one as an object, several as an array."""
    held = entries[0] if len(entries) == 1 else list(entries)
    return sign(badge(credentialStatus=held, **members), COLLEGE, suite)


def looked_up(
    expect: Expectation, *entries: Any, listed: Any = None, suite: str = "eddsa-rdfc-2022", **more: Any
) -> Scenario:
    """A badge with status entries, and what stands at the URL of the list (a clear list unless given)."""
    return Scenario(
        document=with_status(*(entries or (entry(),)), suite=suite),
        resources={LIST: signed_list() if listed is None else listed},
        expect=expect,
        **more,
    )


GOOD = passes(status="passed")
REVOKED = fails(("status.revoked", AT), proof="passed", status="failed")


def malformed(pointer: str = AT, **facts: Any) -> Expectation:
    """The entry or its list cannot be used."""
    return fails(("status.malformed", pointer), absent=["status.revoked"], proof="passed", status="failed", **facts)


# The bit -----------------------------------------------------------------------------------------------

for _suite in SUITES:
    _form = "statements" if "rdfc" in _suite else "JSON"
    FAMILY.add(
        f"clear-{_form.lower()}",
        f"A clear bit: the badge stands ({_form} signed)",
        "The list is a credential with a proof of its own, by the badge's issuer.",
        partial(looked_up, GOOD, suite=_suite, listed=signed_list({6: 1, 8: 1}, suite=_suite)),
        spec=VALIDATE,
        importance="critical",
    )
    FAMILY.add(
        f"revoked-{_form.lower()}",
        f"A set bit under `revocation`: the badge is revoked ({_form} signed)",
        "Index 7 is the lowest bit of the first byte: indexes count from the highest.",
        partial(looked_up, REVOKED, suite=_suite, listed=signed_list({7: 1}, suite=_suite)),
        spec=VALIDATE,
        importance="critical",
    )

for _index in (0, 1, 8, ENTRIES - 1):
    FAMILY.add(
        f"revoked-at-{_index}",
        f"The bit at index {_index} is found",
        "The first bit of the list, its neighbour, the first of the second byte, the last of all.",
        partial(looked_up, REVOKED, entry(str(_index)), listed=signed_list({_index: 1})),
        spec=LISTS,
    )
    FAMILY.add(
        f"neighbours-of-{_index}",
        f"The neighbours of index {_index} do not revoke it",
        "Every bit around it is set.",
        partial(
            looked_up,
            GOOD,
            entry(str(_index)),
            listed=signed_list({at: 1 for at in range(_index - 9, _index + 10) if 0 <= at < ENTRIES and at != _index}),
        ),
        spec=LISTS,
        importance="medium",
    )


@case("A set bit under `suspension`: the badge is suspended", spec=ENTRY, importance="critical")
def suspended() -> Scenario:
    """It may come back; now it does not count."""
    return looked_up(
        fails(("status.suspended", AT), absent=["status.revoked"], status="failed"),
        entry(purpose="suspension"),
        listed=signed_list({7: 1}, purpose="suspension"),
    )


@case("A set bit under `refresh` is a message", spec=ENTRY)
def refresh() -> Scenario:
    """A newer version is to be had; this one is as good as it was."""
    return looked_up(
        passes(("status.message", AT), status="passed"),
        entry(purpose="refresh"),
        listed=signed_list({7: 1}, purpose="refresh"),
    )


@case("A set bit under a purpose that nobody knows leaves the question open", spec=ENTRY)
def unknown_purpose() -> Scenario:
    """It could mean anything, so it is no yes."""
    return looked_up(
        inconclusive(("status.unsupported", AT), status="indeterminate"),
        entry(purpose="deactivation"),
        listed=signed_list({7: 1}, purpose="deactivation"),
    )


@case("A clear bit under a purpose that nobody knows", spec=ENTRY, importance="medium")
def unknown_purpose_clear() -> Scenario:
    """Whatever it would mean, it is not said."""
    return looked_up(GOOD, entry(purpose="deactivation"), listed=signed_list(purpose="deactivation"))


@case("A purpose in other letters is that purpose", spec=ENTRY, importance="medium")
def purpose_case() -> Scenario:
    """Some issuers write `Revocation`; a set bit does not become a mere message for that."""
    return looked_up(REVOKED, entry(purpose="Revocation"), listed=signed_list({7: 1}, purpose="Revocation"))


# Several entries ---------------------------------------------------------------------------------------


@case("Of two entries the second is looked up too", spec=["VCDM 2.0 §4.10", *VALIDATE], importance="critical")
def second_entry() -> Scenario:
    """Clear for revocation, set for suspension."""
    other = "https://college.example/status/4"
    return Scenario(
        document=with_status(entry(), entry("9", "suspension", other)),
        resources={LIST: signed_list(), other: signed_list({9: 1}, purpose="suspension", url=other)},
        expect=fails(("status.suspended", f"{AT}/1"), absent=["status.revoked"], status="failed"),
    )


@case("Two entries that are clear", spec=["VCDM 2.0 §4.10", *VALIDATE])
def two_entries() -> Scenario:
    """One list for both purposes; it is loaded once."""
    return looked_up(GOOD, entry(), entry("9", "suspension"), listed=signed_list(purpose=["revocation", "suspension"]))


@case("One list, two purposes, one of them set", spec=LISTS)
def purposes_of_list() -> Scenario:
    """The list serves both purposes; the entry asks for one."""
    return looked_up(REVOKED, listed=signed_list({7: 1}, purpose=["revocation", "suspension"]))


@case("Two entries with one id cannot be told apart", spec=["RDF 1.1 §3.4", *ENTRY], importance="medium")
def one_id() -> Scenario:
    """In the graph they are one thing with two lists: nobody can say which index belongs to which."""
    other = "https://college.example/status/4"
    return Scenario(
        document=with_status(entry(), entry(url=other, id=entry()["id"])),
        resources={LIST: signed_list(), other: signed_list(url=other)},
        expect=fails("status.malformed", absent=["status.revoked"], proof="passed", status="failed"),
    )


@case("An entry of an unknown type leaves the question open", spec=["VCDM 2.0 §4.10"], importance="critical")
def unknown_type() -> Scenario:
    """Declared, but nobody here knows how to ask."""
    unknown = {"id": "https://college.example/ask/7", "type": "https://college.example/terms#AskTheRegistrar"}
    return Scenario(
        document=with_status(unknown),
        expect=inconclusive(("status.unsupported", AT), proof="passed", status="indeterminate"),
    )


@case("One known entry and one unknown leave the question open", spec=["VCDM 2.0 §4.10"], importance="critical")
def known_and_unknown() -> Scenario:
    """The clear bit does not answer for the other."""
    unknown = {"id": "https://college.example/ask/7", "type": "https://college.example/terms#AskTheRegistrar"}
    return looked_up(inconclusive(("status.unsupported", f"{AT}/1"), status="indeterminate"), entry(), unknown)


@case("An unknown entry does not hide a revocation", spec=["VCDM 2.0 §4.10"], importance="critical")
def unknown_and_revoked() -> Scenario:
    """Both are said; the revocation decides."""
    unknown = {"id": "https://college.example/ask/7", "type": "https://college.example/terms#AskTheRegistrar"}
    return looked_up(
        fails("status.unsupported", ("status.revoked", f"{AT}/1"), status="failed"),
        unknown,
        entry(),
        listed=signed_list({7: 1}),
    )


@case("Five hundred status entries are refused", spec=["security model, limits"])
def five_hundred() -> Scenario:
    """Nobody loads five hundred lists for one badge."""
    entries = [entry(str(at), url=f"https://college.example/status/{at}") for at in range(500)]
    return Scenario(document=with_status(*entries), expect=fails("limit.exceeded", proof="passed", status="failed"))


@case("Eight status entries are judged", spec=["security model, limits"], importance="medium")
def eight() -> Scenario:
    """At the limit: all of one list."""
    return looked_up(GOOD, *(entry(str(at)) for at in range(8)))


# Spelling of the entry ---------------------------------------------------------------------------------


def _respelled(how: str, expect: Expectation) -> Scenario:
    document = with_status(entry())
    held = document["credentialStatus"]
    if how == "array":
        document = put(document, AT, [held])
    elif how == "nested":
        document = put(document, AT, [[held]])
    elif how == "iri":
        document = rekey(document, AT, CREDENTIALS + "credentialStatus")
    return Scenario(document=document, resources={LIST: signed_list({7: 1})}, expect=expect)


for _how, _what in {
    "array": "in an array of one",
    "nested": "in an array within an array",
    "iri": "under its absolute IRI",
}.items():
    FAMILY.add(
        f"respelled-{_how}",
        f"A status {_what} is looked up",
        "The same signed statements in another spelling: the badge stays revoked.",
        partial(_respelled, _how, refused("status.revoked", absent=["proof.invalid"], status="failed")),
        spec=["DI §2.4.1", "VCDM 2.0 §4.10"],
        importance="critical",
    )


@case("A status removed after signing", spec=["DI §4.4"], importance="critical")
def removed() -> Scenario:
    """Without the entry the proof does not hold."""
    return Scenario(document=drop(with_status(entry()), AT), expect=fails("proof.invalid", proof="failed"))


@case("An index changed after signing", spec=["DI §4.4"], importance="critical")
def moved() -> Scenario:
    """Another, clear bit is named; the signature does not cover that."""
    return Scenario(
        document=tamper(with_status(entry()), f"{AT}/statusListIndex", "8"),
        resources={LIST: signed_list({7: 1})},
        expect=fails("proof.invalid", proof="failed"),
    )


for _name, _value in {"null": None, "empty-array": []}.items():
    FAMILY.add(
        f"nothing-{_name}",
        f"A status of {'null' if _value is None else 'no entries'} says nothing",
        "JSON-LD has no statement for it: as if it were not there, with a warning about the form.",
        lambda value=_value: Scenario(
            document=sign({**badge(), "credentialStatus": value}, COLLEGE),
            expect=passes("terms.form", status="not-run"),
        ),
        spec=["VCDM 2.0 §4.10", "JSON-LD 1.1 §9.5"],
        importance="medium",
    )


@case("A status of an empty object has no type", spec=["VCDM 2.0 §4.10"])
def empty_object() -> Scenario:
    """Something is declared, and nobody can say what."""
    return Scenario(document=with_status({}), expect=fails("data-model.required", "status.unsupported", proof="passed"))


@case("A status that is a URL is no status entry", spec=["VCDM 2.0 §4.10"])
def url_only() -> Scenario:
    """It names something of no type."""
    return Scenario(
        document=with_status(f"{LIST}#7"),
        resources={LIST: signed_list()},
        expect=fails("data-model.required", "status.unsupported", proof="passed"),
    )


@case("A status that is text in signed JSON is no status entry", spec=["VCDM 2.0 §4.10"], features=["jcs"])
def text_only() -> Scenario:
    """The number 7, under a signature over the JSON."""
    return Scenario(
        document=with_status(7, suite="eddsa-jcs-2022"),
        expect=fails(("status.malformed", AT), "data-model.value", proof="passed", status="failed"),
    )
