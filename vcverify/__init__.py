"""Verifies Comprehensive Learner Records, Open Badges and other Verifiable Credentials.

report = vcverify.verify(data)      bytes, text or a JSON object
if report: ...                      True only if every part passed
for problem in report.problems(): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vcverify.achieving import achievements
    from vcverify.baking import bake
    from vcverify.crypto.private import PrivateKey, generate_key
    from vcverify.issuing import IssueRefused, issue
    from vcverify.limits import Limits
    from vcverify.policy import Policy
    from vcverify.problems import Fact, Problem, Severity
    from vcverify.report import Check, Outcome, Report, VerificationFailed
    from vcverify.verifier import DEFAULT_CHECKS, Verifier, lint, refresh, verify, verify_many

__version__ = "0.1.0"

_HOME = {
    "PrivateKey": "vcverify.crypto.private",
    "generate_key": "vcverify.crypto.private",
    "IssueRefused": "vcverify.issuing",
    "issue": "vcverify.issuing",
    "achievements": "vcverify.achieving",
    "bake": "vcverify.baking",
    "Limits": "vcverify.limits",
    "Policy": "vcverify.policy",
    "Fact": "vcverify.problems",
    "Problem": "vcverify.problems",
    "Severity": "vcverify.problems",
    "Check": "vcverify.report",
    "Outcome": "vcverify.report",
    "Report": "vcverify.report",
    "VerificationFailed": "vcverify.report",
    "DEFAULT_CHECKS": "vcverify.verifier",
    "Verifier": "vcverify.verifier",
    "lint": "vcverify.verifier",
    "refresh": "vcverify.verifier",
    "verify": "vcverify.verifier",
    "verify_many": "vcverify.verifier",
}

__all__ = [
    "DEFAULT_CHECKS",
    "Check",
    "Fact",
    "IssueRefused",
    "Limits",
    "Outcome",
    "Policy",
    "PrivateKey",
    "Problem",
    "Report",
    "Severity",
    "VerificationFailed",
    "Verifier",
    "__version__",
    "achievements",
    "bake",
    "generate_key",
    "issue",
    "lint",
    "refresh",
    "verify",
    "verify_many",
]


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used: the command line starts without them."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(home), name)
    return value
