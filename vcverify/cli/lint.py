"""`vcverify lint`: what an issuer has to know before signing."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from vcverify.cli.batch import Item, read_all, show, show_all
from vcverify.cli.inputs import InputError, byte_limit, only_file, policy_of, sources, world_of
from vcverify.cli.terminal import Terminal


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Judges every unsigned document that the arguments name and answers the exit code."""
    from vcverify.rendering import LINT
    from vcverify.verifier import Verifier

    policy = policy_of(arguments)
    verifier = Verifier(policy=policy, loader=world_of(arguments, policy.limits), engine=arguments.engine)
    items = list(sources(arguments.files))
    limit = byte_limit(policy.limits)
    if only := only_file(arguments.files, items):
        report = verifier.lint(only.read(limit), at=arguments.at)
        return show(terminal, arguments.format, only.name, report, wording=LINT)

    def judged() -> Iterator[Item]:
        for name, data in read_all(items, limit):
            yield name, data if isinstance(data, InputError) else verifier.lint(data, at=arguments.at)

    return show_all(terminal, arguments.format, judged(), total=len(items), verbose=arguments.verbose, wording=LINT)
