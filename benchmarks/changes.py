"""Signed documents, changed: every contestant has to notice before it is timed."""

from __future__ import annotations

import json
from typing import Any


def tampered(data: bytes | str) -> list[str]:
    """The document with another name, and with another word in the innermost credential."""
    document: dict[str, Any] = json.loads(data)
    renamed = json.dumps({**document, "name": f"{document['name']}, with honours"})
    subject = document["credentialSubject"]
    if subject.get("verifiableCredential"):
        subject = subject["verifiableCredential"][-1]["credentialSubject"]
    subject["achievement"]["description"] += " And more."
    return [renamed, json.dumps(document)]
