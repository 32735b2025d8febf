"""Every input of the corpora, through its target, without a fuzzer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fuzz import seeds
from fuzz.targets import FOLDER, TARGETS

MOST_FILES, MOST_BYTES = 40, 100_000

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")


def inputs(name: str) -> list[Path]:
    return sorted(TARGETS[name].corpus.iterdir())


@pytest.mark.parametrize(
    "path", [path for name in TARGETS for path in inputs(name)], ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_no_input_breaks_its_target(path: Path) -> None:
    """Generated inputs cover what a target looks at; found ones were wrong once."""
    TARGETS[path.parent.name].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_has_a_corpus_and_a_dictionary(name: str) -> None:
    """Small ones: they are replayed in every run, and travel in the source archive."""
    sizes = [path.stat().st_size for path in inputs(name)]
    assert 0 < len(sizes) <= MOST_FILES
    assert sum(sizes) <= MOST_BYTES
    for line in TARGETS[name].dictionary.read_text("ascii").splitlines():
        assert line.startswith('"')
        assert line.endswith('"')
        assert '"' not in line[1:-1].replace("\\\\", "").replace('\\"', "")


def test_the_generated_inputs_are_those_that_are_made() -> None:
    """`python tests/fuzz --write-seeds` was run after the last change of their makers."""
    folder = FOLDER / "corpora"
    there = {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("*/seed-*")}
    assert there == seeds.files()
    assert {path.name for path in folder.iterdir()} == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_any_bytes(name: str) -> None:
    """What no corpus has: nothing, everything, and halves of other targets' inputs."""
    run = TARGETS[name].run
    run(b"")
    run(bytes(range(256)))
    for other in TARGETS:
        data = inputs(other)[0].read_bytes()
        run(data[: len(data) // 2])


@pytest.mark.parametrize("name", [name for name in TARGETS if TARGETS[name].mutate])
def test_what_a_target_makes_of_its_inputs_does_not_break_it(name: str) -> None:
    """A few of each; the same for the same seed."""
    target = TARGETS[name]
    assert target.mutate is not None
    for path in inputs(name):
        for seed in range(3):
            data = target.mutate(path.read_bytes(), seed)
            assert data == target.mutate(path.read_bytes(), seed)
            target.run(data)


def test_the_command_replays_and_minimises(tmp_path: Path) -> None:
    """What is documented for findings works without the fuzzer."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(FOLDER), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = run("datetime", "--replay")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(inputs('datetime'))} inputs, 0 failed" in done.stdout
    harmless = tmp_path / "harmless"
    harmless.write_bytes(b"2026-01-31T12:00:00Z")
    assert run("datetime", "--minimise", str(harmless)).stdout == "it does not fail\n"
    assert run("other").stdout == f"TARGET is one of {', '.join(sorted(TARGETS))}\n"
