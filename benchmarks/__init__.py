"""What a verification costs, next to the floor and to every peer that is installed.

python -m benchmarks            everything: answers checked, contestants interleaved, one table
python -m benchmarks --quick    the same in a minute
python -m benchmarks.peers      installs the peers into a folder of their own

docs/benchmarks.md says what is measured and how to read it.
"""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

# What is measured is the installed package, not the one that happens to lie beside this folder.
sys.path.sort(key=lambda entry: Path(entry).resolve() == CHECKOUT)
