"""What a contestant is, on its own side: a class that a worker process makes and asks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

Contexts = Mapping[str, dict[str, Any]]
"""JSON-LD contexts by URL: those that the documents name, for contestants that have to be given them."""


class Contestant(ABC):
    """Verifies documents. Only `verify` is timed.

    Attributes:
        distributions: Installed packages, by spaces, whose versions are told beside the figures.
    """

    distributions: ClassVar[str] = ""

    def __init__(self, contexts: Contexts) -> None:
        self.contexts = contexts

    def secure(self, data: bytes) -> bytes | str:
        """The document that it is given: the one all are given, unless it takes only what it signed itself."""
        return data

    def prepare(self, data: bytes | str) -> Any:
        """What `verify` is called with."""
        return data

    @abstractmethod
    def verify(self, prepared: Any) -> bool:
        """Whether it accepts the document; an exception is a no as well."""
