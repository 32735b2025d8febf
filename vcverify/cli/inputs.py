"""What the command line names: files, folders, standard input, policies, documents from outside."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from vcverify.problems import ProblemError, printable

if TYPE_CHECKING:
    from argparse import Namespace

    from vcverify.limits import Limits
    from vcverify.loading import Loader, Resource
    from vcverify.policy import Policy

STDIN: Final = "-"

CREDENTIAL_FILES: Final = (".json", ".jsonld", ".jwt", ".vc", ".png", ".svg")
"""Endings of the files that are taken from a folder."""


class InputError(Exception):
    """Something on the command line that cannot be used; the message is for its user."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document to read. `path` is as the system knows it; "-" is standard input."""

    path: str

    @property
    def name(self) -> str:
        """The path, fit to be shown."""
        return "standard input" if self.path == STDIN else printable(self.path)

    def read(self, limit: int) -> bytes:
        """At most `limit` bytes and one more, which tells that there was more; endless input ends here.

        Raises:
            InputError: it cannot be read.
        """
        try:
            if self.path == STDIN:
                return _read(sys.stdin.buffer, limit)
            with open(self.path, "rb") as file:
                return _read(file, limit)
        except (OSError, ValueError) as error:
            raise InputError(f"{self.name}: {_reason(error)}") from None


def sources(paths: Iterable[str], *, endings: tuple[str, ...] = CREDENTIAL_FILES) -> Iterator[Source | InputError]:
    """What the paths name, folders replaced by the files in them; for what is not there, an error."""
    for path in paths:
        if path == STDIN:
            yield Source(path)
            continue
        try:
            is_folder = stat.S_ISDIR(os.stat(path).st_mode)
        except (OSError, ValueError) as error:
            yield InputError(f"{printable(path)}: {_reason(error)}")
            continue
        if not is_folder:
            yield Source(path)
            continue
        found = [Source(name) for name in _files_below(path) if name.lower().endswith(endings)]
        yield from found
        if not found:
            yield InputError(f"{printable(path)}: the folder has no files that end in {', '.join(endings)}")


def only_file(paths: Sequence[str], found: Sequence[Source | InputError]) -> Source | None:
    """The one file that was named itself, so that its answer stands alone; None for several, or a folder."""
    if len(paths) == 1 and len(found) == 1 and isinstance(found[0], Source) and found[0].path == paths[0]:
        return found[0]
    return None


def policy_of(arguments: Namespace) -> Policy:
    """The policy of `--policy`, changed by `--profile`, `--minimum-binding` and `--trust`.

    Raises:
        InputError: it cannot be read, or is no policy.
    """
    from vcverify.policy import Policy, PolicyError

    asked = {
        "profile": arguments.profile,
        "minimum_binding": arguments.minimum_binding,
        "trust_registry": _registry(arguments.trust),
    }
    changes = {name: value for name, value in asked.items() if value is not None}
    try:
        if arguments.policy is None:
            return Policy.from_dict(changes)
        values = _policy_values(arguments.policy)
        values = {name: value for name, value in values.items() if name not in (*changes, *map(_camel, changes))}
        return Policy.from_dict({**values, **changes})
    except PolicyError as error:
        raise InputError(f"policy: {error}") from None


def world_of(arguments: Namespace, limits: Limits) -> Loader | None:
    """A loader of what `--document` supplies, then of what `--cache` and `--online` lead to; None for neither.

    Raises:
        InputError: a file cannot be read.
    """
    network = _network(arguments, limits)
    if not arguments.document:
        return network
    from vcverify.loading.memory import ChainLoader, StaticLoader

    supplied = StaticLoader(dict(_resource(text, limits) for text in arguments.document))
    return supplied if network is None else ChainLoader(supplied, network)


def _network(arguments: Namespace, limits: Limits) -> Loader | None:
    if not getattr(arguments, "online", False):
        folder = getattr(arguments, "cache", None)
        if not folder:
            return None
        from vcverify.loading.cache import DiskCache

        return DiskCache(os.path.expanduser(folder))
    from vcverify.loading.https import https

    if getattr(arguments, "verbose", False):
        _show_requests()
    try:
        return https(cache=arguments.cache, limits=limits)
    except RuntimeError as error:  # nobody knows the user's home
        raise InputError(f"--cache is needed: {error}") from None


def _show_requests() -> None:
    """A line on standard error for each request, as it is logged."""
    import logging

    log = logging.getLogger("vcverify.loading")
    log.setLevel(logging.INFO)
    if not log.handlers:
        log.addHandler(logging.StreamHandler())


def _registry(paths: Sequence[str]) -> dict[str, str] | None:
    """The issuers of all registry files; None where there is none."""
    if not paths:
        return None
    from vcverify.checks.trust import REGISTRY_BYTES, read_registry

    found: dict[str, str] = {}
    for path in paths:
        try:
            found |= read_registry(Source(path).read(REGISTRY_BYTES))
        except ProblemError as error:
            raise InputError(f"{printable(path)}: {error.problem.detail}") from None
    return found


def options_of(arguments: Namespace) -> dict[str, Any]:
    """The arguments of `Verifier.verify` that were given."""
    domain = arguments.domain
    options = {
        "challenge": arguments.challenge,
        "domain": domain[0] if domain and len(domain) == 1 else domain,
        "purpose": arguments.purpose,
        "refresh": arguments.refresh,
        "subject": arguments.subject,
    }
    return {name: value for name, value in options.items() if value is not None}


def byte_limit(limits: Limits) -> int:
    """Bytes that the largest acceptable document has."""
    return max(limits.input_bytes, limits.image_bytes, limits.svg_bytes)


def _resource(text: str, limits: Limits) -> tuple[str, Resource]:
    from vcverify.loading import Resource

    url, path = _split(text)
    body = Source(path).read(max(limits.status_list_bytes, limits.resource_bytes))
    return url, Resource(url=url, body=body, media_type=_media_type(body))


def _split(text: str) -> tuple[str, str]:
    """URL and file of `URL=FILE`: either may hold `=`, so the first that leaves an existing file counts."""
    if ":" not in text or "=" not in text:
        raise InputError(f"--document {text}: URL=FILE is asked for")
    at = text.find("=")
    while at >= 0:
        if os.path.isfile(text[at + 1 :]):
            return text[:at], text[at + 1 :]
        at = text.find("=", at + 1)
    raise InputError(f"--document {text}: there is no such file")


def _media_type(body: bytes) -> str:
    if body.lstrip()[:1] in (b"{", b"["):
        return "application/json"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain"


def _policy_values(path: str) -> dict[str, Any]:
    from vcverify.jsontypes import loads
    from vcverify.limits import MIB
    from vcverify.policy import PolicyError

    data = Source(path).read(MIB)
    if path.endswith(".json") or path == STDIN:
        try:
            values = loads(data, max_bytes=MIB)
        except ProblemError as error:
            raise PolicyError(f"{printable(path)}: {error.problem.detail}") from None
        if not isinstance(values, dict):
            raise PolicyError(f"{printable(path)}: not an object")
        return values
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PolicyError(f"{printable(path)}: not TOML: {error}") from None


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _read(file: BinaryIO, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit + 1
    while left > 0 and (part := file.read(min(left, 1024 * 1024))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _files_below(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(parent, name) for name in sorted(files) if not name.startswith("."))


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
