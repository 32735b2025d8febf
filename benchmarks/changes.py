"""Signed documents, changed: every contestant has to notice before it is timed."""

from __future__ import annotations

import base64
import json
from typing import Any


def tampered(data: bytes | str) -> list[str]:
    """The document with another name, and with another word in the innermost credential."""
    text = data.decode() if isinstance(data, bytes) else data
    if not text.startswith("{"):
        return _tampered_tokens(text)
    document: dict[str, Any] = json.loads(text)
    renamed = json.dumps({**document, "name": f"{document['name']}, with honours"})
    subject = document["credentialSubject"]
    if subject.get("verifiableCredential"):
        subject = subject["verifiableCredential"][-1]["credentialSubject"]
    subject["achievement"]["description"] += " And more."
    return [renamed, json.dumps(document)]


def _tampered_tokens(text: str) -> list[str]:
    """Its signature under other payloads."""
    header, payload, signature = text.split(".")
    document = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    changed = (base64.urlsafe_b64encode(other.encode()).decode().rstrip("=") for other in tampered(document))
    return [f"{header}.{other}.{signature}" for other in changed]
