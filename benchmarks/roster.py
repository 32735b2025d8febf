"""Who takes part, what each of them does, and where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WHOLE: Final = "whole"
"""Every proof of the document and every check."""
OUTER: Final = "outer"
"""The document's own proof."""

HERE: Final = Path(__file__).resolve().parent
NODE_FILES: Final = HERE / "peers" / "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """A contestant.

    Attributes:
        task: What it does, and with which floor it is compared.
        module: `MODULE:CLASS` of a Python contestant, the file's name of a JavaScript one.
        environment: Where it runs: "" this Python, otherwise a folder that `python -m benchmarks.peers` fills.
        requirements: What pip installs there.
        note: How its task differs from the others'.
        most: Members of the largest record that it is given.
    """

    name: str
    title: str
    task: str
    module: str
    environment: str = ""
    requirements: tuple[str, ...] = ()
    note: str = ""
    most: int = 1_000_000

    @property
    def peer(self) -> bool:
        return bool(self.environment) or self.module.startswith("benchmarks.peers.")

    def command(self, peers: Path) -> tuple[str, ...]:
        """How its worker is started.

        Raises:
            LookupError: it is not installed.
        """
        if not self.environment:
            return (sys.executable, "-m", "benchmarks.worker", self.module)
        home = peers / self.environment
        if self.environment == "node":
            node = shutil.which("node")
            if node is None:
                raise LookupError("Node is not installed")
            if not (home / "node_modules").is_dir():
                raise LookupError(_NOT_INSTALLED)
            for file in NODE_FILES.glob("*.mjs"):
                shutil.copyfile(file, home / file.name)
            return (node, str(home / "worker.mjs"), self.module)
        python = home / "bin" / "python"
        if not python.exists():
            raise LookupError(_NOT_INSTALLED)
        return (str(python), "-m", "benchmarks.worker", self.module)


_NOT_INSTALLED: Final = "not installed; `python -m benchmarks.peers` installs it"

FLOOR: Final = Entrant(name="floor", title="floor of all proofs", task=WHOLE, module="benchmarks.ours:Floor")
OUTER_FLOOR: Final = Entrant(
    name="floor-outer", title="floor of the outer proof", task=OUTER, module="benchmarks.ours:OuterFloor"
)
OURS: Final = Entrant(name="vcverify", title="vcverify, whole verify()", task=WHOLE, module="benchmarks.ours:Whole")
OUTER_OURS: Final = Entrant(
    name="vcverify-outer", title="vcverify, outer proof", task=OUTER, module="benchmarks.ours:OneProof"
)
PYLD: Final = Entrant(name="pyld", title="PyLD", task=OUTER, module="benchmarks.peers.pyld:Pyld")

ENTRANTS: Final = (
    FLOOR,
    OURS,
    Entrant(
        name="vcverify-proofs",
        title="vcverify, proofs without checks",
        task=WHOLE,
        module="benchmarks.ours:Proofs",
    ),
    Entrant(
        name="vcverify-pyld",
        title='vcverify, engine="pyld"',
        task=WHOLE,
        module="benchmarks.ours:WithPyld",
        most=100,
    ),
    OUTER_FLOOR,
    OUTER_OURS,
    PYLD,
    Entrant(
        name="pyld-oxigraph",
        title="PyLD + pyoxigraph",
        task=OUTER,
        module="benchmarks.peers.oxigraph:PyldOxigraph",
    ),
    Entrant(
        name="openvc",
        title="openvc-core",
        task=OUTER,
        module="benchmarks.peers.openvc:Openvc",
        environment="openvc",
        requirements=("openvc-core[data-integrity]",),
    ),
    Entrant(
        name="openbadgeslib",
        title="openbadgeslib",
        task=OUTER,
        module="benchmarks.peers.openbadges:Openbadges",
        environment="openbadgeslib",
        requirements=("openbadgeslib[ldp]",),
        note="badges with its OB 3.0 verifier, records with its proof check",
    ),
    Entrant(
        name="didkit",
        title="didkit",
        task=OUTER,
        module="benchmarks.peers.didkit:Didkit",
        environment="didkit",
        requirements=("openedx-didkit",),
        note="a VCDM 1.1 credential of like size, with Ed25519Signature2020",
    ),
    Entrant(name="jsonld.js", title="jsonld.js + rdf-canonize", task=OUTER, module="jsonld", environment="node"),
    Entrant(name="digitalbazaar", title="@digitalbazaar/vc", task=OUTER, module="digitalbazaar", environment="node"),
)

NOT_COMPARED: Final = (
    ("pyvckit", "verifies Ed25519Signature2018 only, which no document here has"),
    ("vc-verifier", "verifies ecdsa-jcs-2022 only"),
    ("badgecheck, openbadges", "verify Open Badges 2.0"),
    ("acapy-agent, data-integrity", "cannot be installed from the index"),
)
"""Other verifiers on PyPI, and why they are not among the contestants."""


def default_folder() -> Path:
    """Where peers are installed, outside the checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vcverify-benchmarks"


def install(entrant: Entrant, peers: Path) -> None:
    """Installs a peer into its environment.

    Raises:
        subprocess.CalledProcessError: an installer failed.
    """
    home = peers / entrant.environment
    home.mkdir(parents=True, exist_ok=True)
    if entrant.environment == "node":
        shutil.copyfile(NODE_FILES / "package.json", home / "package.json")
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=home, check=True)
        return
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *entrant.requirements], check=True)
