"""The check of our own checks: what a tag switches off, and that cases notice."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import CHECKOUT

TOOL = CHECKOUT / "tools" / "mutation_check.py"


def _guards() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guards", CHECKOUT / "tools" / "guards.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["guards"] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


guards = _guards()

FORMS = {
    "a branch": ("if value < 0:  # CHECK: it\n    return 'refused'\nreturn 'passed'", -1),
    "a branch, told above": ("# CHECK: it\nif value < 0:\n    return 'refused'\nreturn 'passed'", -1),
    "a later branch": ("if value > 9:\n    pass\nelif value < 0:  # CHECK: it\n    return 'refused'\nreturn 'passed'", -1),
    "a branch of several lines": ("if (\n    value\n    < 0\n):  # CHECK: it\n    return 'refused'\nreturn 'passed'", -1),
    "an operand": ("if (\n    value == 7\n    or value < 0  # CHECK: it\n):\n    return 'refused'\nreturn 'passed'", -1),
    "a joined operand": (
        "if (\n    value > -9\n    and value >= 0  # CHECK: it\n):\n    return 'passed'\nreturn 'refused'",
        -1,
    ),
    "a loop": ("for one in range(value):  # CHECK: it\n    return 'refused'\nreturn 'passed'", 1),
    "an exception": ("if value < 0:\n    raise ValueError  # CHECK: it\nreturn 'passed'", -1),
    "a handler": ("try:\n    1 / value\nexcept ZeroDivisionError:\n    raise ValueError from None  # CHECK: it\nreturn 'passed'", 0),
    "a call": ("import math\nmath.sqrt(value)  # CHECK: it\nreturn 'passed'", -1),
    "a condition": ("def good():\n    return value >= 0  # CHECK: it\nreturn 'passed' if good() else 'refused'", -1),
    "a choice": ("return 'passed' if value >= 0 else None  # CHECK: it", -1),
    "a choice, turned": ("return None if value < 0 else 'passed'  # CHECK: it", -1),
}  # fmt: skip


def _answer(source: str, value: int) -> Any:
    """What the function of a form answers to a value; an exception refuses."""
    names: dict[str, Any] = {}
    exec(source, names)
    try:
        return names["judge"](value)
    except ValueError:
        return "refused"


@pytest.mark.parametrize("form", FORMS)
def test_a_guard_that_is_off_lets_pass_what_it_refuses(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each form that a tag may stand on: without the guard the bad value passes, and nothing else changes."""
    body, bad = FORMS[form]
    source = '"""A module."""\n\nfrom __future__ import annotations\n\ndef judge(value):\n' + "".join(
        f"    {line}\n" for line in body.splitlines()
    )
    package = tmp_path / "sample"
    package.mkdir()
    (package / "one.py").write_text(source)
    assert [guard.text for guard in guards.find_guards(package)] == ["it"]
    guards.write_switchable(package, tmp_path / "copy")
    changed = (tmp_path / "copy" / "sample" / "one.py").read_text()
    switch = ModuleType(guards.SWITCH)
    exec(guards.SWITCHES, switch.__dict__)
    monkeypatch.setitem(sys.modules, guards.SWITCH, switch)
    good = 5 if bad < 1 else 0
    assert _answer(source, bad) in ("refused", None)
    for off in (-1, 0):
        switch.off = off
        switch.asked.clear()
        assert _answer(changed, good) == "passed"
        before = set(switch.asked)
        assert _answer(changed, bad) == ("passed" if off == 0 else _answer(source, bad))
        assert switch.asked == {0} and (not before or form == "a call")


@pytest.mark.parametrize("source", ["x = 1  # CHECK: it", "while True:  # CHECK: it\n    pass", "# CHECK: it\n"])
def test_a_tag_has_to_stand_on_a_guard(source: str) -> None:
    """A tag that switches nothing off would count as a guard that nobody checks."""
    tag = guards.Guard(number=0, path="x.py", line=1 if source[0] != "#" else 2, text="it")
    with pytest.raises(guards.TagError):
        guards.switchable(source, [tag])


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(TOOL), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV_")},
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a process for each guard")
def test_cases_notice_when_a_guard_is_off() -> None:
    """Some guards, always the same: with one of them off, a case is answered otherwise, or its own test fails."""
    done = _run("--sample", "10", "--tests", "tests/unit/test_guards.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 caught" in done.stdout


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a process for each guard")
def test_something_notices_when_any_guard_is_off() -> None:
    """Every tagged line earns its place: without it a case or a test fails."""
    done = _run()
    assert done.returncode == 0, done.stdout + done.stderr
