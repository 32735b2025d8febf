"""Whatever is issued verifies: here, by the independent path, and by other people's implementations where they are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from cases.documents import SUITE_CONTEXTS, badge, badge_v1, clr, endorsement, presentation
from cryptography.exceptions import InvalidSignature
from hypothesis import given, settings
from hypothesis import strategies as st
from support.independent import verify_document, verify_token

import vcverify
from vcverify.bundled import bundled
from vcverify.crypto import KeyKind
from vcverify.crypto.private import PrivateKey
from vcverify.issuing import JWT, IssueRefused, SuiteName, issue
from vcverify.report import Outcome

AT = datetime(2026, 6, 1, tzinfo=UTC)
KEYS = {kind: PrivateKey.generate(kind, **({"bits": 2048} if kind is KeyKind.RSA else {})) for kind in KeyKind}
WAYS = [
    (kind, suite)
    for suite, kinds in {
        "eddsa-rdfc-2022": [KeyKind.ED25519],
        "eddsa-jcs-2022": [KeyKind.ED25519],
        "Ed25519Signature2020": [KeyKind.ED25519],
        "Ed25519Signature2018": [KeyKind.ED25519],
        "JsonWebSignature2020": [kind for kind in KeyKind if kind is not KeyKind.P521],
        "ecdsa-rdfc-2019": [KeyKind.P256, KeyKind.P384],
        "ecdsa-jcs-2019": [KeyKind.P256, KeyKind.P384],
        "jwt": list(KeyKind),
    }.items()
    for kind in kinds
]
LEARNER = PrivateKey.generate()
EXAMPLES = 500 if os.environ.get("VCVERIFY_LONG") == "1" else 15

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
instants = st.datetimes(datetime(1, 1, 2), datetime(9998, 12, 31), timezones=st.just(UTC))
ids = st.uuids().map(lambda name: f"urn:uuid:{name}") | st.sampled_from(["https://a.example/1?b=c#d", "did:example:x"])
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def achievements(draw: st.DrawFn) -> dict[str, Any]:
    """Achievements with texts, times and numbers of every form."""
    made: dict[str, Any] = {
        "id": draw(ids),
        "type": ["Achievement"],
        "name": draw(texts),
        "description": draw(texts),
        "criteria": {"narrative": draw(texts)},
    }
    if draw(st.booleans()):
        made["creditsAvailable"] = draw(numbers)
    if draw(st.booleans()):
        made["tag"] = draw(st.lists(texts, min_size=1, max_size=3))
    if draw(st.booleans()):
        made["alignment"] = [{"type": ["Alignment"], "targetName": draw(texts), "targetUrl": draw(ids)}]
    return made


@st.composite
def documents(draw: st.DrawFn, did: str) -> dict[str, Any]:
    """Badges, endorsements and records, with members signed or not."""
    members: dict[str, Any] = {"id": draw(ids), "name": draw(texts)}
    form = draw(st.sampled_from(["badge", "version 1", "endorsement", "record"]))
    if form == "endorsement":
        return endorsement(draw(ids), did, **members)
    if form == "version 1":
        return badge_v1(did) | members
    made = badge(did, achieved=draw(achievements()), **members)
    if form == "record":
        other = KEYS[KeyKind.ED25519]
        signed = issue(badge(other.did, name="Tuning"), other, created=AT, check=False)
        made["id"] = "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"
        return clr([made, signed], did, **members | {"id": "urn:uuid:d1d2a1e6-d8ba-11ed-a6c1-0b3aef56cc33"})
    return made


@settings(max_examples=EXAMPLES)
@given(st.data())
@pytest.mark.parametrize(("kind", "suite"), WAYS, ids=str)
def test_what_is_issued_verifies_and_what_is_not_would_not(kind: KeyKind, suite: str, data: st.DataObject) -> None:
    """`issue` either answers what verifies everywhere, or a report; there is no third thing, for no document."""
    key = KEYS[kind]
    created = data.draw(instants, "created")
    document = data.draw(documents(key.did), "document")
    if suite in SUITE_CONTEXTS:
        document["@context"] = [*document["@context"], SUITE_CONTEXTS[suite]]
    document["validFrom" if "validFrom" in document else "issuanceDate"] = created.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(
        20, "0"
    )
    try:
        made: Any = issue(document, key, suite=suite, created=created, check=False)
    except IssueRefused as refused:
        assert refused.report.outcome is not Outcome.PASSED
        assert refused.problems
        return
    report = vcverify.verify(made, at=created + timedelta(seconds=1))
    for name in ("proof", "issuer", "terms", "data_model"):
        assert report.check(name).outcome is Outcome.PASSED, report
    if suite == "jwt":
        _, payload = verify_token(made, key.public.loaded)
        assert document.items() <= payload.get("vc", payload).items()
    else:
        verify_document(made, key.public.loaded)
        assert {name: value for name, value in made.items() if name != "proof"} == document


@settings(max_examples=EXAMPLES)
@given(st.data())
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "jwt"])
def test_another_text_is_not_covered(suite: str, data: st.DataObject) -> None:
    """One character is enough, on either path."""
    key = KEYS[KeyKind.ED25519]
    document = badge(key.did, name=data.draw(texts, "name"), achieved=data.draw(achievements()))
    other = data.draw(texts.filter(lambda text: text != document["name"]), "other")
    try:
        made: Any = issue(document, key, suite=suite, created=AT, check=False)
    except IssueRefused:
        return
    if suite == "jwt":
        head, _, tail = made.split(".")
        _, body, _ = issue({**document, "name": other}, key, suite=suite, created=AT, check=False).split(".")
        changed: Any = f"{head}.{body}.{tail}"
        with pytest.raises(InvalidSignature):
            verify_token(changed, key.public.loaded)
    else:
        changed = {**made, "name": other}
        with pytest.raises(InvalidSignature):
            verify_document(changed, key.public.loaded)
    assert "proof.invalid" in {item.code for item in vcverify.verify(changed, at=AT).problems()}


def test_every_suite_that_signs_is_tried() -> None:
    """A new one needs a row in `WAYS`; `eddsa-2022` is an older name of the first."""
    assert {suite for _, suite in WAYS} == {*get_args(SuiteName), JWT} - {"eddsa-2022"}


# --- other people's implementations ---------------------------------------------------------------

SCRIPT = Path(__file__).resolve().parent.parent / "support" / "peers" / "verify.mjs"
MODULES = Path(os.environ.get("VCVERIFY_NODE_MODULES", "node_modules-are-not-named"))
NODE = shutil.which("node")


def contexts() -> dict[str, Any]:
    return {url: bundled().context(url) for url in bundled() if bundled().context(url) is not None}


def peers_answer(items: list[dict[str, Any]], folder: Path) -> list[str | None]:
    (folder / "node_modules").symlink_to(MODULES.resolve())
    script = folder / "verify.mjs"
    script.write_bytes(SCRIPT.read_bytes())
    done = subprocess.run(
        [str(NODE), str(script)],
        input=json.dumps({"contexts": contexts(), "items": items}).encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    answers: list[str | None] = json.loads(done.stdout)
    return answers


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
@pytest.mark.skipif(
    not all((MODULES / name).is_dir() for name in ("@digitalbazaar/ed25519-signature-2018", "canonicalize", "jose")),
    reason="VCVERIFY_NODE_MODULES names no folder with the packages of docs/howto-issue.md",
)
def test_digital_bazaars_packages_verify_what_is_issued(tmp_path: Path) -> None:
    """The implementation of the specifications' editors, and the most used one of JOSE; JCS and JsonWebSignature2020, for
    which there is no such package, by a few lines over the packages for their parts.
    """
    items: list[dict[str, Any]] = []
    names: list[str] = []
    for kind, suite in WAYS:
        key = KEYS[kind]
        jwk = key.public.to_jwk()
        for name, document in (
            ("badge", badge(key.did)),
            ("version 1", badge_v1(key.did)),
            ("record", clr([issue(badge(LEARNER.did), LEARNER, created=AT)], key.did)),
        ):
            # Of the suites, version 1.1 has this one's terms itself.
            if suite in SUITE_CONTEXTS and (name, suite) != ("version 1", "Ed25519Signature2018"):
                document["@context"] = [*document["@context"], SUITE_CONTEXTS[suite]]
            made: Any = issue(document, key, suite=suite, created=AT)
            if suite != "jwt":
                items += [{"document": made, "jwk": jwk}, {"document": {**made, "name": "Another"}, "jwk": jwk}]
            elif kind is not KeyKind.SECP256K1:  # which `jose` left out of its newer versions
                other = issue({**document, "name": "Another"}, key, suite="jwt", created=AT)
                changed = ".".join((made.split(".")[0], other.split(".")[1], made.split(".")[2]))
                items += [{"token": made, "jwk": jwk}, {"token": changed, "jwk": jwk}]
            else:
                continue
            names += [f"{name}, {suite}, {kind}", f"{name}, {suite}, {kind}, changed"]
    held = issue(presentation([], LEARNER.did), LEARNER, created=AT, challenge="c", domain="a.example")
    items.append({"document": held})
    names.append("presentation")
    answers = dict(zip(names, peers_answer(items, tmp_path), strict=True))
    assert {name: answer for name, answer in answers.items() if answer is not None and "changed" not in name} == {}
    assert [name for name, answer in answers.items() if answer is None and "changed" in name] == []
