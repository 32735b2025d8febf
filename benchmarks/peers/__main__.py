"""Installs the peers, each into an environment of its own: `python -m benchmarks.peers [NAME ...]`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.roster import ENTRANTS, default_folder, install


def main() -> int:
    """Exit status 1 where a peer could not be installed; the benchmarks run without it."""
    peers = {entrant.name: entrant for entrant in ENTRANTS if entrant.environment}
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(peers)}; all of them unless given")
    parser.add_argument("--peers", type=Path, default=default_folder(), metavar="FOLDER", help="default: %(default)s")
    options = parser.parse_args()
    unknown = set(options.names) - set(peers)
    if unknown:
        parser.error(f"there is no peer {', '.join(sorted(unknown))}")
    chosen = {peers[name].environment: peers[name] for name in options.names or peers}
    failed = []
    for environment, entrant in chosen.items():
        print(f"{environment} ...", flush=True)
        try:
            install(entrant, options.peers)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"  {error}", file=sys.stderr)
            failed.append(environment)
    print(f"in {options.peers}" + (f"; not installed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
