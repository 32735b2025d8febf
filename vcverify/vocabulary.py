"""The IRIs and names that the verifier reads, each with where it is specified.

A `Term` is one property under both its names: the IRIs that graph-signed documents say it by (the
newest first; published contexts gave some terms other IRIs in other versions) and the JSON member
name that JOSE and JCS documents say it by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

CRED: Final = "https://www.w3.org/2018/credentials#"
SEC: Final = "https://w3id.org/security#"
OB: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
CLR: Final = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#"
SCHEMA: Final = "https://schema.org/"
STATUS: Final = "https://www.w3.org/ns/credentials/status#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_TYPE: Final = RDF + "type"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

CREDENTIALS_V1: Final = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True, slots=True)
class Term:
    """A property: its JSON member name, its IRIs, these as N-Quads terms, and all its names as a JSON member."""

    name: str
    iris: tuple[str, ...]
    keys: tuple[str, ...]
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", (self.name, *self.iris))


@dataclass(frozen=True, slots=True)
class Class:
    """A type: the names it goes by in JSON, the one to show first, its IRI, and this as N-Quads term."""

    names: tuple[str, ...]
    iri: str
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"<{self.iri}>")

    @property
    def name(self) -> str:
        return self.names[0]


class Terms:
    """Several properties, to ask for all at once."""

    __slots__ = ("keys", "names", "terms")

    def __init__(self, *terms: Term) -> None:
        self.terms = terms
        self.keys = frozenset(key for term in terms for key in term.keys)
        self.names = frozenset(name for term in terms for name in term.names)


def _term(name: str, *iris: str) -> Term:
    return Term(name, iris, tuple(f"<{iri}>" for iri in iris))


# VCDM 2.0 §4 and VCDM 1.1 §4
ISSUER: Final = _term("issuer", CRED + "issuer")
HOLDER: Final = _term("holder", CRED + "holder")
CREDENTIAL_SUBJECT: Final = _term("credentialSubject", CRED + "credentialSubject")
VALID_FROM: Final = _term("validFrom", CRED + "validFrom")
VALID_UNTIL: Final = _term("validUntil", CRED + "validUntil")
ISSUANCE_DATE: Final = _term("issuanceDate", CRED + "issuanceDate")
EXPIRATION_DATE: Final = _term("expirationDate", CRED + "expirationDate")
CREDENTIAL_STATUS: Final = _term("credentialStatus", CRED + "credentialStatus")
CREDENTIAL_SCHEMA: Final = _term("credentialSchema", CRED + "credentialSchema")
REFRESH_SERVICE: Final = _term("refreshService", CRED + "refreshService")
TERMS_OF_USE: Final = _term("termsOfUse", CRED + "termsOfUse")
EVIDENCE: Final = _term("evidence", CRED + "evidence")
RELATED_RESOURCE: Final = _term("relatedResource", CRED + "relatedResource")
VERIFIABLE_CREDENTIAL: Final = _term("verifiableCredential", CRED + "verifiableCredential")
NAME: Final = _term("name", SCHEMA + "name", "http://schema.org/name")
DESCRIPTION: Final = _term("description", SCHEMA + "description", "http://schema.org/description")
DIGEST_SRI: Final = _term("digestSRI", CRED + "digestSRI")
DIGEST_MULTIBASE: Final = _term("digestMultibase", SEC + "digestMultibase")
PROOF: Final = _term("proof", SEC + "proof")

# Open Badges 3.0 §B
ACHIEVEMENT: Final = _term("achievement", OB + "achievement", OB + "achievement-0", OB + "Achievement")
IDENTIFIER: Final = _term("identifier", OB + "identifier")
ENDORSEMENT: Final = _term("endorsement", OB + "endorsement")
ENDORSEMENT_JWT: Final = _term("endorsementJwt", OB + "endorsementJwt")
ACHIEVEMENT_KIND: Final = _term("achievementType", OB + "achievementType")
CRITERIA: Final = _term("criteria", OB + "Criteria")
NARRATIVE: Final = _term("narrative", OB + "narrative")
CREDITS_AVAILABLE: Final = _term("creditsAvailable", OB + "creditsAvailable")
VERSION: Final = _term("version", OB + "version")
FIELD_OF_STUDY: Final = _term("fieldOfStudy", OB + "fieldOfStudy")
SPECIALIZATION: Final = _term("specialization", OB + "specialization")
HUMAN_CODE: Final = _term("humanCode", OB + "humanCode")
IN_LANGUAGE: Final = _term("inLanguage", SCHEMA + "inLanguage")
CREATOR: Final = _term("creator", OB + "creator", OB + "Profile")
RELATED: Final = _term("related", OB + "related")
AWARDED_DATE: Final = _term("awardedDate", OB + "awardedDate")
IMAGE: Final = _term("image", OB + "image", OB + "Image")
RESULT: Final = _term("result", OB + "result")
RESULT_DESCRIPTION: Final = _term("resultDescription", OB + "resultDescription")
RESULT_TYPE: Final = _term("resultType", OB + "resultType")
RESULT_VALUE: Final = _term("value", SCHEMA + "value")
RESULT_STATUS: Final = _term("status", OB + "status")
ACHIEVED_LEVEL: Final = _term("achievedLevel", OB + "achievedLevel")
ALLOWED_VALUE: Final = _term("allowedValue", OB + "allowedValue")
VALUE_MIN: Final = _term("valueMin", OB + "valueMin")
VALUE_MAX: Final = _term("valueMax", OB + "valueMax")
REQUIRED_VALUE: Final = _term("requiredValue", OB + "requiredValue")
REQUIRED_LEVEL: Final = _term("requiredLevel", OB + "requiredLevel")
RUBRIC_LEVEL: Final = _term("rubricCriterionLevel", OB + "rubricCriterionLevel")
ALIGNMENT: Final = _term("alignment", OB + "alignment")
TARGET_NAME: Final = _term("targetName", SCHEMA + "targetName")
TARGET_URL: Final = _term("targetUrl", SCHEMA + "targetUrl")
TARGET_CODE: Final = _term("targetCode", OB + "targetCode")
TARGET_TYPE: Final = _term("targetType", OB + "targetType")
IDENTITY_HASH: Final = _term("identityHash", OB + "identityHash")
IDENTITY_TYPE: Final = _term("identityType", OB + "identityType")
HASHED: Final = _term("hashed", OB + "hashed")
SALT: Final = _term("salt", OB + "salt")
SOURCE: Final = _term("source", OB + "source")

# CLR 2.0 §B
CLR_MEMBER: Final = _term("verifiableCredential", CLR + "verifiableCredential")
CLR_ACHIEVEMENT: Final = _term("achievement", CLR + "achievement")
CLR_IDENTIFIER: Final = _term("identifier", CLR + "identifier-1", OB + "identifier")
ASSOCIATION: Final = _term("association", CLR + "association")
ASSOCIATION_TYPE: Final = _term("associationType", CLR + "AssociationType")
SOURCE_ID: Final = _term("sourceId", CLR + "sourceId")
TARGET_ID: Final = _term("targetId", CLR + "targetId")
PARTIAL: Final = _term("partial", CLR + "partial")

# RDF 1.1 Schema §5.2: how statements say an ordered list
FIRST: Final = _term("@first", RDF + "first")
REST: Final = _term("@rest", RDF + "rest")

VERIFIABLE_CREDENTIAL_TYPE: Final = Class(("VerifiableCredential",), CRED + "VerifiableCredential")
VERIFIABLE_PRESENTATION_TYPE: Final = Class(("VerifiablePresentation",), CRED + "VerifiablePresentation")
ENVELOPED_CREDENTIAL: Final = Class(("EnvelopedVerifiableCredential",), CRED + "EnvelopedVerifiableCredential")
ENVELOPED_PRESENTATION: Final = Class(("EnvelopedVerifiablePresentation",), CRED + "EnvelopedVerifiablePresentation")
CLR_CREDENTIAL: Final = Class(("ClrCredential",), CLR + "ClrCredential")
CLR_SUBJECT: Final = Class(("ClrSubject",), CLR + "ClrSubject")
ASSOCIATION_CLASS: Final = Class(("Association",), CLR + "Association")
OPEN_BADGE_CREDENTIAL: Final = Class(("OpenBadgeCredential", "AchievementCredential"), OB + "OpenBadgeCredential")
ENDORSEMENT_CREDENTIAL: Final = Class(("EndorsementCredential",), OB + "EndorsementCredential")
ACHIEVEMENT_SUBJECT: Final = Class(("AchievementSubject",), OB + "AchievementSubject")
ACHIEVEMENT_TYPE: Final = Class(("Achievement",), OB + "Achievement")
ENDORSEMENT_SUBJECT: Final = Class(("EndorsementSubject",), OB + "EndorsementSubject")
STATUS_LIST_CREDENTIAL: Final = Class(("BitstringStatusListCredential",), STATUS + "BitstringStatusListCredential")

# Parts of achievements (Open Badges 3.0 §B)
IMAGE_CLASS: Final = Class(("Image",), OB + "Image")
EVIDENCE_CLASS: Final = Class(("Evidence",), OB + "Evidence")
RESULT_CLASS: Final = Class(("Result",), OB + "Result")
RESULT_DESCRIPTION_CLASS: Final = Class(("ResultDescription",), OB + "ResultDescription")
RUBRIC_LEVEL_CLASS: Final = Class(("RubricCriterionLevel",), OB + "RubricCriterionLevel")
ALIGNMENT_CLASS: Final = Class(("Alignment",), SCHEMA + "AlignmentObject")
ALIGNMENT_CLASS_3_0_0: Final = Class(("Alignment",), SCHEMA + "Alignment")

# VC JSON Schema §3, VCDM 1.1 §5.4, 1EdTech JSON Schema Validator 2019
JSON_SCHEMA: Final = Class(("JsonSchema",), CRED + "JsonSchema")
JSON_SCHEMA_CREDENTIAL: Final = Class(("JsonSchemaCredential",), CRED + "JsonSchemaCredential")
JSON_SCHEMA_VALIDATOR_2018: Final = Class(("JsonSchemaValidator2018",), CRED + "JsonSchemaValidator2018")
ONE_EDTECH_SCHEMA_2019: Final = Class(
    ("1EdTechJsonSchemaValidator2019",),
    "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019",
)
JSON_SCHEMA_TEXT: Final = _term("jsonSchema", CRED + "jsonSchema")

# 1EdTech Credential Refresh Service 1.0
ONE_EDTECH_REFRESH: Final = Class(
    ("1EdTechCredentialRefresh",), "https://purl.imsglobal.org/spec/vccr/v1p0/context.json#1EdTechCredentialRefresh"
)

# Bitstring Status List 1.0 §2, StatusList2021, RevocationList2020, 1EdTech revocation list
LIST_2021: Final = "https://w3id.org/vc/status-list#"
LIST_2020: Final = "https://w3id.org/vc-revocation-list-2020#"
STATUS_PURPOSE: Final = _term("statusPurpose", STATUS + "statusPurpose", LIST_2021 + "statusPurpose")
STATUS_LIST_INDEX: Final = _term("statusListIndex", STATUS + "statusListIndex", LIST_2021 + "statusListIndex")
STATUS_LIST_REFERENCE: Final = _term(
    "statusListCredential", STATUS + "statusListCredential", LIST_2021 + "statusListCredential"
)
REVOCATION_LIST_INDEX: Final = _term("revocationListIndex", LIST_2020 + "revocationListIndex")
REVOCATION_LIST_REFERENCE: Final = _term("revocationListCredential", LIST_2020 + "revocationListCredential")
STATUS_SIZE: Final = _term("statusSize", STATUS + "statusSize")
STATUS_MESSAGE: Final = _term("statusMessage", STATUS + "statusMessage")
MESSAGE: Final = _term("message", STATUS + "message")
MESSAGE_STATUS: Final = _term("status", STATUS + "status")
ENCODED_LIST: Final = _term("encodedList", STATUS + "encodedList", LIST_2021 + "encodedList", LIST_2020 + "encodedList")
TTL: Final = _term("ttl", STATUS + "ttl")

BITSTRING_ENTRY: Final = Class(("BitstringStatusListEntry",), STATUS + "BitstringStatusListEntry")
STATUS_LIST_2021_ENTRY: Final = Class(("StatusList2021Entry",), LIST_2021 + "StatusList2021Entry")
REVOCATION_LIST_2020_STATUS: Final = Class(("RevocationList2020Status",), LIST_2020 + "RevocationList2020Status")
ONE_EDTECH_REVOCATION_LIST: Final = Class(
    ("1EdTechRevocationList",), "https://purl.imsglobal.org/spec/vcrl/v1p0/context.json#1EdTechRevocationList"
)
BITSTRING_LIST: Final = Class(("BitstringStatusList",), STATUS + "BitstringStatusList")
STATUS_LIST_2021: Final = Class(("StatusList2021",), LIST_2021 + "StatusList2021")
REVOCATION_LIST_2020: Final = Class(("RevocationList2020",), LIST_2020 + "RevocationList2020")
STATUS_LIST_2021_CREDENTIAL: Final = Class(("StatusList2021Credential",), LIST_2021 + "StatusList2021Credential")
REVOCATION_LIST_2020_CREDENTIAL: Final = Class(
    ("RevocationList2020Credential",), LIST_2020 + "RevocationList2020Credential"
)

CLASSES: Final = (
    VERIFIABLE_CREDENTIAL_TYPE,
    VERIFIABLE_PRESENTATION_TYPE,
    ENVELOPED_CREDENTIAL,
    ENVELOPED_PRESENTATION,
    CLR_CREDENTIAL,
    CLR_SUBJECT,
    ASSOCIATION_CLASS,
    OPEN_BADGE_CREDENTIAL,
    ENDORSEMENT_CREDENTIAL,
    ACHIEVEMENT_SUBJECT,
    ACHIEVEMENT_TYPE,
    ENDORSEMENT_SUBJECT,
    IMAGE_CLASS,
    EVIDENCE_CLASS,
    RESULT_CLASS,
    RESULT_DESCRIPTION_CLASS,
    RUBRIC_LEVEL_CLASS,
    ALIGNMENT_CLASS_3_0_0,
    ALIGNMENT_CLASS,
    STATUS_LIST_CREDENTIAL,
    STATUS_LIST_2021_CREDENTIAL,
    REVOCATION_LIST_2020_CREDENTIAL,
    BITSTRING_LIST,
    STATUS_LIST_2021,
    REVOCATION_LIST_2020,
    BITSTRING_ENTRY,
    STATUS_LIST_2021_ENTRY,
    REVOCATION_LIST_2020_STATUS,
    ONE_EDTECH_REVOCATION_LIST,
    JSON_SCHEMA,
    JSON_SCHEMA_CREDENTIAL,
    JSON_SCHEMA_VALIDATOR_2018,
    ONE_EDTECH_SCHEMA_2019,
    ONE_EDTECH_REFRESH,
)

CLASS_BY_IRI: Final = {item.iri: item for item in CLASSES}
CLASS_BY_NAME: Final = {name: item for item in CLASSES for name in item.names}

NESTING_TERMS: Final = (CLR_MEMBER, VERIFIABLE_CREDENTIAL, ENDORSEMENT, ENDORSEMENT_JWT)
"""The properties whose values are credentials, each secured on its own."""
