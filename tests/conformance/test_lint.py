"""Lint of documents that their issuers have still to sign: what a signature would lose, and how to mend it.

Two are the example bodies of the API documentation of a host of learner records, three come from a wallet's fixtures.
"""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import CHECKOUT
from support.vectors import VECTORS

from vcverify.cli import main
from vcverify.coverage import leaves_of
from vcverify.report import Report
from vcverify.verifier import Verifier

REFERENCE = CHECKOUT.parent / "shared" / "reference"
FIXTURES = VECTORS / "clr2" / "learncard-fixtures"
AT = datetime(2026, 6, 1, tzinfo=UTC)

V2 = "https://www.w3.org/ns/credentials/v2"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_OF_1_1 = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"

needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference documentation is not beside the checkout (../shared/reference)"
)
needs_fixtures = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason="the wallet's fixtures are not beside the checkout (../shared/vectors)"
)


def body(number: str, pattern: str) -> dict[str, Any]:
    """The JSON body in the text of a page."""
    (page,) = REFERENCE.glob(f"{number}_*.txt")
    found = re.search(pattern, page.read_text(encoding="utf-8"), re.S)
    assert found is not None
    value: dict[str, Any] = json.loads(found[1])
    return value


def created() -> dict[str, Any]:
    """The learner record that the page shows how to create."""
    return body("000", r"-d '(\{.*?\})'const")


def placeholders() -> dict[str, Any]:
    """The body of an upsert, with `<string>` for every text."""
    return body("001", r"--data '\n(\{.*?\n\})\n'")


def lint(document: dict[str, Any]) -> Report:
    report = Verifier().lint(document, at=AT)
    assert report.coverage is not None
    return report


def unsigned(report: Report) -> dict[str, str]:
    """Remedies by place, of the places with no others inside."""
    coverage = report.coverage
    assert coverage is not None
    leaves = set(leaves_of([*coverage.signed_by, *(place.pointer for place in coverage.unsigned)]))
    return {place.pointer: place.remedy for place in coverage.unsigned if place.pointer in leaves}


ADD_OB = f"Add `{OB_OF_1_1}` to /@context."
BE_PROFILE = 'Add `"type": ["Profile"]` to /issuer.'
BE_SUBJECT = "Write `ClrSubject` instead of `LearnerProfile` in /credentialSubject/type."


@needs_reference
def test_the_record_of_the_example_would_lose_all_its_achievements() -> None:
    """Its contexts and types define none of them; six of thirteen places would be lost, and lint names each."""
    assert unsigned(lint(created())) == {
        "/issuer/name": f"{ADD_OB} {BE_PROFILE}",
        "/credentialSubject/type/0": BE_SUBJECT,
        "/credentialSubject/achievement/0/id": BE_SUBJECT,
        "/credentialSubject/achievement/0/type/0": f"{ADD_OB} {BE_SUBJECT}",
        "/credentialSubject/achievement/0/name": f"{ADD_OB} {BE_SUBJECT}",
        "/credentialSubject/achievement/0/description": f"{ADD_OB} {BE_SUBJECT}",
    }


@needs_reference
def test_the_record_of_the_example_is_signed_whole_after_three_changes() -> None:
    """The remedies are true: they are tried here."""
    document = created()
    document["@context"].append(OB_OF_1_1)
    document["issuer"]["type"] = ["Profile"]
    document["credentialSubject"]["type"] = ["ClrSubject"]
    assert unsigned(lint(document)) == {}


@needs_reference
def test_the_problems_of_the_example_carry_the_remedies() -> None:
    """A reader of the problems alone is told the same."""
    told = {item.pointer: item.remedy for item in lint(created()).problems() if item.code == "terms.undefined"}
    assert told == {
        "/issuer/name": f"{ADD_OB} {BE_PROFILE}",
        "/credentialSubject/type/0": BE_SUBJECT,
        "/credentialSubject/achievement": BE_SUBJECT,
    }


OF_PLACEHOLDERS = {
    "": "@context/0 id type/0 name description validFrom validUntil",
    "/issuer": "id type/0 name url phone description email",
    "/credentialSubject": "id type/0",
    "/credentialSubject/verifiableCredential/0": "@context/0 id type/0 validFrom validUntil",
    "/credentialSubject/verifiableCredential/0/issuer": "id type/0 name url phone description email",
    "/credentialSubject/verifiableCredential/0/credentialSubject": "id",
    "/credentialSubject/verifiableCredential/0/proof/0": (
        "type proofPurpose verificationMethod created proofValue cryptosuite"
    ),
    "/credentialSubject/identifier/0": "type identityHash identityType hashed salt",
    "/credentialSubject/achievement/0": "id type/0 name description",
    "/credentialSubject/achievement/0/criteria": "id narrative",
    "/credentialSubject/association/0": "type sourceId targetId",
    "/credentialSchema/0": "id type",
}
"""Every place of the body without its own proof, by the object that it belongs to."""


@needs_reference
def test_of_the_placeholders_nothing_would_be_signed() -> None:
    """Their contexts are no URLs. Lint begins with those, and goes on to what would still be lost under good ones."""
    found = unsigned(lint(placeholders()))
    signature = "/credentialSubject/verifiableCredential/0/proof/0/proofValue"
    wanted = {f"{site}/{name}" for site, names in OF_PLACEHOLDERS.items() for name in names.split()}
    assert set(found) == wanted - {signature}
    contexts = f"Write these contexts in /@context, in this order: `{V2}`, `{CLR}` and `{OB}`."
    assert all(remedy.startswith(contexts) for remedy in found.values())
    assert found["/@context/0"] == contexts
    ends = {
        "/id": "Write an absolute URL (https:, urn:, did:) in /id.",
        "/validFrom": "Write `VerifiableCredential` and `ClrCredential` instead of `<string>` in /type.",
        "/issuer/email": "Write `Profile` instead of `<string>` in /issuer/type.",
        "/credentialSubject/identifier/0/salt": (
            "Write `IdentityObject` instead of `<string>` in /credentialSubject/identifier/0/type."
        ),
        "/credentialSubject/association/0/targetId": (
            'Write `"type": "Association"` in /credentialSubject/association/0, and the relation as its '
            "`associationType`."
        ),
        "/credentialSubject/verifiableCredential/0/proof/0/proofPurpose": (
            "Write `assertionMethod` in /credentialSubject/verifiableCredential/0/proof/0/proofPurpose."
        ),
        "/credentialSchema/0/type": "Add `https://purl.imsglobal.org/spec/ob/v3p0/extensions.json` to /@context.",
    }
    for pointer, end in ends.items():
        assert found[pointer].endswith(end), pointer


@needs_reference
@pytest.mark.parametrize("relation", ["isChildOf", "exactMatchOf"])
def test_an_association_whose_type_holds_the_relation_loses_its_ends(relation: str) -> None:
    """The body has no `associationType`; whoever writes the relation into `type` signs neither source nor target."""
    document = copy.deepcopy(created())
    document["@context"].append(OB_OF_1_1)
    document["issuer"]["type"] = ["Profile"]
    subject = document["credentialSubject"]
    subject["type"] = ["ClrSubject"]
    subject["association"] = [{"type": relation, "sourceId": "urn:example:a", "targetId": "urn:example:b"}]
    site = "/credentialSubject/association/0"
    remedy = (
        f'Write `"type": "Association", "associationType": "{relation}"` in {site}: '
        "`sourceId` and `targetId` are terms of an Association only."
    )
    assert unsigned(lint(document)) == dict.fromkeys((f"{site}/type", f"{site}/sourceId", f"{site}/targetId"), remedy)


EMPTY = "Leave the member out."
TAGS = (10, 11, 12, 13, 21, 22, 23, 24, 27, 28, 37, 40, 41, 42, 43, 46, 47, 48, 49)
OF_FIXTURES = {
    "competency-aligned": set(),
    "nd-student-transcript": set(),
    "great-plains-full": {
        "/credentialSubject/verifiableCredential/1/credentialSubject/achievement/resultDescription",
        "/credentialSubject/verifiableCredential/1/credentialSubject/result",
        *(f"/credentialSubject/verifiableCredential/{at}/credentialSubject/achievement/tag" for at in TAGS),
    },
}


@needs_fixtures
@pytest.mark.parametrize("name", OF_FIXTURES)
def test_the_records_of_the_wallet_would_be_signed_but_for_empty_arrays(name: str) -> None:
    """Their contexts and types fit; an empty array is not told from an absent member."""
    document = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    assert unsigned(lint(document)) == dict.fromkeys(OF_FIXTURES[name], EMPTY)


@needs_fixtures
def test_the_competency_record_names_its_contexts_in_the_wrong_order() -> None:
    """Nothing is lost by it, but its associations name credentials instead of achievements; it is said which."""
    report = lint(json.loads((FIXTURES / "competency-aligned.json").read_text(encoding="utf-8")))
    found = {(item.code, item.pointer): item for item in report.own_problems()}
    for position in (1, 2):
        remedy = found["data-model.context", f"/@context/{position}"].remedy
        assert remedy.startswith("Write the contexts in the order of the standards: VCDM, then CLR")
    ends = [item for item in report.own_problems() if item.code == "association.dangling"]
    assert len(ends) == 28
    assert {item.detail.partition(" ")[2] for item in ends} == {
        "names a credential; associations are between achievements."
    }
    assert ends[0].expected == "the id of its achievement, https://riverside.edu/courses/web101"
    date = found["data-model.date", "/awardedDate"]
    assert (date.found, date.remedy) == (
        "2025-05-30",
        "Write it with a time and an offset, in the form of 2026-01-31T12:00:00Z.",
    )


@needs_reference
def test_what_the_example_lacks_is_named_with_what_would_do() -> None:
    """Whoever reads the problems must not have to look anything up: the context by its URL, the type by its name."""
    found = {(item.code, item.pointer): item for item in lint(created()).own_problems()}
    assert found["data-model.context", "/@context"].remedy == f"Add `{OB_OF_1_1}` to `@context`, at 2."
    assert found["data-model.type", "/credentialSubject/type"].expected == "`type` with ClrSubject"
    lacking = [item.expected for item in lint(created()).own_problems() if item.code == "data-model.required"]
    assert lacking == ["`issuanceDate`", "`name`", "`verifiableCredential`"]


@needs_fixtures
@pytest.mark.parametrize("name", ["nd-student-transcript", "great-plains-full"])
def test_each_member_of_the_wallet_s_records_is_told_what_it_lacks(name: str) -> None:
    """Their achievements have no criteria, and their dates no offset: each place is named, in the member's own report."""
    report = lint(json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8")))
    assert report.children
    for child in report.children:
        lacking = [(item.pointer, item.expected) for item in child.own_problems() if item.severity == "error"]
        assert lacking == [("/credentialSubject/achievement", "`criteria`")]
        offsets = {item.remedy for item in child.own_problems() if item.code == "data-model.date"}
        assert offsets <= {"Write it with its offset, such as Z for UTC."}


# --- the command ----------------------------------------------------------------------------------

SHOWN = """\
A signature would cover 7 of the 13 places of the document. What would mend that:
   1  Add `https://purl.imsglobal.org/spec/ob/v3p0/context.json` to /@context.
   2  Add `"type": ["Profile"]` to /issuer.
   3  Write `ClrSubject` instead of `LearnerProfile` in /credentialSubject/type.

  /issuer/name  [1, 2]
  /credentialSubject/type/0  [3]
  /credentialSubject/achievement/0/id  [3]
  /credentialSubject/achievement/0/type/0, /credentialSubject/achievement/0/name,
      /credentialSubject/achievement/0/description  [1, 3]
"""


@needs_reference
def test_the_command_numbers_the_changes_and_says_what_each_is_good_for(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Short enough to be worked off."""
    path = tmp_path / "record.json"
    path.write_text(json.dumps(created()))
    assert main(["lint", "--at", "2026-06-01", str(path)]) == 1
    printed = capsys.readouterr().out
    assert printed.endswith(SHOWN)
    assert "terms.undefined" not in printed


@needs_fixtures
def test_like_places_of_many_members_share_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Nineteen empty arrays are one thing to mend."""
    main(["lint", "--at", "2026-06-01", str(FIXTURES / "great-plains-full.json")])
    printed = capsys.readouterr().out
    assert "A signature would cover 4,096 of the 4,117 places" in printed
    assert "/credentialSubject/verifiableCredential/*/credentialSubject/achievement/tag  (19" in printed


def test_what_belongs_to_a_signed_member_is_for_its_issuer_to_mend() -> None:
    """A change inside it would break its signature."""
    path = CHECKOUT / "test_vectors" / "cases" / "clr-member-undefined.json"
    document = json.loads(path.read_text())["input"]
    del document["proof"]
    (remedy,) = unsigned(lint(document)).values()
    assert remedy == "It belongs to a credential that is signed already: only its issuer can mend it."


@pytest.mark.parametrize("odd", [[["x"]], {"@value": None}, 7, None, [None], {"type": 7}])
@pytest.mark.parametrize("member", ["type", "id", "issuer", "credentialSubject", "@context"])
def test_odd_values_are_judged_and_never_a_bug(member: str, odd: Any) -> None:
    """What cannot be mended is left as it is."""
    path = CHECKOUT / "test_vectors" / "cases" / "clr-member-undefined.json"
    document = json.loads(path.read_text())["input"]
    document[member] = odd
    document["credentialSubject"] = {"achievement": [{"type": [["Achievement"]], "id": "relative", member: odd}]}
    codes = {item.code for item in Verifier().lint(document, at=AT).problems()}
    assert codes
    assert "internal.error" not in codes
