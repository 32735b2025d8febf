"""The command `vcverify`.

    verify        what holds of credentials, and why
    explain       what a problem code means
    lint          whether an unsigned document is ready to be signed
    coverage      which signature covers which place of a document
    diff          what differs between two versions of a credential
    issue         a document, signed
    keygen        a private key to sign with
    canonicalize  the bytes that a signature covers
    bake          a credential into an image
    record        a verification as one self-contained case file
    replay        case files, run again
    suites        what is installed and accepted

Each command is a module of that name with `run(arguments, terminal) -> int`, imported when it is
called: the start-up of a command line is felt.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from vcverify.cli.terminal import Terminal

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the signal's number."""

BROKEN_PIPE = 141
"""Exit code where the reader of our output went away."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and answers its exit code (docs/command-line.md)."""
    from vcverify.cli.arguments import command_line

    terminal = Terminal.standard()
    try:
        try:
            arguments = command_line().parse_args(argv)
        except SystemExit as stop:  # argparse has printed its help, the version or a complaint
            return stop.code if isinstance(stop.code, int) else 2
        terminal.choose_colour(arguments.colour)
        return _run(arguments.command, arguments, terminal)
    except BrokenPipeError:
        terminal.drop_output()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        terminal.complain("interrupted")
        return INTERRUPTED


def _run(command: str, arguments: object, terminal: Terminal) -> int:
    from importlib import import_module

    from vcverify.cli.inputs import InputError

    try:
        module = import_module(f"vcverify.cli.{command}")
        code: int = module.run(arguments, terminal)
    except InputError as error:
        terminal.complain(str(error))
        return 2
    sys.stdout.flush()  # a broken pipe shows here, where it is handled
    return code
