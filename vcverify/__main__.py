"""`python -m vcverify` is the command `vcverify`."""

import sys

from vcverify.cli import main

sys.exit(main())
