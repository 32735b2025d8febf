"""`vcverify record`: a verification as one self-contained case file."""

from __future__ import annotations

import os
from argparse import Namespace

from vcverify.cli.inputs import STDIN, InputError, Source, byte_limit, options_of, policy_of, world_of
from vcverify.cli.terminal import Terminal
from vcverify.jsontypes import pretty
from vcverify.problems import printable
from vcverify.replay import record_case


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Verifies the document, writes the case, and answers 0 whatever the outcome was."""
    policy = policy_of(arguments)
    source = Source(arguments.file)
    stem = "recording" if source.path == STDIN else os.path.splitext(os.path.basename(source.name))[0]
    case, report = record_case(
        source.read(byte_limit(policy.limits)),
        loader=world_of(arguments, policy.limits),
        policy=policy,
        at=arguments.at,
        options=options_of(arguments),
        case_id=arguments.id or stem,
        title=arguments.title,
        engine=arguments.engine,
        with_expectation=arguments.expect,
    )
    text = pretty(case)
    if arguments.output is None:
        terminal.say(text)
        return 0
    try:
        with open(arguments.output, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except (OSError, ValueError) as error:
        raise InputError(f"{printable(arguments.output)}: {getattr(error, 'strerror', None) or error}") from None
    terminal.complain(f"recorded ({report.outcome.value}) in {arguments.output}")
    return 0
