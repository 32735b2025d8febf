"""Every document of the manifest under `ob3`, `clr2`, `status` and `schemas` gets the outcome that its publisher states,
or a clause says why not.

The stated outcomes are in the publishers' own words; `WORDS` says what each asks of a report. What else stands against
a document is explained in `EXPLAINED`, code by code: nothing that is not may stand against it. The samples of the
1EdTech validator are held one by one in `test_one_edtech_profile.py`, with explanations of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final, NamedTuple

import pytest
from support.vectors import VECTORS, controller_documents, manifest, url_map

import vcverify
from vcverify import jsonschemas
from vcverify.jsonschemas import Failure, Indeterminate, Success
from vcverify.loading.memory import StaticLoader
from vcverify.problems import Severity
from vcverify.report import Report

AT: Final = datetime(2026, 6, 1, tzinfo=UTC)
FOLDERS: Final = ("ob3/", "clr2/", "status/", "schemas/")
ONE_BY_ONE: Final = ("ob3/1edtech-validator/", "clr2/1edtech-validator/")
OURS: Final = "https://purl.imsglobal.org/spec/"


class Asked(NamedTuple):
    """What an expected outcome asks of the report: that it verifies, or that it is refused with one of the codes."""

    verified: bool | None
    codes: frozenset[str] = frozenset()


def refused(*codes: str) -> Asked:
    return Asked(False, frozenset(codes))


VERIFIED: Final = Asked(True)
UNSIGNED: Final = refused("proof.missing")
ANY: Final = Asked(None)

WORDS: Final[dict[str, Asked]] = {
    **dict.fromkeys(("valid", "verified", "verified (schema test)", "verified (string issuer id)"), VERIFIED),
    **dict.fromkeys(("valid status list", "signature ok", "signed example"), VERIFIED),
    **dict.fromkeys(("unsigned", "example", "schema-valid", "schema-valid example"), UNSIGNED),
    **dict.fromkeys(("schema-valid (CI of source repo)", "validity flag in fixture: valid"), UNSIGNED),
    **dict.fromkeys(("(fixture; see source test)", "(experimentation only)"), ANY),
    "revoked": refused("status.revoked", "status.unavailable"),
    "signature ok; REVOKED": refused("status.revoked"),
    "signature ok; REVOKED; EXPIRED": refused("validity.expired"),
    "signature ok; REVOKED; credentialSchema fails": refused("data-model.required"),
    "signature ok; EXPIRED": refused("validity.expired"),
    "signature ok; list EXPIRED": refused("validity.expired"),
    "signature ok; status list expired": refused("status.malformed"),
    "signature ok; status list not yet valid": refused("status.unavailable", "status.malformed"),
    "unverified: expired": refused("validity.expired"),
    "unverified: revoked": refused("status.revoked"),
    "unverified: revoked+expired": refused("validity.expired"),
    "verified with status-list-unreachable log": refused("status.unavailable"),
    "signature ok; did:web unresolvable": refused("issuer.self-asserted"),
    "fatal: did:web unresolvable": refused("issuer.self-asserted"),
}
"""The publishers' words. A status that could not be asked for is never a *yes* here, and is told as what it is."""


class Explanation(NamedTuple):
    """A code that stands against documents (patterns of file names), and the clause that asks for it."""

    files: tuple[str, ...]
    code: str
    clause: str

    def covers(self, file: str) -> bool:
        return any(fnmatchcase(file, pattern) for pattern in self.files)


LISTED: Final = ("ob3/dcc-*Status*", "ob3/dcc-*[Rr]evoked*", "ob3/dcc-*revokedStaus*")
"""Credentials of the Consortium that name its one list."""
REVOKED: Final = ("ob3/dcc-*[Rr]evoked*",)

EXPLAINED: Final = (
    Explanation(
        ("ob3/dcc-*",),
        "data-model.subject",
        "OB 3.0 §9.1 step 1: a subject has an `id` or an `identifier`; theirs have none",
    ),
    Explanation(LISTED, "status.malformed", "BSL §2.2: the list's id is not the URL that the credentials name"),
    Explanation(LISTED, "status.malformed", "BSL §3.2 STATUS_LIST_LENGTH_ERROR: it has fewer than 131,072 entries"),
    Explanation(LISTED, "status.issuer", "BSL §3.2: it is by another key; whose lists count, the policy has to say"),
    Explanation(REVOKED, "status.revoked", "BSL §3.2: told beside that the credential has expired"),
    Explanation(REVOKED, "validity.expired", "VCDM 2.0 §4.9: told beside that the credential was revoked"),
    Explanation(
        ("ob3/dcc-misc/lcw-revokedCredential.json",),
        "validity.expired",
        "VCDM 1.1 §4.6: it has expired since; its status list is published nowhere",
    ),
    Explanation(
        ("ob3/dcc-misc/lcw-revokedCredential.json",), "status.unavailable", "BSL §3.2: a list that cannot be had"
    ),
    Explanation(
        ("ob3/dcc-misc/sign-and-verify-01.json",),
        "issuer.self-asserted",
        "CID 1.0 §3.3: the issuer's did:web document is published nowhere",
    ),
    Explanation(
        ("ob3/dcc-verifier-core/v2/didWeb/v2didWebWithValidStatus.json",),
        "issuer.self-asserted",
        "CID 1.0 §3.3: the issuer's did:web document is published nowhere",
    ),
    Explanation(("ob3/dcc-misc/issuer-coordinator-00.json",), "proof.invalid", "DI §4.4: an independent check agrees"),
    Explanation(("ob3/dcc-verifier-core/v1/testVC.json",), "proof.invalid", "DI §4.4: an independent check agrees"),
    Explanation(
        ("ob3/dcc-vc-test-fixtures/v1/ed25519/didKey/legacy-noStatus-noExpiry.json",),
        "input.malformed",
        "RFC 8259: the file is empty",
    ),
    Explanation(
        ("ob3/dcc-vc-test-fixtures/v2/*/oidf-noStatus-notExpired-complexIssuer.json",),
        "endorsement.failed",
        "OB 3.0 §9.2: an endorsement of its issuer has expired",
    ),
    Explanation(
        ("ob3/dcc-vc-test-fixtures/v2/*/oidf-noStatus-notExpired-complexIssuer.json",),
        "validity.expired",
        "VCDM 2.0 §4.9: the endorsement of its issuer",
    ),
    Explanation(
        ("ob3/edubadges/full_ex.json",),
        "proof.unsupported",
        "DI §4.4: its endorsements name a suite that does not exist, eddsa-rdf-2022",
    ),
    Explanation(
        ("status/w3c-bitstring-REC-examples/*",),
        "key.unresolved",
        "CID 1.0 §3.3: proofs of the Recommendation's examples name a bare did:key, without a fragment",
    ),
    Explanation(
        ("status/w3c-bitstring-REC-examples/*",),
        "issuer.unbound",
        "VCDM 2.0 §4.7: the issuer of the Recommendation's examples is did:example:12345, and no key is its own",
    ),
    Explanation(
        ("status/w3c-bitstring-REC-examples/*-VerifiableCredential.json",),
        "status.malformed",
        "BSL §3.2: the list has the same faults",
    ),
)


@cache
def verifier(file: str) -> vcverify.Verifier:
    """With the policy that fits: 1EdTech's own profile for what is theirs, with its binding for their status list."""
    policy = vcverify.Policy()
    if file.startswith("ob3/1edtech"):
        policy = vcverify.Policy.one_edtech()
    elif file.startswith("status/1edtech"):
        policy = vcverify.Policy.vcdm(minimum_binding=vcverify.Policy.one_edtech().minimum_binding)
    return vcverify.Verifier(policy=policy, loader=StaticLoader(controller_documents()))


def against(report: Report) -> set[str]:
    return {item.code for item in report.problems() if item.severity is not Severity.WARNING}


def explained(file: str) -> set[str]:
    return {item.code for item in EXPLAINED if item.covers(file)}


def stated() -> Iterator[Any]:
    for row in manifest():
        if row["file"].startswith(FOLDERS) and not row["file"].startswith(ONE_BY_ONE) and row.get("expected"):
            yield pytest.param(row, id=row["file"])


@pytest.mark.parametrize("row", list(stated()))
def test_the_outcome_is_the_stated_one_or_explained(row: dict[str, Any]) -> None:
    """Whoever compares verifiers on these documents must find each difference answered by a clause."""
    file, asked = row["file"], WORDS[row["expected"]]
    report = verifier(file).verify((VECTORS / file).read_bytes(), at=AT)
    found, clauses = against(report), explained(file)
    said = [(item.code, item.pointer, item.detail) for item in report.problems()]
    assert found <= asked.codes | clauses, said
    assert report.verified is not bool(found), said
    if asked.codes:
        assert found & asked.codes, said


def test_signatures_that_are_said_to_hold_do() -> None:
    """An explanation must never stand in for a signature."""
    for row in manifest():
        file, expected = row["file"], row.get("expected") or ""
        if file.startswith(FOLDERS) and not file.startswith(ONE_BY_ONE) and WORDS.get(expected, UNSIGNED) is VERIFIED:
            proof = verifier(file).verify((VECTORS / file).read_bytes(), at=AT).check("proof")
            assert proof.outcome == "passed" or explained(file) & {"input.malformed", "proof.unsupported"}, file


def test_every_explanation_is_needed() -> None:
    """One that explains nothing would hide what comes to stand against a document later."""
    rows = [row["file"] for row in manifest() if row.get("expected") and row["file"].startswith(FOLDERS)]
    if not rows:
        pytest.skip("the published vectors are not beside this checkout (../shared/vectors)")
    told: dict[str, set[str]] = {}
    for item in EXPLAINED:
        files = [file for file in rows if item.covers(file)]
        for file in files:
            if file not in told:
                told[file] = against(verifier(file).verify((VECTORS / file).read_bytes(), at=AT))
        assert any(item.code in told[file] for file in files), item


# --- documents that nobody has signed -------------------------------------------------------------

UNFIT: Final = {
    "clr2/learncard-fixtures/competency-aligned.json": "/@context/1",
    "ob3/1edtech-bootcamp/MC-unsigned-OB.1ob": "/credentialSubject/achievement/resultDescription/0",
    "ob3/jff-plugfest/unsigned-badge-example-p3.json": "/@context/0",
}
"""Unsigned samples that do not fit the published schema, and a place that it names. The last is of VCDM 1.1."""


def unsigned() -> Iterator[Any]:
    for row in manifest():
        if row["file"].startswith(("ob3/", "clr2/")) and WORDS.get(row.get("expected") or "") is UNSIGNED:
            yield pytest.param(row["file"], id=row["file"])


@pytest.mark.parametrize("file", list(unsigned()))
def test_a_sample_without_a_proof_fits_the_published_schema(file: str) -> None:
    """That is all that "schema-valid" and a fixture's "valid" can say of a document that nobody has signed."""
    document = json.loads((VECTORS / file).read_bytes())
    name = "endorsement" if "EndorsementCredential" in document["type"] else "achievement"
    url = f"{OURS}ob/v3p0/schema/json/ob_v3p0_{name}credential_schema.json"
    if file.startswith("clr2/"):
        url = f"{OURS}clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
    schema = jsonschemas.published(url)
    assert schema is not None
    verdict = schema.judge(document)
    if file not in UNFIT:
        assert isinstance(verdict, Success), verdict
        return
    assert isinstance(verdict, Failure)
    assert UNFIT[file] in {place.pointer for place in verdict.places}


# --- what states no outcome -----------------------------------------------------------------------

OF_OTHER_TESTS: Final = {
    "ob3/1edtech-spec-vector/*": "test_data_integrity_vectors.py: every intermediate value",
    "status/spruceid-ssi/*": "test_status_lists.py: the bits of the lists; their proofs are JsonWebSignature2020",
    "schemas/json-schema-test-suite/tests/*": "test_schemas_suite.py: every test of the suite",
    "schemas/json-schema-test-suite/remotes/*": "documents that schemas refer to; a remote `$ref` is never followed",
    "schemas/1edtech/*-v2p0/*": "tests/property/test_schemas_published.py: the reference that ours are held to",
    "schemas/1edtech/*-v3p0*/*": "tests/property/test_schemas_published.py: the reference that ours are held to",
    "schemas/1edtech/draft4-*": "below: draft 4 is none of the drafts that a credential may use",
    "schemas/w3c/*": "test_schemas_suite.py: the samples of the data model fit its schema",
}
"""Where the rows without an expected outcome are held."""


def test_every_row_is_held() -> None:
    """A row that nobody reads would count as reproduced."""
    for row in manifest():
        file, expected = row["file"], row.get("expected")
        if not file.startswith(FOLDERS) or file.startswith(ONE_BY_ONE):
            continue
        if expected:
            assert expected in WORDS, file
        else:
            assert any(fnmatchcase(file, pattern) for pattern in OF_OTHER_TESTS), file


def test_the_published_schemas_are_those_of_the_url_map() -> None:
    """What the differential tests read is every schema of the manifest, but for variants and older drafts."""
    rows = {row["file"] for row in manifest() if row["file"].startswith("schemas/1edtech/")}
    if not rows:
        pytest.skip("the published vectors are not beside this checkout (../shared/vectors)")
    aside = {file for file in rows if "draft4" in file or "json-ld-variant" in file}
    assert rows - aside == set(url_map()["schemas"].values())
    for file in aside:
        read = jsonschemas.read((VECTORS / file).read_bytes())
        assert isinstance(read, Indeterminate) is ("draft4" in file), file
