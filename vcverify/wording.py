"""What outcomes are called: of a verification, and of a document that is still to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vcverify.report import Outcome, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What outcomes are called: in the first line, and of documents that are one of several.

    `meaning` is a sentence for people who see such a report for the first time. `silent` are checks of which nothing
    is said where they were not run; `apart` are codes of the document's own problems that are told elsewhere.
    """

    first: Mapping[Outcome, str]
    each: Mapping[Outcome, str]
    meaning: Mapping[Outcome, str]
    content: str
    """Why the contents of a document are not shown."""
    silent: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()


_OPEN: Final = "Neither yes nor no: something could not be found out. The problems below say what."

VERIFICATION: Final = Wording(
    first={Outcome.PASSED: "VERIFIED", Outcome.FAILED: "NOT VERIFIED", Outcome.INDETERMINATE: "NOT DECIDED"},
    each={Outcome.PASSED: "verified", Outcome.FAILED: "not verified", Outcome.INDETERMINATE: "not decided"},
    meaning={
        Outcome.PASSED: "Every signature holds, and every check that the policy asks for passed.",
        Outcome.FAILED: "Do not rely on it; the problems below say why.",
        Outcome.INDETERMINATE: _OPEN,
    },
    content="not shown: no signature over it verified",
)
LINT: Final = Wording(
    first={Outcome.PASSED: "READY TO SIGN", Outcome.FAILED: "NOT READY TO SIGN", Outcome.INDETERMINATE: "NOT DECIDED"},
    each={Outcome.PASSED: "in order", Outcome.FAILED: "not in order", Outcome.INDETERMINATE: "not decided"},
    meaning={
        Outcome.PASSED: "Nobody has signed it: do not rely on it. Nothing was found that should be mended before.",
        Outcome.FAILED: "Nobody has signed it. The problems below say what to mend before.",
        Outcome.INDETERMINATE: f"Nobody has signed it. {_OPEN}",
    },
    content="not shown: nobody has signed it",
    silent=frozenset({"proof", "issuer", "trust"}),
)


def wording_of(report: Report) -> Wording:
    """The words for a report: a draft is never called verified."""
    return LINT if report.draft else VERIFICATION
