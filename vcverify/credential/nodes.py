"""What a reading is made of: things and literals, asked by term."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final

from vcverify import vocabulary
from vcverify.vocabulary import Class, Term, Terms


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal value; `datatype` is an IRI or "" for plain text, `language` a tag or ""."""

    text: str
    datatype: str = ""
    language: str = ""


class Node(ABC):
    """A thing that the signed document describes."""

    __slots__ = ()

    @property
    @abstractmethod
    def id(self) -> str | None:
        """The absolute IRI; None for an unnamed thing."""

    @property
    @abstractmethod
    def types(self) -> tuple[str, ...]:
        """Names of the types: the familiar name where there is one, the IRI otherwise."""

    @abstractmethod
    def values(self, term: Term) -> tuple[Node | Literal, ...]:
        """Everything that is said by the term, in no particular order."""

    @abstractmethod
    def where(self, term: Term, position: int = 0) -> str:
        """JSON Pointer of the value at `position` of `values(term)`; of the node itself if there is none."""

    @property
    @abstractmethod
    def pointer(self) -> str:
        """JSON Pointer of the node, counting from the credential."""

    @abstractmethod
    def described(self) -> frozenset[str]:
        """The ids of everything that the document around this node describes."""

    def nodes(self, *terms: Term) -> tuple[Node, ...]:
        """The things among the values of the terms."""
        return tuple([value for term in terms for value in self.values(term) if not isinstance(value, Literal)])

    def texts(self, term: Term) -> tuple[str, ...]:
        """The values as text: of a literal its lexical form, of a thing its id ("" if unnamed)."""
        return tuple([v.text if isinstance(v, Literal) else v.id or "" for v in self.values(term)])

    def text(self, term: Term) -> str | None:
        """The one value as text; None where there is none, or more than one."""
        texts = self.texts(term)
        return texts[0] if len(texts) == 1 else None

    def says(self, term: Term) -> bool:
        """Whether anything is said by the term."""
        return bool(self.values(term))

    def repeats(self, term: Term) -> bool:
        """Whether more than one thing is said by the term."""
        return len(self.values(term)) > 1

    def says_any(self, terms: Terms) -> bool:
        """Whether anything may be said by one of the terms; cheaper than asking for each."""
        return any(self.says(term) for term in terms.terms)

    def is_a(self, *classes: Class) -> bool:
        """Whether one of the classes is among the types."""
        types = self.types
        for item in classes:
            if item.names[0] in types:
                break
        else:
            return False
        return True


_ORDER: Final = {item.name: position for position, item in enumerate(vocabulary.CLASSES)}


def class_order(name: str) -> int:
    """Where a familiar type stands among the types of a thing."""
    return _ORDER[name]
