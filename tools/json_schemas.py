"""Writes `schemas/json/`: our JSON Schemas of the 1EdTech documents, from one table.

    python tools/json_schemas.py [URL=FILE]...

Each URL=FILE records the digests of a text that is published at the URL.

Open Badges 3.0 and CLR 2.0 describe their documents by classes (OB 3.0 §B, CLR 2.0 §B) and publish
JSON Schemas of them. `CLASSES` states the same classes, a line each; `1edtech.json` says them as one
JSON Schema (draft 2019-09, the one that `1EdTechJsonSchemaValidator2019` names) with a definition for
each class. `SOURCES.json` says which published URL means which definition, and the digests of the
texts that were published there, which a credential's `digestSRI` or `digestMultibase` may name.
URLs below `json/` and `json-ld/` mean the same here: the published forms differ in whether one value
may stand for an array of one, both have stood under either name, and this is the one that takes both.

The verdict is that of the published schema in its JSON-LD form, where one value may stand for an
array of one, and a text may be a map from language tags to texts; tests hold the two equal. What
looks odd in a definition is there because the published schema has it:

- `type` may be a single string, and which string is not asked;
- an issuer that is not a profile passes if it is a map of texts, so an empty object does;
- `Image`, `IdentityObject`, `IdentifierEntry` and `Association` take no other members.

A `format` is a note to the reader and decides nothing (JSON Schema 2019-09, Validation §7.2).
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Final

from bundle import house_form

FOLDER: Final = Path(__file__).resolve().parent.parent / "schemas" / "json"
DIALECT: Final = "https://json-schema.org/draft/2019-09/schema"
PURL: Final = "https://purl.imsglobal.org/spec"

Schema = dict[str, Any]

# A line is a class: its members, required ones with `!`. A member without a type is a Text; `*` means
# one value or an array, `+` the same with at least one item. `type=X` is a type array that contains
# X, `type:=X` is exactly the text X. A class ending in `.` is closed: it takes no other members.
CLASSES: Final = """
Profile: id! type!=Profile name url phone description endorsement:EndorsementCredential* endorsementJwt:Jws* image:Image email address:Address otherIdentifier:IdentifierEntry* official parentOrg:Profile familyName givenName additionalName patronymicName honorificPrefix honorificSuffix familyNamePrefix dateOfBirth:Date
Address: type!=Address addressCountry addressCountryCode addressRegion addressLocality streetAddress postOfficeBoxNumber postalCode geo:GeoCoordinates
GeoCoordinates: type!:=GeoCoordinates latitude!:Number longitude!:Number
Image.: id! type!:=Image caption
IdentifierEntry.: type!:=IdentifierEntry identifier! identifierType!:IdentifierType
IdentityObject.: type!:=IdentityObject hashed!:Boolean identityHash! identityType!:IdentifierType salt
Achievement: id! type!=Achievement name! description! criteria!:Criteria achievementType:AchievementType alignment:Alignment* creator:Profile creditsAvailable:Number endorsement:EndorsementCredential* endorsementJwt:Jws* fieldOfStudy humanCode image:Image inLanguage:Language otherIdentifier:IdentifierEntry* related:Related* resultDescription:ResultDescription* specialization tag* version
Criteria: id narrative
Alignment: type!=Alignment targetName! targetUrl! targetCode targetDescription targetFramework targetType:AlignmentType
Related: id! type!=Related inLanguage:Language version
Result: type!=Result achievedLevel alignment:Alignment* resultDescription status:ResultStatus value
ResultDescription: id! type!=ResultDescription name! resultType!:ResultType alignment:Alignment* allowedValue* requiredLevel requiredValue rubricCriterionLevel:RubricCriterionLevel* valueMax valueMin
RubricCriterionLevel: id! type!=RubricCriterionLevel name! alignment:Alignment* description level points
Evidence: id type!=Evidence name narrative description genre audience
Association.: type!:=Association associationType!:AssociationType sourceId! targetId!
AchievementSubject: id type!=AchievementSubject achievement!:Achievement identifier:IdentityObject* image:Image activityStartDate:DateTime activityEndDate:DateTime creditsEarned:Number licenseNumber narrative result:Result* role source:Profile term
EndorsementSubject: id! type!=EndorsementSubject endorsementComment
ClrSubject: id type!=ClrSubject verifiableCredential!:VerifiableCredential+ identifier:IdentityObject* achievement:Achievement* association:Association*
CredentialSubject: id
CredentialStatus: id type!
CredentialSchema: id! type!
RefreshService: id! type!
TermsOfUse: id type!
Proof: type! created:DateTime cryptosuite challenge domain nonce proofPurpose proofValue verificationMethod
StatusInfo.: imsx_codeMajor!:CodeMajor imsx_severity!:Severity imsx_description imsx_codeMinor:CodeMinor
CodeMinor.: imsx_codeMinorField!:CodeMinorField+
CodeMinorField.: imsx_codeMinorFieldName! imsx_codeMinorFieldValue!:CodeMinorValue
GetOpenBadgeCredentialsResponse.: credential:AchievementCredential* compactJwsString:Jws*
GetClrCredentialsResponse.: credential:ClrCredential* compactJwsString:Jws*
"""

# A line is a credential: the contexts and types it begins with, its own members, and what is common
# to all (`COMMON`). Alternatives of a type are separated by `|`.
CREDENTIALS: Final = """
VerifiableCredential: v2 | VerifiableCredential | id credentialSubject!:CredentialSubject
AchievementCredential: v2 ob | VerifiableCredential AchievementCredential/OpenBadgeCredential | id! name description awardedDate:DateTime image:Image credentialSubject!:AchievementSubject endorsement:EndorsementCredential* endorsementJwt:Jws*
EndorsementCredential: v2 ob | VerifiableCredential EndorsementCredential | id! name! description awardedDate:DateTime credentialSubject!:EndorsementSubject
ClrCredential: v2 clr ob | VerifiableCredential ClrCredential | id! name! description awardedDate:DateTime image:Image partial:Boolean credentialSubject!:ClrSubject endorsement:EndorsementCredential* endorsementJwt:Jws*
"""
COMMON: Final = (
    "issuer!:Issuer validFrom!:DateTime validUntil:DateTime proof:Proof* credentialSchema:CredentialSchema* "
    "credentialStatus:CredentialStatus refreshService:RefreshService termsOfUse:TermsOfUse* evidence:Evidence*"
)

CONTEXTS: Final[dict[str, Schema]] = {
    "v1": {"const": "https://www.w3.org/2018/credentials/v1"},
    "v2": {"const": "https://www.w3.org/ns/credentials/v2"},
    "clr": {
        "type": "string",
        "pattern": r"^https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.[0-9]\.[0-9])*\.json$",
    },
    "ob": {
        "type": "string",
        "pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.[0-9]\.[0-9])*\.json$",
    },
}

# The values of each enumeration. Those ending in `...` are extensible: a text with an `ext:` name in it is one too.
ENUMERATIONS: Final = """
AchievementType...: Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge BachelorDegree Certificate CertificateOfCompletion Certification CoCurricular CommunityService Competency Course Degree Diploma DoctoralDegree Fieldwork GeneralEducationDevelopment JourneymanCertificate LearningProgram License MasterCertificate MasterDegree Membership MicroCredential ProfessionalDoctorate QualityAssuranceCredential ResearchDoctorate SecondarySchoolDiploma
AlignmentType...: CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL ceasn:Competency ceterms:Credential
AssociationType: exactMatchOf isChildOf isParentOf isPartOf isPeerOf isRelatedTo precedes replacedBy
IdentifierType...: name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber isbn issn lisSourcedId oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId ltiToolId ltiPlatformId ltiUserId identifier
ResultType...: GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result RubricCriterion RubricCriterionLevel RubricScore ScaledScore Status
ResultStatus: Completed Enrolled Failed InProgress OnHold Provisional Withdrew
CodeMajor: failure processing success unsupported
Severity: error status warning
CodeMinorValue: forbidden fullsuccess internal_server_error invalid_data invalid_query_parameter misdirected_request not_acceptable not_allowed not_found not_modified server_busy unauthorizedrequest unknown
"""

# What changes where a class belongs to VCDM 1.1 (OB 3.0 §B.9); such classes have names that end in V1.
ERA: Final = {
    "AchievementCredential",
    "EndorsementCredential",
    "VerifiableCredential",
    "ClrCredential",
    "AchievementSubject",
    "ClrSubject",
    "Achievement",
    "Profile",
}
V1_MEMBERS: Final = {
    "issuer!:Issuer": "issuer!:Profile",
    "validFrom!:DateTime": "issuanceDate!:DateTime",
    "validUntil:DateTime": "expirationDate:DateTime",
    "name": "name!",
}


def text(**rules: Any) -> Schema:
    """A text under the rules, or such texts by language tag."""
    return {
        "anyOf": [
            {"type": "string", **rules},
            {
                "type": "object",
                "propertyNames": {"$ref": "#/$defs/LanguageTag"},
                "additionalProperties": {"type": "string", **rules},
            },
        ]
    }


TYPES: Final[dict[str, Schema]] = {
    "Boolean": {"type": "boolean"},
    "Number": {"type": "number"},
    "Date": {"type": "string", "format": "date"},
    "DateTime": {"type": "string", "format": "date-time"},
    "LanguageTag": {"pattern": "^[a-z]{2}(-[A-Z]{2})?$"},
    "Text": {
        "description": "A text, or one in each of several languages.",
        "type": ["string", "object"],
        "propertyNames": {"$ref": "#/$defs/LanguageTag"},
        "additionalProperties": {"type": "string"},
    },
    "Language": text(pattern="^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"),
    "Jws": text(pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$"),
    "Types": {
        "description": "The names of types. One name alone is not compared with anything.",
        "type": ["string", "object", "array"],
        "propertyNames": {"$ref": "#/$defs/LanguageTag"},
        "additionalProperties": {"type": "string"},
        "items": {"$ref": "#/$defs/Text"},
    },
    "Context": {"description": "A context by URL, or in place.", "type": ["string", "object"]},
    "Extension": {"type": "string", "pattern": "ext:[A-Za-z0-9._|]"},
    "Issuer": {"anyOf": [{"$ref": "#/$defs/Profile"}, {"$ref": "#/$defs/Text"}]},
}
INLINE: Final = {"Boolean", "Number", "Date", "DateTime"}
"""Types that are written out where they are used: a reference would be longer."""


def reference(name: str, era: str = "") -> Schema:
    """What a value of the type has to be; `era` is the suffix of the classes that have one."""
    if name in INLINE:
        return dict(TYPES[name])
    return {"$ref": f"#/$defs/{name}{era if name in ERA else ''}"}


def member(name: str, type_: str, era: str) -> Schema:
    """The rule for one member, from what stands after its name."""
    if type_.startswith(":="):
        return text(const=type_[2:])
    if type_.startswith("="):
        return {"$ref": "#/$defs/Types", **contains(type_[1:])}
    value = reference(type_.strip(":*+") or "Text", era)
    if type_.endswith(("*", "+")):
        items: Schema = {"items": value, **({"minItems": 1} if type_.endswith("+") else {})}
        return {"if": {"type": "array"}, "then": items, "else": value}
    return value


def contains(names: str) -> Schema:
    """The rules for an array of types: one of the alternatives of each of the names has to be in it."""
    rules = [{"contains": {"enum": one.split("/")} if "/" in one else {"const": one}} for one in names.split()]
    return rules[0] if len(rules) == 1 else {"allOf": rules}


def class_schema(members: str, era: str, *, closed: bool = False) -> Schema:
    """The rule for objects with the members."""
    properties: dict[str, Schema] = {}
    required = []
    for entry in members.split():
        end = next((index for index, sign in enumerate(entry) if sign in "!:=*+"), len(entry))
        name, type_ = entry[:end], entry[end:]
        if type_.startswith("!"):
            required.append(name)
            type_ = type_[1:]
        properties[name] = member(name, type_, era)
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    if closed:
        schema["additionalProperties"] = False
    return schema


def credential_schema(row: str, era: str) -> Schema:
    """The rule for a credential from its line of `CREDENTIALS`."""
    contexts, types, members = (cell.strip() for cell in row.split("|"))
    members = f"{members} {COMMON}"
    if era:
        contexts = contexts.replace("v2", "v1")
        members = " ".join(V1_MEMBERS.get(entry, entry) for entry in members.split())
    schema = class_schema(members, era)
    first = [CONTEXTS[name] for name in contexts.split()]
    schema["properties"] = {
        "@context": {
            "type": ["string", "object", "array"],
            "minItems": len(first),
            "items": first,
            "additionalItems": {"$ref": "#/$defs/Context"},
        },
        "type": {"$ref": "#/$defs/Types", **contains(types)},
        **schema["properties"],
    }
    schema["required"] = ["@context", "type", *schema["required"]]
    return schema


def enumeration(values: str, *, extensible: bool) -> Schema:
    """One of the values, or where it is extensible, a text of our reader's own."""
    known: Schema = {"enum": values.split()}
    return {"anyOf": [known, {"$ref": "#/$defs/Extension"}]} if extensible else known


def rows(table: str) -> list[tuple[str, str]]:
    """The lines of a table: what stands before the first `: `, and what after it."""
    pairs = (line.partition(": ") for line in table.strip().splitlines())
    return [(name, rest) for name, _, rest in pairs]


def definitions() -> dict[str, Schema]:
    """Every definition by its name, in the order of the tables."""
    found: dict[str, Schema] = {}
    for era in ("", "V1"):
        for name, row in rows(CREDENTIALS):
            found[name + era] = credential_schema(row, era)
    for name in ("AchievementCredential", "EndorsementCredential", "ClrCredential"):
        either = [reference(name), reference(name, "V1")]
        found[f"Any{name}"] = {"description": "Of VCDM 2.0 or of VCDM 1.1, not both.", "oneOf": either}
    for name, members in rows(CLASSES):
        closed = name.endswith(".")
        name = name.removesuffix(".")
        found[name] = class_schema(members, "", closed=closed)
        if name in ERA:
            found[f"{name}V1"] = class_schema(members, "V1", closed=closed)
    for name, values in rows(ENUMERATIONS):
        found[name.removesuffix("...")] = enumeration(values, extensible=name.endswith("..."))
    found.update({name: schema for name, schema in TYPES.items() if name not in INLINE})
    return found


def document() -> Schema:
    """The schema document. Alone it accepts everything: a definition is to be named."""
    return {
        "$schema": DIALECT,
        "title": "Open Badges 3.0 and Comprehensive Learner Record 2.0 documents",
        "description": "A definition for each class; SOURCES.json says which URL means which. Written by tools/json_schemas.py.",
        "$defs": definitions(),
    }


def urls() -> dict[str, str]:
    """The definition that each published URL means."""
    names = {
        "achievementcredential": "AchievementCredential",
        "endorsementcredential": "EndorsementCredential",
        "anyachievementcredential": "AnyAchievementCredential",
        "anyendorsementcredential": "AnyEndorsementCredential",
        "profile": "Profile",
        "imsx_statusinfo": "StatusInfo",
    }
    own = {
        "ob/v3p0": {"getopenbadgecredentialsresponse": "GetOpenBadgeCredentialsResponse"},
        "clr/v2p0": {
            "clrcredential": "ClrCredential",
            "anyclrcredential": "AnyClrCredential",
            "getclrcredentialsresponse": "GetClrCredentialsResponse",
        },
    }
    return {
        f"{PURL}/{standard}/schema/{form}/{standard.replace('/', '_')}_{name}_schema.json": definition
        for standard, more in own.items()
        for form in ("json", "json-ld")
        for name, definition in (names | more).items()
    }


def sources(schema: bytes, digests: dict[str, dict[str, str]]) -> Schema:
    """The table of published URLs, with the pin of the schema document."""
    return {
        "file": "1edtech.json",
        "sha256_file": hashlib.sha256(schema).hexdigest(),
        "source": "written from OB 3.0 §B and CLR 2.0; the published schemas decide where these are silent",
        "licence": "Apache-2.0",
        "documents": [
            {"url": url, "definition": definition, "digests": digests.get(url, {})}
            for url, definition in urls().items()
        ],
    }


def recorded() -> dict[str, dict[str, str]]:
    """The digests that SOURCES.json has, hex by algorithm, by URL."""
    path = FOLDER / "SOURCES.json"
    entries = json.loads(path.read_bytes())["documents"] if path.exists() else []
    return {entry["url"]: entry["digests"] for entry in entries}


def main() -> None:
    digests = recorded()
    for url, _, name in (argument.partition("=") for argument in sys.argv[1:]):
        data = Path(name).read_bytes()
        digests[url] = {name: hashlib.new(name, data).hexdigest() for name in ("sha256", "sha384", "sha512")}
    schema = house_form(json.dumps(document()).encode())
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "1edtech.json").write_bytes(schema)
    (FOLDER / "SOURCES.json").write_bytes(house_form(json.dumps(sources(schema, digests)).encode()))


if __name__ == "__main__":
    main()
