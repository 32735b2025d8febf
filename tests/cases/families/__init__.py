"""Every family of cases."""

from __future__ import annotations

from cases.families import (
    clr,
    data_model,
    endorsement,
    inputs,
    issuer,
    jcs,
    keys,
    limits,
    presentation,
    proof,
    revisions,
    suites,
    terms,
    validity,
)

FAMILIES = [
    module.FAMILY
    for module in (
        suites,
        proof,
        issuer,
        keys,
        terms,
        revisions,
        jcs,
        data_model,
        validity,
        clr,
        endorsement,
        presentation,
        inputs,
        limits,
    )
]
