"""Verifies mutated credentials, and says how many were accepted and whether any was read otherwise than it was signed.

python tests/mutate.py 0 100000             seeds 0 to 99,999, on two processors
python tests/mutate.py 4711 --show          one mutant, and what became of it
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))

from support.mutants import Tally, judge, mutant, tally

PART = 1_000
"""Seeds that one process takes at a time."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies mutated credentials.")
    parser.add_argument("start", type=int, help="the first seed")
    parser.add_argument("end", type=int, nargs="?", help="the seed after the last one (one seed)")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--show", action="store_true", help="print each mutant and its verdict")
    options = parser.parse_args()
    seeds = range(options.start, options.start + 1 if options.end is None else options.end)
    if options.show:
        for seed in seeds:
            made = mutant(seed)
            print(f"{seed}: {made.name}, with {made.donor}: {', '.join(made.how) or 'nothing'}")
            print(made.data)
            print(judge(made))
        return 0
    began = time.monotonic()
    total = Tally()
    with ProcessPoolExecutor(options.workers) as pool:
        for part in pool.map(tally, [seeds[at : at + PART] for at in range(0, len(seeds), PART)]):
            total.add(part)
    print(f"{total.mutants:,} mutants in {time.monotonic() - began:.0f} s ({total.seconds:.0f} s of processor time)")
    print(f"{total.accepted:,} accepted: " + ", ".join(f"{count:,} {name}" for name, count in _accepted(total)))
    print(
        "accepted by the first change: " + ", ".join(f"{name} {count:,}" for name, count in total.kinds.most_common())
    )
    print(f"{len(total.broken)} read otherwise than signed, or broke the verifier")
    for line in total.broken[:20]:
        print(line[:2_000])
    return 1 if total.broken else 0


def _accepted(total: Tally) -> list[tuple[str, int]]:
    return [item for item in total.verdicts.most_common() if item[0] not in ("refused", "different")]


if __name__ == "__main__":
    sys.exit(main())
