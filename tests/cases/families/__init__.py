"""Every family of cases."""

from __future__ import annotations

from cases.families import (
    clr,
    contexts,
    data_model,
    did_web,
    endorsement,
    inputs,
    issuer,
    jcs,
    keys,
    limits,
    presentation,
    proof,
    proof_times,
    respelled,
    revisions,
    status,
    status_entries,
    status_lists,
    status_nested,
    status_older,
    suites,
    terms,
    trust,
    validity,
)

FAMILIES = [
    module.FAMILY
    for module in (
        suites,
        proof,
        proof_times,
        issuer,
        trust,
        did_web,
        keys,
        terms,
        contexts,
        respelled,
        revisions,
        jcs,
        data_model,
        validity,
        status,
        status_entries,
        status_lists,
        status_nested,
        status_older,
        clr,
        endorsement,
        presentation,
        inputs,
        limits,
    )
]
