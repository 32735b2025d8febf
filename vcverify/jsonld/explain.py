"""Sentences about what JSON-LD loses or reads otherwise than it looks, each with what would mend it.

Only called where there is something to say.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeAlias

from vcverify.jsonld.context import ABSENT, ActiveContext
from vcverify.jsonld.syntax import KEYWORDS, JsonLdError, like_iri
from vcverify.jsontypes import escape_token
from vcverify.problems import Problem, ProblemError, problem, quote, refuse

Path: TypeAlias = "tuple[Path | None, str | int] | None"
"""Where the walk stands: the way to the parent and the last step; None is the root."""

SPEC = "JSON-LD 1.1 API"


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


def undefined_member(context: ActiveContext, key: str, pointer: str) -> Problem:
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
    return undefined(shown, "no context defines the term here", pointer, remedy=_where_defined(context, key, "term"))


def undefined_type(context: ActiveContext, name: str, pointer: str) -> Problem:
    """The problem of a type that is no IRI."""
    if name in KEYWORDS or name.startswith("@"):
        why = "names that begin with `@` are reserved"
    elif like_iri(name):
        why = "it is not a valid IRI"
    else:
        why = "no context defines the type here"
    return undefined(f"the type `{quote(name)}`", why, pointer, remedy=_where_defined(context, name, "type"))


def unusable_iri(text: str, role: str, pointer: str) -> Problem:
    """The problem of a string that should be an IRI, and stays relative or is malformed."""
    if text.startswith("@"):
        why = "what begins with `@` is no IRI"
    elif ":" in text.partition("/")[0]:
        why = "it is not a valid IRI"
    else:
        why = "a relative reference means nothing without a base"
    return undefined(f"the {role} `{quote(text)}`", why, pointer, remedy="Write it as an absolute URL before signing.")


def _where_defined(context: ActiveContext, key: str, what: str) -> str | None:
    """Where the contexts at hand do define the name, if anywhere."""
    types: list[str] = []
    properties: list[str] = []
    seen: ActiveContext | None = context
    while seen is not None:
        for name, term in seen.terms.items():
            if term.context is not ABSENT and _defines(term.context, key):
                # Types are written with a capital by every published context.
                group = types if name[:1].isupper() else properties
                if name not in group:
                    group.append(name)
        seen = seen.previous
    places = []
    if types:
        places.append("where the type is " + _alternatives(types))
    if properties:
        places.append("under " + _alternatives(properties))
    if places:
        return (
            f"`{quote(key)}` is defined only {' or '.join(places)}. Add that type, or define the {what} in a context."
        )
    for name in context.terms:
        if name.casefold() == key.casefold():
            return f"Did you mean `{quote(name)}`? Names are compared letter by letter."
    return None


def _defines(local: Any, key: str) -> bool:
    if isinstance(local, list):
        return any(_defines(item, key) for item in local)
    return isinstance(local, dict) and local.get(key) is not None


def _alternatives(names: list[str]) -> str:
    shown = [f"`{quote(name)}`" for name in sorted(names)[:4]]
    if len(names) > 4:
        shown.append("others")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1]


def placed(error: ProblemError, pointer: str) -> ProblemError:
    """The same problem, at another pointer."""
    return ProblemError(dataclasses.replace(error.problem, pointer=pointer))


def term_for(context: ActiveContext, iri: str) -> str | None:
    """The remedy that names the term for an IRI, if there is one."""
    for name, term in context.terms.items():
        if term.iri == iri:
            return f"Write `{quote(name)}`."
    return None


def stopped(error: JsonLdError, pointer: str) -> ProblemError:
    """The exception for a JSON-LD processing error; the caller raises it."""
    if error.about_context:
        return refuse(
            "terms.redefined", f"JSON-LD processing stops ({error.code}): {error.detail}.", pointer, spec=f"{SPEC} §4.1"
        )
    return refuse(
        "input.malformed", f"JSON-LD processing stops ({error.code}): {error.detail}.", pointer, spec=f"{SPEC} §5.1"
    )
