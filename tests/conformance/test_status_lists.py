"""Status lists of others: what their files say by name is what our reading of the bits says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vcverify.limits import DEFAULT_LIMITS
from vcverify.statuslists import MINIMUM_ENTRIES, decode_list, look_up, read_index

DCC = "dcc/e5WK8CbZ1GjycuPombrj.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _lists(vectors: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted((vectors / "status").glob("*/*.json*")):
        subject = _read(path).get("credentialSubject", {})
        if "encodedList" in subject:
            multibase = subject["type"] == "BitstringStatusList"
            name = f"{path.parent.name}/{path.name}"
            found[name] = decode_list(subject["encodedList"], DEFAULT_LIMITS, multibase=multibase)
    return found


@pytest.fixture(scope="module")
def lists(vectors: Path) -> dict[str, bytes]:
    return _lists(vectors)


def test_lists_of_four_publishers_can_be_read(lists: dict[str, bytes]) -> None:
    """1EdTech, SpruceID and the Recommendation write whole lists; the Consortium's are shorter than is allowed."""
    entries = {name: len(bits) * 8 for name, bits in lists.items()}
    assert {name.partition("/")[0] for name in entries} == {
        "1edtech",
        "dcc",
        "spruceid-ssi",
        "w3c-bitstring-REC-examples",
    }
    assert {name.partition("/")[0] for name, count in entries.items() if count < MINIMUM_ENTRIES} == {"dcc"}


def test_credentials_that_are_named_revoked_have_their_bit_set(vectors: Path, lists: dict[str, bytes]) -> None:
    """Which bit is the first is the mistake that readers of these lists make."""
    revoked: dict[int, set[bool]] = {}
    for path in sorted((vectors / "ob3").glob("dcc-*/**/*.json")):
        status: Any = _read(path).get("credentialStatus", {})
        entries = status if isinstance(status, list) else [status]
        name = path.name.lower()
        if "validstatus" not in name and "revoked" not in name:
            continue
        for entry in entries:
            if str(entry.get("statusListCredential", "")).endswith("/e5WK8CbZ1GjycuPombrj"):
                revoked.setdefault(read_index(entry["statusListIndex"]), set()).add("revoked" in name)
    assert {index: {bool(look_up(lists[DCC], index))} for index in revoked} == revoked
    assert {True, False} <= {held for values in revoked.values() for held in values}
