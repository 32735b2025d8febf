"""`vcverify keygen` and `vcverify issue`: files that only their owner reads, and documents that verify."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cases.documents import badge, presentation, single_key_document
from cases.keyring import ed25519_key
from support.independent import verify_document, verify_token

from vcverify.cli import arguments as grammar
from vcverify.cli import main
from vcverify.cli.keygen import KINDS
from vcverify.crypto.private import PrivateKey

CREATED = "2026-06-01T00:00:00Z"
posix = pytest.mark.skipif(os.name != "posix", reason="permissions of files are those of POSIX")


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def call(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(arguments)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def key_file(tmp_path: Path) -> str:
    path = tmp_path / "key.jwk"
    path.touch(mode=0o600)
    path.write_text(json.dumps(PrivateKey.generate().to_jwk()))
    return str(path)


def written(tmp_path: Path, document: Any, name: str = "draft.json") -> str:
    (tmp_path / name).write_text(json.dumps(document))
    return str(tmp_path / name)


def key_of(path: str) -> PrivateKey:
    return PrivateKey.read(Path(path).read_bytes())


# --- keygen ---------------------------------------------------------------------------------------


def test_the_grammar_offers_the_kinds_that_are_made() -> None:
    """The grammar imports nothing heavy, so it has names of its own."""
    assert set(grammar.KEY_TYPES) == set(KINDS)


@pytest.mark.parametrize("form", ["jwk", "pem", "multikey"])
@pytest.mark.parametrize("kind", ["ed25519", "p256", "p384"])
def test_a_key_is_written_for_its_owner_and_told_to_the_public(run: Any, tmp_path: Path, kind: str, form: str) -> None:
    """The file holds the secret, the output what issuers publish."""
    path = str(tmp_path / "new")
    result: Result = run("keygen", "--type", kind, "--format", form, "-o", path)
    assert result.code == 0
    key = key_of(path)
    assert result.json == {
        "id": key.did,
        "verificationMethod": key.verification_method,
        "publicKeyMultibase": key.public.multikey,
        "publicKeyJwk": key.public.to_jwk(),
    }
    assert str(key.to_jwk()["d"]) not in result.out + result.err
    if os.name == "posix":
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_an_rsa_key_has_the_length_that_is_asked_for(run: Any, tmp_path: Path) -> None:
    """It is named by its did:jwk."""
    path = str(tmp_path / "new.pem")
    result = run("keygen", "--type", "rsa", "--bits", "2048", "--format", "pem", "-o", path)
    assert result.code == 0
    assert key_of(path).secret.key_size == 2048
    assert result.json["id"].startswith("did:jwk:")


@posix
def test_a_generous_umask_does_not_open_the_file(run: Any, tmp_path: Path) -> None:
    """The mode is the file's from its first byte on."""
    before = os.umask(0)
    try:
        run("keygen", "-o", str(tmp_path / "new"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(tmp_path / "new").st_mode) == 0o600


def test_a_key_that_is_there_is_never_replaced(run: Any, tmp_path: Path, key_file: str) -> None:
    """A lost key cannot be had again; a link is not followed either."""
    before = Path(key_file).read_bytes()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    for path in (key_file, str(link)):
        result = run("keygen", "-o", path)
        assert (result.code, result.out) == (2, "")
        assert "not replaced" in result.err
    assert Path(key_file).read_bytes() == before
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--type", "rsa", "--format", "multikey"),
        ("--type", "rsa", "--bits", "1024"),
        ("--type", "ed25519", "--bits", "2048"),
        ("--type", "p521", "--format", "multikey"),
    ],
    ids=" ".join,
)
def test_keys_that_cannot_be_are_not_written(run: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Nothing is left behind."""
    result = run("keygen", *arguments, "-o", str(tmp_path / "new"))
    assert result.code == 2
    assert not (tmp_path / "new").exists()


def test_a_key_is_not_shown(run: Any, tmp_path: Path) -> None:
    """Screens and pipes are remembered."""
    assert run("keygen", "-o", "-").code == 2
    assert run("keygen", "-o", str(tmp_path / "no" / "folder")).code == 2


# --- issue ----------------------------------------------------------------------------------------


def test_what_is_issued_verifies(run: Any, tmp_path: Path, key_file: str) -> None:
    """From a draft to a file that anybody verifies."""
    key = key_of(key_file)
    draft, out = written(tmp_path, badge(key.did)), str(tmp_path / "signed.json")
    assert run("issue", draft, "--key", key_file, "--created", CREATED, "-o", out).code == 0
    assert run("verify", "--at", CREATED, out).code == 0
    verify_document(json.loads(Path(out).read_bytes()), key.public.loaded)
    piped = run("issue", "-", "--key", key_file, "--created", CREATED, stdin=Path(draft).read_bytes())
    assert piped.out.encode() == Path(out).read_bytes()
    assert not piped.err


@pytest.mark.parametrize(
    ("kind", "suite"), [("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-rdfc-2019"), ("P-384", "ecdsa-rdfc-2019")]
)
def test_the_suite_follows_from_the_key(run: Any, tmp_path: Path, kind: str, suite: str) -> None:
    """Each has one that covers statements; the others make tokens."""
    key = PrivateKey.generate(kind)
    (tmp_path / "key").write_text(key.to_pem())
    result = run("issue", written(tmp_path, badge(key.did)), "--key", str(tmp_path / "key"), "--created", CREATED)
    assert result.json["proof"]["cryptosuite"] == suite


def test_tokens_are_text(run: Any, tmp_path: Path) -> None:
    """RSA keys make tokens unless told otherwise, by the algorithm that is named."""
    key = PrivateKey.generate("RSA", bits=2048)
    (tmp_path / "key").write_text(key.to_pem())
    draft = written(tmp_path, badge(key.did))
    result = run("issue", draft, "--key", str(tmp_path / "key"), "--algorithm", "PS256")
    header, _ = verify_token(result.out.strip(), key.public.loaded)
    assert header["alg"] == "PS256"


def test_presentations_answer(run: Any, tmp_path: Path, key_file: str) -> None:
    """Options of the proof reach it; a second proof builds on the first."""
    key = key_of(key_file)
    inside = run("issue", written(tmp_path, badge(key.did)), "--key", key_file, "--created", CREATED).json
    options = ["--key", key_file, "--created", CREATED, "--challenge", "c", "--domain", "a.example"]
    draft = written(tmp_path, presentation([inside], key.did))
    first = run("issue", draft, *options, "--proof-id", "urn:x:1", "--expires", "2026-07-01").json
    draft = written(tmp_path, first)
    second = run("issue", draft, *options, "--previous-proof", "urn:x:1", "--suite", "eddsa-jcs-2022").json
    assert [proof.get("id") for proof in second["proof"]] == ["urn:x:1", None]
    assert second["proof"][0]["expires"] == "2026-07-01T00:00:00Z"
    out = written(tmp_path, second)
    assert run("verify", "--at", CREATED, "--challenge", "c", "--domain", "a.example", out).code == 0


def test_a_method_elsewhere_is_held_against_its_document(run: Any, tmp_path: Path, key_file: str) -> None:
    """Hosts sign with the key that their document lists."""
    did = "did:web:issuer.example"
    document = single_key_document(did, ed25519_key("college"))
    supplied = f"https://issuer.example/.well-known/did.json={written(tmp_path, document, 'did.json')}"
    arguments = ["issue", written(tmp_path, badge(did)), "--key", key_file, "--method", f"{did}#key-1"]
    assert run(*arguments).code == 0
    result = run(*arguments, "--document", supplied)
    assert (result.code, result.out) == (1, "")
    assert "proof.invalid" in result.err
    assert run(*arguments, "--document", supplied, "--no-check").code == 0


def test_a_refusal_says_why_and_writes_nothing(run: Any, tmp_path: Path, key_file: str) -> None:
    """A pipe must not receive a report in place of a document, nor a file be emptied."""
    draft = written(tmp_path, badge(key_of(key_file).did, shelfmark="A 12"))
    out = tmp_path / "signed.json"
    out.write_text("older")
    result = run("issue", draft, "--key", key_file, "-o", str(out))
    assert (result.code, result.out, out.read_text()) == (1, "", "older")
    assert "not signed" in result.err
    assert "terms.undefined at /shelfmark" in result.err


@posix
def test_a_key_that_others_can_read_is_told_of(run: Any, tmp_path: Path, key_file: str) -> None:
    """It still signs: where secrets are mounted, the mode is not always ours to choose."""
    os.chmod(key_file, 0o644)
    result = run("issue", written(tmp_path, badge(key_of(key_file).did)), "--key", key_file)
    assert result.code == 0
    assert "others can read" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--suite", "nothing"),
        ("--key", "absent.jwk"),
        ("--key", "-"),
        ("--previous-proof", "urn:x"),
        ("--suite", "jwt", "--proof-id", "urn:x"),
        ("--policy", "absent.toml"),
        ("-o", "no/such/folder/out.json"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_used_is_said_in_a_sentence(
    run: Any,
    tmp_path: Path,
    key_file: str,
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The exit code tells the command line from the document."""
    monkeypatch.chdir(tmp_path)
    draft = Path(written(tmp_path, badge(key_of(key_file).did))).read_bytes()
    result = run("issue", "-", "--key", key_file, *arguments, stdin=draft)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err


def test_a_file_that_is_no_key_is_not_quoted(run: Any, tmp_path: Path, key_file: str) -> None:
    """It may be one with a slip of the finger."""
    jwk = key_of(key_file).to_jwk()
    broken = written(tmp_path, jwk | {"d": str(jwk["d"]) + "="}, "key.jwk")
    result = run("issue", written(tmp_path, badge()), "--key", broken)
    assert result.code == 2
    assert str(jwk["d"])[:12] not in result.err
