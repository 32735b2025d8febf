"""One server of confined processes for all attacks of a session."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from support.confined import Confinement


@pytest.fixture(scope="session")
def confinement() -> Iterator[Confinement]:
    if not hasattr(os, "fork"):
        pytest.skip("processes are confined by fork and rlimit, which are POSIX")
    confined = Confinement()
    yield confined
    confined.close()
