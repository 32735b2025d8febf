"""Is a related resource the one that was signed? (VCDM 2.0 §5.3)

Digests are compared for what is at hand: bundled documents, by the digests of their publishers'
bytes, and what the loader has. What is not at hand is not fetched for its own sake, and told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from vcverify import vocabulary
from vcverify.bundled import bundled
from vcverify.checks import Environment
from vcverify.credential import Credential, Node
from vcverify.loading import Purpose, Request, Unavailable
from vcverify.multiformats import multibase_digest, sri_digests
from vcverify.problems import Fact, Problem, ProblemError, problem, quote


def related_digests(credential: Credential, env: Environment) -> Iterator[Problem | Fact]:
    """`related.digest` for every digest of `relatedResource` that is not its resource's."""
    if not credential.root.says(vocabulary.RELATED_RESOURCE):
        return
    checked = 0
    nodes = credential.root.nodes(vocabulary.RELATED_RESOURCE)
    for position, node in enumerate(nodes):
        try:
            for name, digests in _declared(node):
                found = [] if node.id is None else _digests(node.id, name, env)
                if not found:
                    continue
                checked += 1
                if not set(found) & set(digests):  # CHECK: another resource than was signed
                    yield problem(
                        "related.digest",
                        f"The {name} digest of {quote(node.id)} is not the one that was signed.",
                        credential.root.where(vocabulary.RELATED_RESOURCE, position),
                        expected=digests[0].hex(),
                        found=found[0].hex(),
                    )
        except ProblemError as error:
            where = credential.root.where(vocabulary.RELATED_RESOURCE, position)
            yield problem(error.problem.code, error.problem.detail, where, found=error.problem.found)
    yield Fact("relatedResources", f"{checked} digests compared, of {len(nodes)} resources")


def _declared(node: Node) -> Iterator[tuple[str, list[bytes]]]:
    for text in node.texts(vocabulary.DIGEST_SRI):
        yield sri_digests(text)
    for text in node.texts(vocabulary.DIGEST_MULTIBASE):
        name, digest = multibase_digest(text)
        yield name, [digest]


def _digests(url: str, name: str, env: Environment) -> list[bytes]:
    """The digests that what stands at a URL has, or had when it was published; none where it is not at hand."""
    store = bundled()
    document = store.document(url)
    if document is not None:
        origin = store.origin(document)
        stated = [origin.digests[name]] if name in origin.digests else []
        return [bytes.fromhex(text) for text in (*stated, *sorted(origin.earlier))]
    try:
        body = env.resources.load(Request(url=url, purpose=Purpose.RELATED)).body
    except Unavailable:
        return []
    return [hashlib.new(name, body).digest()]
