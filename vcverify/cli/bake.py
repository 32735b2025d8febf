"""`vcverify bake`: a credential into an image that shows it."""

from __future__ import annotations

from argparse import Namespace

from vcverify.cli.inputs import InputError, Source
from vcverify.cli.terminal import Terminal
from vcverify.problems import ProblemError, printable


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Writes the image with the credential in it and answers 0."""
    from vcverify.baking import bake, is_signed
    from vcverify.limits import DEFAULT_LIMITS

    image = Source(arguments.image).read(max(DEFAULT_LIMITS.image_bytes, DEFAULT_LIMITS.svg_bytes))
    credential = Source(arguments.credential).read(DEFAULT_LIMITS.image_text_bytes)
    try:
        baked = bake(image, credential)
    except ProblemError as error:
        raise InputError(error.problem.detail) from None
    try:
        with open(arguments.output, "wb") as file:
            file.write(baked)
    except (OSError, ValueError) as error:
        raise InputError(f"{printable(arguments.output)}: {getattr(error, 'strerror', None) or error}") from None
    if not is_signed(credential):
        terminal.complain("the credential is not signed: nobody will be able to verify what is in the image")
    return 0
