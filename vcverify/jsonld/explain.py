"""Sentences about what JSON-LD loses or reads otherwise than it looks, each with what would mend it.

Only called where there is something to say.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final, TypeAlias

from vcverify.jsonld.context import ABSENT, ActiveContext
from vcverify.jsonld.syntax import KEYWORDS, JsonLdError, like_iri
from vcverify.jsontypes import escape_token
from vcverify.problems import Problem, ProblemError, problem, quote, refuse

Path: TypeAlias = "tuple[Path | None, str | int] | None"
"""Where the walk stands: the way to the parent and the last step; None is the root."""

SPEC: Final = "JSON-LD 1.1 API"
NESTED_ARRAY: Final = "An array inside an array is read as one array."


def pointer_of(path: Path, base: str) -> str:
    """The JSON Pointer of a path, below the pointer `base`."""
    tokens = []
    while path is not None:
        path, token = path
        tokens.append("/" + escape_token(token))
    tokens.append(base)
    return "".join(reversed(tokens))


def undefined(
    what: str, why: str, pointer: str, *, found: object = None, remedy: str | None = "Remove it before signing."
) -> Problem:
    """`terms.undefined`: `what` is not in the signed statements. A remedy that is None is the catalogue's."""
    return problem(
        "terms.undefined", f"The signature does not cover {what}: {why}.", pointer, found=found, remedy=remedy
    )


def form(detail: str, pointer: str, remedy: str | None = None) -> Problem:
    """`terms.form`: signed, but not spelled as its contexts would spell it."""
    return problem("terms.form", detail, pointer, remedy=remedy)


def undefined_member(context: ActiveContext, names: Names, key: str, pointer: str) -> Problem:
    """The problem of a member that no context defines."""
    shown = f"`{quote(key)}`"
    term = context.terms.get(key)
    if key in KEYWORDS:
        return undefined(f"`{key}`", "the keyword says nothing where it stands", pointer)
    if key.startswith("@"):
        return undefined(
            shown, "names that begin with `@` are reserved", pointer, remedy="Use another name, defined in a context."
        )
    if term is not None and term.iri is None:
        return undefined(shown, "a context maps the term to null", pointer, remedy=None)
    if term is not None:
        return undefined(shown, f"it stands for the keyword `{term.iri}`, which says nothing here", pointer)
    return undefined(shown, "no context defines the term here", pointer, remedy=names.where_defined(key, "term"))


def undefined_type(names: Names, name: str, pointer: str) -> Problem:
    """The problem of a type that is no IRI."""
    if name in KEYWORDS or name.startswith("@"):
        why = "names that begin with `@` are reserved"
    elif like_iri(name):
        why = "it is not a valid IRI"
    else:
        why = "no context defines the type here"
    return undefined(f"the type `{quote(name)}`", why, pointer, remedy=names.where_defined(name, "type"))


def unusable_iri(text: str, role: str, pointer: str) -> Problem:
    """The problem of a string that should be an IRI, and stays relative or is malformed."""
    if text.startswith("@"):
        why = "what begins with `@` is no IRI"
    elif ":" in text.partition("/")[0]:
        why = "it is not a valid IRI"
    else:
        why = "a relative reference means nothing without a base"
    return undefined(f"the {role} `{quote(text)}`", why, pointer, remedy="Write it as an absolute URL before signing.")


class Names:
    """What the contexts at one place of a document define elsewhere. Costs a look at every definition, once."""

    def __init__(self, context: ActiveContext) -> None:
        self.by_iri: dict[str, str] = {}
        self.by_letters: dict[str, str] = {}
        self.holders: dict[str, list[str]] = {}
        for name, term in context.terms.items():
            if term.iri is not None:
                self.by_iri.setdefault(term.iri, name)
            self.by_letters.setdefault(name.casefold(), name)
        seen: ActiveContext | None = context
        while seen is not None:
            for name, term in seen.terms.items():
                if term.context is not ABSENT:
                    self._hold(name, term.context)
            seen = seen.previous

    def _hold(self, holder: str, local: Any) -> None:
        if isinstance(local, list):
            for item in local:
                self._hold(holder, item)
        elif isinstance(local, dict):
            for name, value in local.items():
                holders = self.holders.setdefault(name, [])
                if value is not None and holder not in holders[-8:]:
                    holders.append(holder)

    def term_for(self, iri: str) -> str | None:
        """The remedy that names the term for an IRI, if there is one."""
        name = self.by_iri.get(iri)
        return None if name is None else f"Write `{quote(name)}`."

    def where_defined(self, key: str, what: str) -> str | None:
        """The remedy that says where the contexts do define the name, if anywhere."""
        holders = self.holders.get(key, ())
        # Types are written with a capital by every published context.
        types = sorted({name for name in holders if name[:1].isupper()})
        properties = sorted({name for name in holders if not name[:1].isupper()})
        places = [f"where the type is {_alternatives(types)}"] if types else []
        if properties:
            places.append(f"under {_alternatives(properties)}")
        if places:
            mend = "Add that type, or define" if types else "Define"
            return f"`{quote(key)}` is defined only {' or '.join(places)}. {mend} the {what} in a context."
        name = self.by_letters.get(key.casefold())
        return None if name is None else f"Did you mean `{quote(name)}`? Names are compared letter by letter."


def _alternatives(names: list[str]) -> str:
    shown = [f"`{quote(name)}`" for name in names[:4]]
    if len(names) > 4:
        shown.append("others")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1]


def placed(error: ProblemError, pointer: str) -> ProblemError:
    """The same problem, at another pointer."""
    return ProblemError(dataclasses.replace(error.problem, pointer=pointer))


def stopped(error: JsonLdError, pointer: str) -> ProblemError:
    """The exception for a JSON-LD processing error; the caller raises it."""
    if error.about_context:
        return refuse(
            "terms.redefined", f"JSON-LD processing stops ({error.code}): {error.detail}.", pointer, spec=f"{SPEC} §4.1"
        )
    return refuse(
        "input.malformed", f"JSON-LD processing stops ({error.code}): {error.detail}.", pointer, spec=f"{SPEC} §5.1"
    )
