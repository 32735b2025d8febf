"""JCS suites: documents that are read by their names, without JSON-LD processing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cases import tokens
from cases.documents import COLLEGE, OB, STRANGER, V2, XSD_DATE_TIME, badge, clr, signed_badge
from cases.documents import CREDENTIALS as CRED
from cases.keyring import ec_key
from cases.lists import entry
from cases.mutations import append_context, date_literal, put, tamper
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import Json, sign

FAMILY = Family("jcs", "jcs", "embedded")
case = FAMILY.case

SPEC = ("DI-EDDSA §3.3", "RFC 8785")
CLR_TERMS = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#"


def signed(document: Json) -> Json:
    return sign(document, COLLEGE, "eddsa-jcs-2022")


@case("A name changed after signing fails", spec=SPEC, importance="critical")
def tampered() -> Scenario:
    """The plain negative case of the suite."""
    return Scenario(document=tamper(signed(badge())), expect=fails("proof.invalid", proof="failed"))


@case("ecdsa-jcs-2019: an altered document fails", spec=["DI-ECDSA §3.3", "RFC 8785"], importance="critical")
def ecdsa_tampered() -> Scenario:
    """P-384."""
    key = ec_key("college", "P-384")
    return Scenario(
        document=tamper(sign(badge(key), key, "ecdsa-jcs-2019")), expect=fails("proof.invalid", proof="failed")
    )


@case("An undefined name added after signing fails the proof", spec=SPEC, importance="critical")
def added_undefined() -> Scenario:
    """Here nothing is dropped: every member is signed."""
    return Scenario(
        document={**signed(badge()), "honours": "summa cum laude"}, expect=fails("proof.invalid", proof="failed")
    )


@case("An undefined name that was signed is meaningless, not unsigned", spec=SPEC)
def undefined() -> Scenario:
    """The signature covers it; no context says what it means: a warning."""
    return Scenario(
        document=signed(badge(honours="summa cum laude")),
        expect=passes(("terms.undefined", "/honours"), only=False, terms="passed"),
    )


@case("Contexts added to a proof over JSON give it no meaning", spec=["DI-EDDSA §3.3.2"], importance="critical")
def contexts_added() -> Scenario:
    """The proof names the contexts that it was made with; what came behind them is nobody's word."""
    plain = sign({**badge(), "@context": [V2]}, COLLEGE, "eddsa-jcs-2022")
    return Scenario(document={**plain, "@context": [V2, OB]}, expect=refused("terms.form", proof="passed"))


def _wrapped(wrapper: str, ended: Json) -> Scenario:
    held = ended if wrapper == "@nest" else [{"id": badge()["id"], **ended}]
    return Scenario(document=signed({**badge(), wrapper: held}), expect=refused(proof="passed"))


for _wrapper in ("@nest", "@included"):
    FAMILY.add(
        f"wrapped-{_wrapper[1:]}",
        f"An end that signed JSON tells inside {_wrapper} is not passed over",
        "Names are read where they stand; what a JSON-LD reader would find in a wrapper would go unread.",
        partial(_wrapped, _wrapper, {"validUntil": "2026-03-31T23:59:59Z"}),
        spec=[*SPEC, "VCDM 2.0 §4.9"],
        importance="critical",
    )


@case("Re-spelling a member by its IRI fails the proof", spec=SPEC)
def rekeyed() -> Scenario:
    """In canonical JSON another name is another document."""
    document = signed(badge(validUntil="2026-03-31T23:59:59Z"))
    return Scenario(
        document={
            ("https://www.w3.org/2018/credentials#validUntil" if n == "validUntil" else n): v
            for n, v in document.items()
        },
        expect=fails("proof.invalid", proof="failed"),
    )


@case("An unknown context does not stop a JCS document", spec=[*SPEC, "DI §2.4.1"])
def unknown_context() -> Scenario:
    """JSON-LD processing is not needed to verify it."""
    document = append_context(badge(), "https://contexts.example/awards/v1")
    return Scenario(document=signed(document), expect=passes(only=False, issuer="passed"))


@case("An inline context that only adds terms is a matter of form", spec=[*SPEC, "DI §2.4.1"])
def inline_addition() -> Scenario:
    """As in the RDF suites."""
    document = append_context(badge(award="Golden iron 2026"), {"award": "https://schema.org/award"})
    return Scenario(document=signed(document), expect=passes("terms.form", only=False, terms="passed"))


@case("An inline context that redefines is refused", spec=[*SPEC, "JSON-LD 1.1 §4.1.11"], importance="critical")
def inline_redefinition() -> Scenario:
    """The issuer signed it; by JSON-LD the name would mean something else than it says."""
    document = append_context(badge(), {"name": "https://schema.org/alternateName"})
    return Scenario(document=signed(document), expect=fails("terms.redefined", proof="passed", terms="failed"))


_PAST = "2026-03-31T23:59:59Z"
_STRANGE: Json = {"id": STRANGER.did, "type": ["AchievementSubject"]}


def _broken_member() -> Json:
    return {**signed_badge(), "name": "Changed after signing"}


_OTHER_NAMES: dict[str, tuple[str, Json, Callable[[], Json]]] = {
    "until": (
        "the end of validity",
        {"vu": {"@id": CRED + "validUntil", "@type": XSD_DATE_TIME}},
        lambda: {"vu": _PAST},
    ),
    "prefix": ("the end of validity, by a prefix", {"c": CRED}, lambda: {"c:validUntil": date_literal(_PAST)}),
    "prefix-of-prefix": (
        "the end of validity, by a prefix of a prefix",
        {"w": "https://www.w3.org/2018/", "c": {"@id": "w:credentials#", "@prefix": True}},
        lambda: {"c:validUntil": date_literal(_PAST)},
    ),
    "vocabulary": ("the end of validity, by a vocabulary", {"@vocab": CRED}, lambda: {"validityEnd": _PAST}),
    "wrapper": ("a wrapper around the end of validity", {"n": "@nest"}, lambda: {"n": {"validUntil": _PAST}}),
    "status": ("the status", {"cs": {"@id": CRED + "credentialStatus", "@type": "@id"}}, lambda: {"cs": entry("7")}),
    "issuer": ("a second issuer", {"by": {"@id": CRED + "issuer", "@type": "@id"}}, lambda: {"by": STRANGER.did}),
    "subject": ("a second subject", {"of": {"@id": CRED + "credentialSubject"}}, lambda: {"of": _STRANGE}),
    "scoped": (
        "the end of validity, in a definition",
        {"x": {"@id": "https://example.org/x", "@context": {"vu": CRED + "validUntil"}}},
        lambda: {"x": {"id": badge()["id"], "vu": date_literal(_PAST)}},
    ),
}


def _other_name(name: str, form: str) -> Scenario:
    _, context, members = _OTHER_NAMES[name]
    document = append_context({**badge(), **members()}, context)
    return Scenario(
        document=signed(document) if form == "jcs" else tokens.signed(document, COLLEGE),
        expect=fails("terms.redefined", proof="passed", terms="failed"),
    )


for _name, (_what, _, _) in _OTHER_NAMES.items():
    for _form in ("jcs", "token"):
        FAMILY.add(
            f"other-name-{_name}-{_form}",
            f"Signed JSON ({_form}) has no other name for {_what}",
            "JSON is read by its names: what an inline context makes another name of goes unread.",
            partial(_other_name, _name, _form),
            spec=[*SPEC, "DI §2.4.1"],
            importance="critical",
        )


@case("Signed JSON has no other name for the members of a record", spec=[*SPEC, "CLR 2.0 §B"], importance="critical")
def other_name_members() -> Scenario:
    """One member stands where readers look; a broken one under the other name."""
    document = append_context(clr([signed_badge()]), {"more": {"@id": f"{CLR_TERMS}verifiableCredential"}})
    document["credentialSubject"]["more"] = [_broken_member()]
    return Scenario(document=signed(document), expect=refused("terms.redefined", proof="passed"))


@case("An unknown context does not cover another name", spec=[*SPEC, "DI §2.4.1"], importance="critical")
def other_name_under_unknown() -> Scenario:
    """What the unknown context says is not known; what the document says itself is."""
    context, members = _OTHER_NAMES["until"][1:]
    document = append_context({**badge(), **members()}, "https://contexts.example/awards/v1")
    return Scenario(
        document=signed(append_context(document, context)),
        expect=fails("terms.redefined", proof="passed", terms="failed"),
    )


@case("Numbers, escapes and order are canonical", spec=SPEC)
def canonical_form() -> Scenario:
    """Keys beyond the basic plane sort by UTF-16 code units; controls and slashes have one spelling."""
    document = badge()
    document["credentialSubject"]["achievement"] |= {
        "creditsAvailable": 1e21,
        "description": 'quote " back \\ slash / tab \t line \n \u2028 \u007f \U0001f527',
        "tag": ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"],
    }
    return Scenario(document=signed(document), expect=passes(only=False, terms="passed"))


@case("A stranger's key in a JCS proof is not the issuer's", spec=["DI §5.9", *SPEC], importance="critical")
def unbound() -> Scenario:
    """Binding is judged alike for all suites."""
    return Scenario(
        document=sign(badge(), STRANGER, "eddsa-jcs-2022"),
        expect=fails("issuer.unbound", proof="passed", issuer="failed"),
    )


@case(
    "An expired member of a JCS record fails it",
    spec=["CLR 2.0 §B", *SPEC],
    features=["clr", "nested"],
    importance="critical",
)
def member_expired() -> Scenario:
    """Both are read by name."""
    at = "/credentialSubject/verifiableCredential/0"
    member = signed(badge(validUntil="2026-03-31T23:59:59Z"))
    return Scenario(
        document=signed(clr([member])),
        expect=fails(
            ("validity.expired", f"{at}/validUntil"),
            ("member.failed", at),
            proof="passed",
            validity="passed",
            members="failed",
        ),
    )


@case(
    "A JCS member whose undefined name was signed passes in an RDF record",
    spec=["DI §2.4.3", *SPEC],
    features=["clr", "nested"],
)
def undefined_in_member() -> Scenario:
    """The member's signature covers the name, the record's does not: what the record signed around it lost it."""
    member = signed(badge(honours="summa cum laude"))
    return Scenario(
        document=sign(clr([member, signed_badge(name="Other")]), COLLEGE),
        expect=fails(
            ("terms.undefined", "/credentialSubject/verifiableCredential/0/honours"), proof="passed", terms="failed"
        ),
    )


@case("A JCS proof over reordered contexts fails", spec=SPEC)
def contexts_reordered() -> Scenario:
    """Order is meaning in a list of contexts; the proof carries the list as it was."""
    document = sign(
        badge(context=[V2, OB, "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]), COLLEGE, "eddsa-jcs-2022"
    )
    return Scenario(
        document=put(document, "/@context", [V2, "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json", OB]),
        expect=fails("proof.context", proof="failed"),
    )
