"""Runs fuzz targets.

    python tests/fuzz TARGET --seconds 600      fuzz it (asks for the extra `fuzz`)
    python tests/fuzz TARGET --replay FILE...   run it on these files, or on its corpus
    python tests/fuzz TARGET --minimise FILE    the smallest part of the file that fails in the same way
    python tests/fuzz --write-seeds             write the files of the corpora that are generated

docs/fuzzing.md tells more. What a run learns stays in build/fuzz/TARGET, where the next one goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import random
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

FUZZ = Path(__file__).resolve().parent
ROOT = FUZZ.parents[1]

if TYPE_CHECKING:
    from fuzz.targets import Target


def main() -> int:
    options = _arguments()
    # The folder `tests` takes the place of this one, which Python put on the path.
    sys.path[0] = str(FUZZ.parent)
    if options.write_seeds:
        from fuzz.seeds import write

        write()
        return 0
    names = sorted(path.name for path in (FUZZ / "corpora").iterdir())
    if options.target not in names:
        print(f"TARGET is one of {', '.join(names)}")
        return 2
    fuzzing = not (options.minimise or options.replay is not None)
    with _instrumented() if fuzzing else contextlib.nullcontext():
        from fuzz.targets import TARGETS
    target = TARGETS[options.target]
    if options.minimise:
        return _minimise(target, options.minimise)
    if options.replay is not None:
        return _replay(target, options.replay or sorted(target.corpus.iterdir()))
    _fuzz(target, options)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python tests/fuzz", description="Runs fuzz targets.")
    parser.add_argument("target", nargs="?", help="its name; another one lists them")
    parser.add_argument("--seconds", type=int, default=600, help="how long to fuzz (600)")
    parser.add_argument("--seed", type=int, default=1, help="of libFuzzer's choices (1)")
    parser.add_argument("--replay", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--minimise", type=Path, metavar="FILE")
    parser.add_argument("--write-seeds", action="store_true")
    return parser.parse_args()


def _instrumented() -> Any:
    try:
        import atheris
    except ModuleNotFoundError:
        sys.exit("Fuzzing needs atheris: pip install -e '.[test,fuzz]'. --replay and --minimise do without.")
    return atheris.instrument_imports(include=["vcverify"])


def _fuzz(target: Target, options: argparse.Namespace) -> None:
    """Does not return: libFuzzer ends the process."""
    import atheris

    for path in sorted(target.corpus.iterdir()):  # what is made once is not to count as time of the first input
        target.run(path.read_bytes())
    learned = ROOT / "build" / "fuzz" / target.name
    found = ROOT / "build" / "fuzz" / "found" / target.name
    for folder in (learned, found):
        folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.argv[0],
        f"-max_total_time={options.seconds}",
        f"-seed={options.seed}",
        f"-max_len={target.longest}",
        f"-artifact_prefix={found}/",
        f"-dict={target.dictionary}",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-close_fd_mask=0",
        str(learned),
        str(target.corpus),
    ]

    def watched(data: bytes) -> None:
        try:
            target.run(data)
        except BaseException:  # libFuzzer's own copy is lost where the interpreter ends badly
            (found / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
            raise

    mutate = target.mutate
    if mutate is None:
        atheris.Setup(command, watched)
    else:

        def custom(data: bytes, longest: int, seed: int) -> bytes:
            if random.Random(seed).random() < 0.5:
                return bytes(atheris.Mutate(data, longest))
            return mutate(data, seed)[:longest]

        atheris.Setup(command, watched, custom_mutator=custom)
    atheris.Fuzz()


def _replay(target: Target, files: list[Path]) -> int:
    failed = 0
    for file in files:
        try:
            target.run(file.read_bytes())
        except Exception:
            failed += 1
            print(f"{file}:")
            traceback.print_exc(file=sys.stdout)
    print(f"{target.name}: {len(files)} inputs, {failed} failed")
    return 1 if failed else 0


def _minimise(target: Target, file: Path) -> int:
    """Takes out pieces, halves first, single bytes at last, while the same line fails with the same exception."""
    data = file.read_bytes()
    wanted = _failure(target, data)
    if wanted is None:
        print("it does not fail")
        return 1
    size = len(data) // 2
    while size:
        at = 0
        while at < len(data):
            less = data[:at] + data[at + size :]
            if _failure(target, less) == wanted:
                data = less
            else:
                at += size
        size //= 2
    smallest = file.with_name(file.name + ".min")
    smallest.write_bytes(data)
    print(f"{wanted[0]} at {wanted[1]}:{wanted[2]}; {len(data)} bytes in {smallest}")
    return 0


def _failure(target: Target, data: bytes) -> tuple[str, str, int] | None:
    try:
        target.run(data)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return type(error).__name__, last.filename, last.lineno or 0
    return None


if __name__ == "__main__":
    sys.exit(main())
