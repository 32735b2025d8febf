"""Where output goes: the two streams, their colours, their width, and what they can show."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

from vcverify.problems import printable

if TYPE_CHECKING:
    from vcverify.problems import Problem
    from vcverify.report import Report

PIPE_WIDTH: Final = 100
"""Where output goes to no terminal, so that it is the same everywhere."""

MAX_WIDTH: Final = 110
"""Longer lines are hard to read, however wide the window."""


@dataclass(slots=True)
class Terminal:
    """The output of one command.

    Attributes:
        colour: Whether text on `out` is coloured.
        plain: Whether `out` cannot show our marks, so that they have to be ASCII.
    """

    out: TextIO
    err: TextIO
    colour: bool = False
    plain: bool = False
    width: int = 80

    @classmethod
    def standard(cls) -> Self:
        """Standard output and error; what they cannot encode is written as escapes, never an exception."""
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="backslashreplace")
        return cls(
            out=sys.stdout,
            err=sys.stderr,
            plain=not _shows_marks(sys.stdout),
            width=min(columns(sys.stdout), MAX_WIDTH) if sys.stdout.isatty() else PIPE_WIDTH,
        )

    def choose_colour(self, wish: str, environment: Mapping[str, str] = os.environ) -> None:
        """Colour as asked for (`always`, `never`), or where a person looks at it and did not opt out."""
        if wish == "auto":
            self.colour = (
                self.out.isatty() and not environment.get("NO_COLOR") and environment.get("TERM", "") != "dumb"
            )
        else:
            self.colour = wish == "always"

    def say(self, text: str = "") -> None:
        """A line of output. Text of the input in it has been escaped already."""
        self.out.write(text + "\n")

    def exactly(self, text: str) -> None:
        """Text as it is, byte for byte in UTF-8; on a terminal escaped, line by line."""
        buffer = getattr(self.out, "buffer", None)
        if self.out.isatty():
            self.say("\n".join(map(printable, text.removesuffix("\n").split("\n"))))
        elif buffer is None:
            self.out.write(text)
        else:
            self.out.flush()
            buffer.write(text.encode("utf-8"))

    def complain(self, text: str) -> None:
        """A line on standard error, escaped."""
        self.err.write(f"vcverify: {printable(text)}\n")
        self.err.flush()

    def report(self, report: Report, **more: Any) -> None:
        """The report as text."""
        from vcverify.rendering import render_text

        self.say(render_text(report, colour=self.colour, width=self.width, plain=self.plain, **more))

    def complain_of(self, problem: Problem) -> None:
        """A problem on standard error, in two lines at most."""
        place = f" at {problem.pointer}" if problem.pointer else ""
        self.complain(f"{problem.severity.value}: {problem.code}{place}: {problem.detail}")
        if problem.remedy:
            self.err.write(f"          {printable(problem.remedy)}\n")

    def drop_output(self) -> None:
        """Points standard output to nowhere, so that the interpreter's last flush does not fail."""
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, ValueError):
            pass


def _shows_marks(stream: TextIO) -> bool:
    encoding = getattr(stream, "encoding", None)
    if encoding is None:  # text kept in memory takes everything
        return True
    try:
        "✔✘·–§".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def columns(stream: TextIO) -> int:
    """The columns of the terminal that the stream leads to; 80 where it leads to none."""
    wish = os.environ.get("COLUMNS", "")
    if wish.isascii() and wish.isdigit() and int(wish[:6]) > 0:
        return int(wish[:6])
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        return 80
