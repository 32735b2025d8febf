"""`--online`, `--cache` and `--trust` on the command line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases.documents import COLLEGE, badge, single_key_document
from cases.signing import sign
from support.server import GLOBAL, HOST, Authority, Server, answer, by_path, serve

from vcverify.cli import main

AT = "2026-06-01"
DID = f"did:web:{HOST}"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The internet: one host, which is did:web:issuer.example."""
    authority = Authority(tmp_path)
    document = json.dumps(single_key_document(DID, COLLEGE)).encode()
    with serve(by_path({"/.well-known/did.json": answer(document)}), authority.issue(HOST)) as running:
        monkeypatch.setattr("vcverify.loading.https.system_addresses", lambda *_: [GLOBAL])
        monkeypatch.setattr("vcverify.loading.https.connect", running.dial)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
        yield running


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """The log as it was."""
    log = logging.getLogger("vcverify.loading")
    handlers, level = list(log.handlers), log.level
    yield
    log.handlers[:], log.level = handlers, level


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "badge.json"
    path.write_text(json.dumps(sign(badge(DID), COLLEGE, method=f"{DID}#key-1")))
    return str(path)


@pytest.mark.loopback
@pytest.mark.usefixtures("quiet_log")
def test_the_network_is_used_when_asked_for(
    server: Server, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once online, a document is at hand offline as well; each folder is its own cache."""
    cache = str(tmp_path / "cache")
    assert main(["verify", "--at", AT, file]) == 3
    assert main(["verify", "--at", AT, "--cache", cache, file]) == 3
    assert not server.requests
    assert main(["verify", "--at", AT, "--cache", cache, "--online", "--verbose", file]) == 0
    assert "controller https://issuer.example/.well-known/did.json: " in capsys.readouterr().err
    assert main(["verify", "--at", AT, "--cache", cache, file]) == 0
    assert len(server.requests) == 1
    assert main(["verify", "--at", AT, "--online", file]) == 0
    assert (tmp_path / "xdg" / "vcverify").is_dir()
    assert main(["verify", "--at", AT, "--online", "--no-cache", file]) == 0
    assert len(server.requests) == 3


@pytest.mark.loopback
def test_a_recording_holds_what_the_network_said(server: Server, file: str, tmp_path: Path) -> None:
    """It replays offline."""
    case = str(tmp_path / "case.json")
    assert main(["record", "--at", AT, "--online", "--no-cache", "--expect", "-o", case, file]) == 0
    assert main(["replay", case]) == 0
    assert len(server.requests) == 1
    assert list(json.loads(Path(case).read_text())["resources"]) == [f"https://{HOST}/.well-known/did.json"]


@pytest.mark.loopback
def test_what_is_supplied_comes_first(server: Server, file: str, tmp_path: Path) -> None:
    """The network is asked for the rest only."""
    document = tmp_path / "did.json"
    document.write_text(json.dumps(single_key_document(DID, COLLEGE)))
    supplied = f"https://{HOST}/.well-known/did.json={document}"
    assert main(["verify", "--at", AT, "--online", "--no-cache", "--document", supplied, file]) == 0
    assert not server.requests


def test_a_registry_of_trusted_issuers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several files are one list, which takes the place of the policy's; a file that is none stops everything."""
    path = tmp_path / "badge.json"
    path.write_text(json.dumps(sign(badge(COLLEGE), COLLEGE)))
    registries = [tmp_path / "one.json", tmp_path / "two.json"]
    registries[0].write_text(json.dumps({"registry": {COLLEGE.did: {"name": "Aldermoor College"}}}))
    registries[1].write_text(json.dumps({"registry": {"guild.example": {"name": "The Guild"}}}))
    policy = tmp_path / "policy.toml"
    policy.write_text('[severities]\n"trust.unknown" = "error"\n[trust_registry]\n"did:web:x.example" = "X"\n')
    arguments = ["verify", "--at", AT, "--policy", str(policy), str(path)]
    assert main(arguments) == 1
    assert main(["verify", "--trust", str(registries[1]), *arguments[1:]]) == 1
    capsys.readouterr()
    assert main(["verify", "--trust", str(registries[0]), "--trust", str(registries[1]), *arguments[1:]]) == 0
    assert "named Aldermoor College there" in " ".join(capsys.readouterr().out.split())
    registries[0].write_text("{}")
    assert main(["verify", "--trust", str(registries[0]), *arguments[1:]]) == 2
    assert "registry" in capsys.readouterr().err
