"""Declared schemas and related resources: applied, compared, or said not to be."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import partial
from typing import Any

from cases.documents import BADGE_CONTEXTS, CLR_CONTEXTS, COLLEGE, CREDENTIALS, XSD_DATE_TIME, badge, clr, signed_badge
from cases.families.status_older import EXTENSIONS
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes, refused
from cases.signing import Json, sign

FAMILY = Family("schema", "schema")
case = FAMILY.case

VC_SCHEMA = ("VC-JSON-SCHEMA §4", "VCDM 2.0 §4.11")
ONE_EDTECH = ("OB 3.0 §9.1 step 1",)
RELATED = ("VCDM 2.0 §5.3",)
URL = "https://college.example/schema.json"
NAMED: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": URL,
    "type": "object",
    "properties": {"name": {"const": "Soldering, level 2"}},
    "required": ["name"],
}


def declared(
    expect: Expectation, schema: Any = NAMED, *, kind: str = "JsonSchema", url: str = URL, **more: Any
) -> Scenario:
    """A badge that declares a schema, and what stands at its URL (None: nothing)."""
    members = {name: value for name, value in more.items() if name == "name"}
    entry = {"id": url, "type": kind} | {name: value for name, value in more.items() if name != "name"}
    document = sign(badge(context=[*BADGE_CONTEXTS, EXTENSIONS], credentialSchema=entry, **members), COLLEGE)
    return Scenario(document=document, resources={} if schema is None else {url: schema}, expect=expect)


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def integrity(body: bytes) -> str:
    """The `digestSRI` of a body."""
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


@case("A credential that fits its schema", spec=VC_SCHEMA)
def fits() -> Scenario:
    """JSON Schema 2020-12, supplied."""
    return declared(passes(schema="passed"))


@case("A credential that does not fit its schema", spec=VC_SCHEMA, importance="high")
def does_not_fit() -> Scenario:
    """The place is told."""
    return declared(fails(("schema.failed", "/name"), schema="failed"), name="Brazing")


_ENDS: Json = {"$schema": NAMED["$schema"], "properties": {"validUntil": {"const": "2026-07-01T00:00:00Z"}}}
_UNTIL = f"{CREDENTIALS}validUntil"


def _by_other_names(spelling: str) -> Scenario:
    """A badge that ends in 2027, though its schema says 2026; the member is renamed after signing."""
    document = sign(
        badge(validUntil="2027-01-01T00:00:00Z", credentialSchema={"id": URL, "type": "JsonSchema"}), COLLEGE
    )
    value = document.pop("validUntil")
    if spelling == "iri":
        document[_UNTIL] = {"@type": XSD_DATE_TIME, "@value": value}
    elif spelling == "nest":
        document["@nest"] = {"validUntil": value}
    else:
        document["@context"] = [*document["@context"], {"ends": {"@id": _UNTIL, "@type": XSD_DATE_TIME}}]
        document["ends"] = value
    return Scenario(document=document, resources={URL: _ENDS}, expect=refused(proof="passed"))


for _spelling in ("iri", "nest", "alias"):
    FAMILY.add(
        f"evaded-{_spelling}",
        f"A schema is not evaded by another name ({_spelling})",
        "The statements are those that were signed, but the schema, which reads names, has not seen all of them.",
        partial(_by_other_names, _spelling),
        spec=[*VC_SCHEMA, "DI §4.6"],
        importance="critical",
        features=["respelled"],
    )


@case("A schema that cannot be had", spec=VC_SCHEMA)
def unavailable() -> Scenario:
    """Neither yes nor no."""
    return declared(inconclusive("schema.unavailable", schema="indeterminate"), None)


@case("A schema of a draft that nobody here knows", spec=VC_SCHEMA)
def unknown_draft() -> Scenario:
    """What its words mean cannot be told."""
    schema = NAMED | {"$schema": "https://json-schema.org/draft/2050-01/schema"}
    return declared(inconclusive("schema.unsupported", schema="indeterminate"), schema)


@case("A schema that names no draft", spec=VC_SCHEMA)
def no_draft() -> Scenario:
    """The specification asks for `$schema`; without it the result is indeterminate."""
    schema = {name: value for name, value in NAMED.items() if name != "$schema"}
    return declared(inconclusive("schema.unsupported", schema="indeterminate"), schema)


@case("A schema of draft 2019-09", spec=(*VC_SCHEMA, *ONE_EDTECH))
def draft_2019() -> Scenario:
    """The draft of 1EdTech's own schemas."""
    return declared(passes(schema="passed"), NAMED | {"$schema": "https://json-schema.org/draft/2019-09/schema"})


@case("A schema with its digest", spec=(*VC_SCHEMA, *RELATED))
def digest() -> Scenario:
    """It is the schema that the issuer meant."""
    return declared(passes(schema="passed"), digestSRI=integrity(compact(NAMED)))


@case("A schema that was exchanged", spec=(*VC_SCHEMA, *RELATED), importance="high")
def other_digest() -> Scenario:
    """Its digest is signed; what stands at the URL is something else."""
    return declared(fails("related.digest", schema="failed"), digestSRI=integrity(b"{}"))


@case(
    "A schema that points elsewhere is not followed", spec=("JSON Schema 2020-12 §8.2.3", "CWE-918"), importance="high"
)
def remote_reference() -> Scenario:
    """A `$ref` to another host is nothing that a verifier asks for."""
    schema = NAMED | {"$ref": "https://attacker.example/schema.json"}
    scenario = declared(inconclusive(schema="indeterminate"), schema)
    scenario.resources["https://attacker.example/schema.json"] = {"not": {}}
    return scenario


_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_RECORDS = "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"


@case("A badge that declares 1EdTech's schema", spec=ONE_EDTECH)
def one_edtech() -> Scenario:
    """Known by its URL; nothing is loaded."""
    return declared(passes(schema="passed"), None, kind="1EdTechJsonSchemaValidator2019", url=_BADGES)


@case("A badge that does not fit 1EdTech's schema", spec=ONE_EDTECH, importance="high")
def one_edtech_fails() -> Scenario:
    """An achievement without criteria."""
    entry = {"id": _BADGES, "type": "1EdTechJsonSchemaValidator2019"}
    document = badge(context=[*BADGE_CONTEXTS, EXTENSIONS], credentialSchema=entry)
    del document["credentialSubject"]["achievement"]["criteria"]
    return Scenario(document=sign(document, COLLEGE), expect=fails("schema.failed", schema="failed"))


@case("A record that declares 1EdTech's schema", spec=ONE_EDTECH, features=["clr"])
def one_edtech_record() -> Scenario:
    """The schema of records."""
    entry = {"id": _RECORDS, "type": "1EdTechJsonSchemaValidator2019"}
    document = clr([signed_badge()], context=[*CLR_CONTEXTS, EXTENSIONS], credentialSchema=[entry])
    return Scenario(document=sign(document, COLLEGE), expect=passes(schema="passed"))


@case("A related resource that is what was signed", spec=RELATED, features=["related"])
def related() -> Scenario:
    """Compared where it is at hand."""
    return _related(integrity(b"The syllabus."), passes())


@case("A related resource that was exchanged", spec=RELATED, features=["related"], importance="high")
def related_exchanged() -> Scenario:
    """A mismatch must be an error."""
    return _related(integrity(b"Another syllabus."), fails("related.digest"))


def _related(text: str, expect: Expectation) -> Scenario:
    url = "https://college.example/syllabus.txt"
    document = sign(badge(relatedResource=[{"id": url, "digestSRI": text}]), COLLEGE)
    return Scenario(document=document, resources={url: "The syllabus."}, expect=expect)
