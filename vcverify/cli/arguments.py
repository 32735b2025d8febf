"""The command line's grammar. Imports nothing heavy: `--help` and `--version` come at once."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final, NoReturn

from vcverify.cli.terminal import columns
from vcverify.problems import printable

PROFILES: Final = ("vcdm", "open_badges", "clr", "one_edtech")
BINDINGS: Final = ("resolved", "jwks", "did-key", "self-asserted", "unbound")
ENGINES: Final = ("fast", "pyld")
KEY_TYPES: Final = ("ed25519", "p256", "p384", "p521", "secp256k1", "rsa")

EXIT_CODES: Final = """\
exit codes:
  0  every document is verified
  1  at least one is not
  2  the command line is wrong, or a file cannot be read
  3  none failed, but of one it could not be decided
Several apply: 2 before 1 before 3.
"""

LINT_EXIT_CODES: Final = """\
exit codes:
  0  every document is ready to sign; none is verified
  1  at least one is not ready
  2  the command line is wrong, or a file cannot be read
  3  none has to be mended, but of one it could not be decided
Several apply: 2 before 1 before 3.
"""

COVERAGE_EXIT_CODES: Final = """\
exit codes:
  0  a signature covers all of it
  1  no signature covers some of it
  2  the command line is wrong, or the file is no document
"""

DIFF_EXIT_CODES: Final = """\
exit codes:
  0  they are the same
  1  they differ
  2  the command line is wrong, or one of them is no document
"""

REPLAY_EXIT_CODES: Final = """\
exit codes:
  0  every case is as expected
  1  at least one is not
  2  a case is malformed or cannot be read
"""


ISSUE_EXIT_CODES: Final = """\
exit codes:
  0  signed
  1  refused: standard error says why
  2  the command line is wrong, or a file cannot be read or written
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Knows the width without `shutil`, which every argument that is added would import (3 ms)."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, **{"width": columns(sys.stdout) - 2, **more})


class _Parser(argparse.ArgumentParser):
    def __init__(self, **more: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Help, **more)

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


class _Version(argparse.Action):
    def __init__(self, **more: Any) -> None:
        super().__init__(nargs=0, **more)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from vcverify import __version__

        print(f"vcverify {__version__}")
        parser.exit()


def command_line() -> argparse.ArgumentParser:
    """The parser of the command and its subcommands; `command` is the subcommand's module name."""
    parser = _Parser(prog="vcverify", description="Verify learner records, badges and other Verifiable Credentials.")
    parser.add_argument("--version", action=_Version, help="print the version and leave")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _verify(commands)
    _explain(commands)
    _lint(commands)
    _issue(commands)
    _keygen(commands)
    _coverage(commands)
    _diff(commands)
    _canonicalize(commands)
    _bake(commands)
    _record(commands)
    _replay(commands)
    _suites(commands)
    return parser


def _add(commands: Any, name: str, summary: str, **more: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + ".", **more
    )
    group = parser.add_argument_group("output")
    group.add_argument(
        "--colour", "--color", choices=("auto", "always", "never"), default="auto", help="default: on a terminal"
    )
    group.add_argument(
        "--no-colour", "--no-color", dest="colour", action="store_const", const="never", help="as NO_COLOR=1"
    )
    return parser


def _verify(commands: Any) -> None:
    parser = _add(commands, "verify", "verify credentials and say why they hold or not", epilog=EXIT_CODES)
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a credential or presentation; a folder of them; - is standard input"
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "jsonl", "html", "markdown"),
        default="text",
        help="json: the report (of several files, an array of reports with their `file`); jsonl: one a line;"
        " html: one page to keep or to print",
    )
    parser.add_argument(
        "--verbose", "-v", action="store_true", help="tell of every request; of several files, of the verified ones too"
    )
    parser.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes for many files")
    _policy(parser)
    _world(parser)
    _expected(parser)


def _explain(commands: Any) -> None:
    parser = _add(commands, "explain", "say what a problem code means, or list them all")
    parser.add_argument("code", nargs="?", metavar="CODE", help="such as issuer.unbound; without it, every code")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def _lint(commands: Any) -> None:
    parser = _add(
        commands,
        "lint",
        "judge an unsigned document: its structure, and what a signature would not cover",
        epilog=LINT_EXIT_CODES,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a document; a folder of them; - is standard input")
    parser.add_argument(
        "--format",
        choices=("text", "json", "jsonl", "sarif"),
        default="text",
        help="sarif: a log with lines and columns, for editors and code scanning",
    )
    parser.add_argument("--verbose", "-v", action="store_true", help="of several files, tell of the good ones too")
    _policy(parser)
    _world(parser)


def _coverage(commands: Any) -> None:
    parser = _add(
        commands, "coverage", "say which signature covers which place of a document", epilog=COVERAGE_EXIT_CODES
    )
    parser.add_argument("file", metavar="FILE", help="a credential or presentation; - is standard input")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: every place")
    parser.add_argument("--verbose", "-v", action="store_true", help="every place that is signed, too")
    _policy(parser)
    _world(parser)
    _expected(parser)


def _diff(commands: Any) -> None:
    parser = _add(
        commands,
        "diff",
        "compare two versions of a credential: what differs, which supersedes, which signatures break",
        epilog=DIFF_EXIT_CODES,
    )
    parser.add_argument("first", metavar="A", help="a credential, such as the original; - is standard input")
    parser.add_argument("second", metavar="B", help="another, such as what a host gave back")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    _policy(parser)
    _world(parser)


def _issue(commands: Any) -> None:
    parser = _add(
        commands, "issue", "sign a document, after judging that nothing of it would be lost", epilog=ISSUE_EXIT_CODES
    )
    parser.add_argument("file", metavar="FILE", help="a credential or presentation; - is standard input")
    parser.add_argument(
        "--key", required=True, metavar="FILE", help="the private key: JWK, PEM (PKCS #8) or secret Multikey"
    )
    parser.add_argument("--output", "-o", metavar="OUT", help="where to; default: standard output")
    group = parser.add_argument_group("signature")
    group.add_argument("--suite", help="of `vcverify suites`, or jwt; default: the RDFC suite of the key, else jwt")
    group.add_argument(
        "--method", metavar="URL", help="of the key in its controller's document; default: that of the key's own DID"
    )
    group.add_argument("--algorithm", help="of a token, such as PS256; default: the key's own, of RSA RS256")
    group.add_argument("--created", type=_instant, metavar="TIME", help="when it is signed; default: now")
    group.add_argument("--expires", type=_instant, metavar="TIME", help="when the signature does")
    group.add_argument("--purpose", help="default: assertionMethod, for presentations authentication")
    group.add_argument("--challenge", help="that a presentation answers")
    group.add_argument("--domain", action="append", help="that a presentation is for; may be repeated")
    group.add_argument("--proof-id", metavar="URL", help="by which a later proof can build on this one")
    group.add_argument(
        "--previous-proof", action="append", default=[], metavar="URL", help="to build on; may be repeated"
    )
    group.add_argument(
        "--no-check", dest="check", action="store_false", help="hand it out without verifying what was made"
    )
    _policy(parser, instant=False)
    _world(parser, online=False, engine=False)


def _keygen(commands: Any) -> None:
    parser = _add(commands, "keygen", "make a private key, and print what is public of it")
    parser.add_argument("--type", choices=KEY_TYPES, default="ed25519", help="default: ed25519")
    parser.add_argument("--bits", type=_positive, metavar="N", help="of an RSA key; default: 3072")
    parser.add_argument("--format", choices=("jwk", "pem", "multikey"), default="jwk", help="of the file; default: jwk")
    parser.add_argument(
        "--output", "-o", required=True, metavar="FILE", help="a new file, which only you will be able to read"
    )


def _canonicalize(commands: Any) -> None:
    parser = _add(commands, "canonicalize", "print what a signature covers: the canonical document")
    parser.add_argument("file", metavar="FILE", help="a document, with or without a proof; - is standard input")
    parser.add_argument("--hash", action="store_true", help="print the hash in hexadecimal instead")
    parser.add_argument("--proof-config", action="store_true", help="the canonical proof configuration instead")
    parser.add_argument("--proof", type=_index, default=0, metavar="N", help="which proof, counted from 0")
    parser.add_argument("--from", dest="form", choices=("json", "nquads"), default="json", help="what FILE holds")
    parser.add_argument("--method", choices=("rdfc", "jcs"), help="default: that of the proof's suite, else rdfc")
    parser.add_argument("--hash-algorithm", choices=("sha256", "sha384"), help="default: sha256")
    _world(parser, online=False)


def _bake(commands: Any) -> None:
    parser = _add(commands, "bake", "put a credential into a PNG or SVG image")
    parser.add_argument("image", metavar="IMAGE", help="a PNG or SVG without a credential")
    parser.add_argument("credential", metavar="CREDENTIAL", help="JSON or a token, signed; - is standard input")
    parser.add_argument("--output", "-o", metavar="OUT", required=True, help="where the image with it is written to")


def _record(commands: Any) -> None:
    parser = _add(commands, "record", "write a verification as one case file that replays anywhere")
    parser.add_argument("file", metavar="FILE", help="a credential or presentation; - is standard input")
    parser.add_argument("--output", "-o", metavar="CASE", help="where to; default: standard output")
    parser.add_argument("--id", help="of the case; default: the name of the file")
    parser.add_argument("--title", default="", help="of the case, one sentence")
    parser.add_argument("--expect", action="store_true", help="write what the report says as what the case expects")
    _policy(parser)
    _world(parser)
    _expected(parser)


def _replay(commands: Any) -> None:
    parser = _add(
        commands,
        "replay",
        "run case files again and compare with what they expect",
        epilog=REPLAY_EXIT_CODES,
    )
    parser.add_argument("files", nargs="+", metavar="CASE", help="a case file; a folder of them; - is standard input")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one object a line")
    parser.add_argument("--verbose", "-v", action="store_true", help="one line for each case that is as expected too")
    parser.add_argument("--engine", choices=ENGINES, default="fast", help="of JSON-LD; default: fast")


def _suites(commands: Any) -> None:
    parser = _add(commands, "suites", "list the signature suites and DID methods that are installed")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _policy(parser: argparse.ArgumentParser, *, instant: bool = True) -> None:
    group = parser.add_argument_group("policy")
    group.add_argument("--profile", choices=PROFILES, help="the kind of document expected; default: by its own types")
    group.add_argument("--policy", metavar="FILE", help="a policy in TOML (.toml) or JSON (.json)")
    group.add_argument("--minimum-binding", choices=BINDINGS, help="the weakest tie of key to issuer that passes")
    group.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="FILE",
        help='a registry of trusted issuers: {"registry": {"did:...": {"name": "..."}}}; may be repeated',
    )
    if not instant:
        return
    group.add_argument(
        "--at", type=_instant, metavar="TIME", help="judge as of then: 2026-01-31T12:00:00Z or 2026-01-31"
    )


def _world(parser: argparse.ArgumentParser, *, online: bool = True, engine: bool = True) -> None:
    group = parser.add_argument_group("documents from outside (without --online, the network is not used)")
    group.add_argument(
        "--document",
        action="append",
        default=[],
        metavar="URL=FILE",
        help="what stands at a URL: a controller document, a context, a status list; may be repeated",
    )
    if engine:
        group.add_argument("--engine", choices=ENGINES, default="fast", help="of JSON-LD; default: fast")
    if not online:
        return
    group.add_argument("--online", action="store_true", help="load by https what is not supplied; never contexts")
    group.add_argument(
        "--cache",
        metavar="DIR",
        help="of what was loaded; without --online, only what it holds is used; default: the user's cache folder",
    )
    group.add_argument(
        "--no-cache", dest="cache", action="store_const", const=False, help="with --online, keep nothing"
    )


def _expected(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is expected of the document")
    group.add_argument("--challenge", help="that a presentation has to answer")
    group.add_argument("--domain", action="append", help="that a presentation is for; may be repeated")
    group.add_argument(
        "--subject",
        action="append",
        type=_known,
        metavar="TYPE=VALUE",
        help="what is known of the learner: id=did:..., emailAddress=a@b.example, or an xAPI actor as JSON;"
        " may be repeated, one match is enough",
    )
    group.add_argument(
        "--refresh",
        action="store_true",
        default=None,
        help="judge the newest version of a credential that says where it is to be had (1EdTechCredentialRefresh)",
    )
    group.add_argument("--purpose", help="of the proof; default: assertionMethod, for presentations authentication")


def _known(text: str) -> dict[str, Any]:
    """What `--subject` says: an id, an identifier by its type, or a JSON object."""
    if text.lstrip().startswith("{"):
        from vcverify.jsontypes import loads
        from vcverify.problems import ProblemError

        try:
            value = loads(text)
        except ProblemError as error:
            raise argparse.ArgumentTypeError(error.problem.detail) from None
        entry = dict(value) if isinstance(value, dict) else {}
    else:
        kind, equals, value = text.partition("=")
        if not equals or not kind or not value:
            raise argparse.ArgumentTypeError("TYPE=VALUE or a JSON object is asked for")
        entry = {"id": value} if kind == "id" else {"identityType": kind, "value": value}
    from vcverify.checks.subject import read_known

    try:
        read_known([entry])
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return entry


def _instant(text: str) -> Any:
    from vcverify.datetimes import parse_stamp

    stamp = parse_stamp(text + "T00:00:00Z" if len(text) == 10 else text)
    if stamp is None or not stamp.has_offset:
        raise argparse.ArgumentTypeError(f"{text!r} is neither 2026-01-31T12:00:00Z nor 2026-01-31")
    return stamp.instant


def _positive(text: str) -> int:
    number = _index(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return number


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return int(text)
