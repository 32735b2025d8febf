"""Puts a published document into `schemas/`, in the house form, with its pins.

    python tools/bundle.py FILE --url URL [--alias URL]... [--revision MONTH | --retire MONTH] --as contexts/x.json \\
        --source "npm did-context 3.1.1" --licence W3C-20150513 --attribution "© ..." [--stated]
    python tools/bundle.py --reform

The first form reads the publisher's bytes from FILE, writes the document in the house form, and puts its
table into `schemas/SOURCES.toml` in place of one for the same URL and revision. `--retire 2026-03` keeps the
text that was current until now, as the revision of that month. The second form brings every bundled document
into the house form again. Both write `schemas/index.json`, which is what the package reads at run time.

The house form is a table: members in the publisher's order, two spaces of indent, and whatever fits on a line
of 110 columns on one line. It says the same JSON; white space is all that changes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
COLUMNS = 110
HEADER = """\
# Documents that ship with vcverify: what they are, where they come from, whose they are.
# Written by tools/bundle.py; `python tools/bundle.py --help` says how to add one.
#
# url, aliases   where it is published, and other URLs of the same document
# revision       "current", or the month of an older published text of the same URL
# file           our rendering of it, below schemas/: equal as JSON, not byte for byte
# sha256_file    SHA-256 of our rendering; the loader refuses a file that does not match it
# sha256, sha384, sha512
#                of the publisher's own bytes, which a credential's `digestSRI` or `digestMultibase` names
# stated         true where the publisher's specification states that SHA-256
# source         where the text was taken from
# Newer revisions of one URL stand before older ones.
"""
INDEXED = ("url", "aliases", "revision", "file", "sha256_file")


def render(value: Any, indent: int = 0, used: int = 0) -> str:
    """The house form of a JSON value; `used` columns of its first line are taken already."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or (used + len(flat) <= COLUMNS and indent):
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        rows = [
            f"{inner}{(head := json.dumps(name, ensure_ascii=False) + ': ')}"
            f"{render(item, indent + 2, len(inner) + len(head) + 1)}"
            for name, item in value.items()
        ]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    rows = [inner + render(item, indent + 2, len(inner) + 1) for item in value]
    return "[\n" + ",\n".join(rows) + "\n" + " " * indent + "]"


def house_form(data: bytes) -> bytes:
    """The bytes of a JSON document in the house form."""
    return (render(json.loads(data)) + "\n").encode()


def documents() -> list[dict[str, Any]]:
    """The tables of SOURCES.toml."""
    path = SCHEMAS / "SOURCES.toml"
    return tomllib.loads(path.read_text())["document"] if path.exists() else []


def write(entries: list[dict[str, Any]]) -> None:
    """SOURCES.toml and index.json from the tables, after pinning each file as it stands."""
    for entry in entries:
        entry["sha256_file"] = hashlib.sha256((SCHEMAS / entry["file"]).read_bytes()).hexdigest()
    blocks = [
        "[[document]]\n" + "".join(f"{name} = {_toml(item)}\n" for name, item in entry.items()) for entry in entries
    ]
    (SCHEMAS / "SOURCES.toml").write_text(HEADER + "\n" + "\n".join(blocks))
    rows = [[entry[name] for name in INDEXED] for entry in entries]
    (SCHEMAS / "index.json").write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


def add(data: bytes, entry: dict[str, Any], retire: str | None = None) -> None:
    """Writes the document in the house form, and its table.

    Args:
        data: The publisher's bytes.
        entry: The table, with all members in their order; the digests are filled in here.
        retire: The revision that the text current until now becomes; None replaces it.
    """
    path = SCHEMAS / entry["file"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(house_form(data))
    entry |= {name: hashlib.new(name, data).hexdigest() for name in ("sha256", "sha384", "sha512")}
    entries = documents()
    for old in entries:
        if retire and (old["url"], old["revision"]) == (entry["url"], "current"):
            old["revision"] = retire
    entries = [old for old in entries if (old["url"], old["revision"]) != (entry["url"], entry["revision"])]
    order = list(dict.fromkeys([*(old["url"] for old in entries), entry["url"]]))
    newest_first = sorted([*entries, entry], key=lambda old: str(old["revision"]), reverse=True)
    write(sorted(newest_first, key=lambda old: order.index(old["url"])))


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, metavar="FILE")
    parser.add_argument("--reform", action="store_true")
    parser.add_argument("--url")
    parser.add_argument("--alias", action="append", default=[])
    parser.add_argument("--revision", default="current")
    parser.add_argument("--retire", metavar="MONTH")
    parser.add_argument("--as", dest="file")
    parser.add_argument("--source")
    parser.add_argument("--licence")
    parser.add_argument("--attribution")
    parser.add_argument("--stated", action="store_true")
    options = parser.parse_args()
    if options.reform:
        entries = documents()
        for entry in entries:
            path = SCHEMAS / entry["file"]
            path.write_bytes(house_form(path.read_bytes()))
        write(entries)
        return
    if not all((options.path, options.url, options.file, options.source, options.licence, options.attribution)):
        parser.error("FILE, --url, --as, --source, --licence and --attribution are needed")
    add(
        options.path.read_bytes(),
        {
            "url": options.url,
            "aliases": options.alias,
            "revision": options.revision,
            "file": options.file,
            "sha256_file": "",
            "sha256": "",
            "sha384": "",
            "sha512": "",
            "stated": options.stated,
            "source": options.source,
            "licence": options.licence,
            "attribution": options.attribution,
        },
        options.retire,
    )


if __name__ == "__main__":
    main()
