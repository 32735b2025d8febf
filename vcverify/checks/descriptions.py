"""Whether a record tells each achievement in one way, wherever it describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from vcverify import vocabulary
from vcverify.credential import Literal, Node
from vcverify.problems import Problem, problem, quote
from vcverify.vocabulary import Term, Terms

_TOLD: Final = (vocabulary.NAME, vocabulary.DESCRIPTION, vocabulary.ACHIEVEMENT_KIND, vocabulary.CRITERIA)
_TOLD_TOO: Final = Terms(
    vocabulary.CREDITS_AVAILABLE,
    vocabulary.CREATOR,
    vocabulary.VERSION,
    vocabulary.FIELD_OF_STUDY,
    vocabulary.SPECIALIZATION,
    vocabulary.HUMAN_CODE,
    vocabulary.IN_LANGUAGE,
    vocabulary.ALIGNMENT,
)
"""What two descriptions of one achievement must agree on: what most of them say, and what few do."""


def conflicts(accepted: Mapping[str, Sequence[tuple[Node, str]]]) -> Iterator[Problem]:
    """One achievement, told in two ways in two places (or, where its id stands twice, in one).

    Problem code: `achievement.conflict`.

    Args:
        accepted: By id, what describes it, and the pointer of the credential that this stands in.
    """
    for name, places in accepted.items():
        told: dict[Term, frozenset[str]] = {}
        for node, pointer in places:
            for term in (*_TOLD, *_TOLD_TOO.terms) if node.says_any(_TOLD_TOO) else _TOLD:
                if not node.says(term) or (len(places) == 1 and not node.repeats(term)):
                    continue
                said = _said(node, term)
                if not said:
                    continue
                before = told.setdefault(term, said)
                if before == said and not _twice(node, term):
                    continue
                yield problem(
                    "achievement.conflict",
                    f"The achievement {quote(name)} has more than one `{term.name}` in the record.",
                    pointer + node.where(term),
                    expected=", ".join(sorted(before)),
                    found=", ".join(sorted(said)),
                )


def _said(node: Node, term: Term) -> frozenset[str]:
    """The texts of a term; of criteria, their id and narrative, and of alignments, their targets."""
    parts: list[str] = []
    for value in node.values(term):
        if isinstance(value, Literal):
            parts.append(_plain(value.text) if term is vocabulary.CREDITS_AVAILABLE else value.text)
        elif term is vocabulary.ALIGNMENT:
            parts.extend(value.texts(vocabulary.TARGET_URL) or value.texts(vocabulary.TARGET_CODE))
        else:
            parts.extend(filter(None, (value.id, *value.texts(vocabulary.NARRATIVE))))
    return frozenset(parts)


def _plain(text: str) -> str:
    """A number as it is usually written: 3 is 3.0 is 3.0E0."""
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _twice(node: Node, term: Term) -> bool:
    """Whether one place says two things by a term that says one (in each language)."""
    if term is vocabulary.ALIGNMENT or not node.repeats(term):
        return False
    values = node.values(term)
    languages = [value.language.lower() if isinstance(value, Literal) else "" for value in values]
    return len(set(languages)) < len(languages)
