"""Every case of `test_vectors/cases`, each in a process of its own under limits (target R1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.catalogue import CASES
from support.confined import MISDEEDS, Confinement

FAMILIES = sorted({path.name.partition("-")[0] for path in CASES.glob("*.json")})


def files(family: str) -> list[Path]:
    return [path for path in sorted(CASES.glob("*.json")) if path.name.partition("-")[0] == family]


@pytest.mark.parametrize("family", FAMILIES)
def test_no_case_needs_more_than_its_share(family: str, confinement: Confinement) -> None:
    """Hostile or honest: judged as it says, in 2 s of processor time and 256 MiB, never taken for a bug."""
    faults = {}
    for path in files(family):
        if found := confinement.judge(path.read_text(encoding="utf-8")).faults():
            faults[path.stem] = found
    assert not faults


@pytest.mark.parametrize("what", MISDEEDS)
def test_a_process_that_breaks_its_limits_is_found(what: str, confinement: Confinement) -> None:
    """The harness itself is able to fail: what a child does wrong is said, and the next child is unharmed."""
    answer = confinement.misbehave(what)
    assert answer.faults(), what
    assert not confinement.judge((CASES / "suites-eddsa-rdfc-2022.json").read_text(encoding="utf-8")).faults()
