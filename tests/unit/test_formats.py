"""Reports as pages, Markdown and SARIF: what a reader sees, and what a hostile document cannot make it say."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from cases.documents import AT, COLLEGE, GUILD, STRANGER, achievement, badge, clr, signed_badge, signed_clr
from cases.mutations import tamper
from cases.signing import sign
from conftest import CHECKOUT
from hypothesis import given
from hypothesis import strategies as st

import vcverify
from vcverify.cli import main
from vcverify.formats.html import render_html
from vcverify.formats.markdown import code, plain, render_markdown
from vcverify.formats.markup import claim, element, join
from vcverify.formats.positions import Positions
from vcverify.formats.sarif import Linted, sarif
from vcverify.jsontypes import resolve_pointer
from vcverify.report import Report

INSTANT = datetime.fromisoformat(AT)
TRANSCRIPT = CHECKOUT / "test_vectors/clr/transcript.json"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "</style><style>body{display:none}",
    "</title><meta http-equiv=refresh content=0>",
    "[click](javascript:alert(1)) ![x](https://tracker.example/x.png)",
    "`code` ``more`` | cell | <b>bold</b> **strong**",
    "Harvard University ✔ Verified",
    "\u202egnitset\u2066 \u200bzero \u0007bell \x1b[31m",
    "&lt;script&gt; &#x3c;b",
    "javascript:alert(1)",
    "x" * 5000,
]


def verified(document: Any, **options: Any) -> Report:
    return vcverify.verify(document, at=INSTANT, coverage=True, **options)


def page_of(document: Any) -> str:
    return render_html([("", verified(document))])


def hostile(text: str) -> dict[str, Any]:
    """A record that says the text wherever text is shown."""
    bad = badge(COLLEGE, name=text, achieved=achievement(text, achievementType=text))
    bad["issuer"]["name"] = text
    ended = badge(COLLEGE, name=text, id="urn:x:" + re.sub(r"[^a-z]", "", text.lower())[:40] + "1", validUntil=text)
    members = [sign(bad, COLLEGE, "eddsa-jcs-2022"), tamper(signed_badge(), value=text), sign(ended, COLLEGE)]
    return sign(clr(members, COLLEGE, name=text, **{text[:60] or "empty": text}), COLLEGE, "eddsa-jcs-2022")


class Reader(HTMLParser):
    """Which elements and attributes a page has, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


# fmt: off
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "section", "nav", "article", "div", "p", "h1",
    "h2", "h3", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "span", "code", "bdi", "small",
    "strong", "a", "ul", "li", "details", "summary", "footer",
}
# fmt: on
ATTRIBUTES = {"class", "id", "charset", "http-equiv", "content", "name", "lang", "dir", "open", "aria-hidden", "href"}


# --- html -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_document_becomes_markup(text: str) -> None:
    """The page has the elements that we wrote, in their order, and nothing that runs or loads."""
    page = page_of(hostile(text))
    found = Reader(page)
    assert found.elements <= ELEMENTS
    assert {name for name, _ in found.attributes} <= ATTRIBUTES
    assert found.open == []
    assert all(value.startswith("#") for name, value in found.attributes if name == "href")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", page)
    assert "x" * 300 not in page


def test_the_page_allows_its_own_style_and_nothing_else() -> None:
    """Markup that slipped through would still load and run nothing."""
    page = page_of(signed_badge())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert policy
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    said = policy[1].replace("&#x27;", "'")
    assert said == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert "<script" not in page and "url(" not in style[1] and "@import" not in style[1]


def test_the_page_tells_the_outcome_first() -> None:
    """Who looks at it once sees the verdict."""
    for document, word in ((signed_badge(), "Verified"), (tamper(signed_badge()), "Not verified")):
        assert f"<h1>{word}</h1>" in page_of(document)
    unknown = sign(badge("https://college.example"), COLLEGE, method="https://college.example#key-1")
    assert "<h1>Not decided</h1>" in page_of(unknown)


def test_a_name_never_stands_without_an_id() -> None:
    """Anybody can call itself anything."""
    text = Reader(page_of(sign(badge(COLLEGE), STRANGER))).text
    assert f'{COLLEGE.did}, calling itself "Aldermoor College" not proven' in text


def test_the_page_tells_members_achievements_problems_and_coverage() -> None:
    """One page has all that a registrar asks for."""
    members = [signed_badge(name="One"), tamper(signed_badge(name="Two")), badge(GUILD, name="Three")]
    text = Reader(page_of(signed_clr(members))).text
    for part in ("Problems", "Achievements", "What was checked", "Credentials inside", "What each signature covers"):
        assert part in text
    for part in ('"One"', "proof.invalid", "no signature of its own; vouched for by", "member.issuer", "Remedy"):
        assert part in text
    assert '"Two"' not in text


def test_content_that_no_signature_covers_is_not_on_the_page() -> None:
    """Nothing is read from a document whose proof did not verify."""
    text = Reader(page_of(tamper(signed_badge(), value="Soldering, level 9"))).text
    assert "not shown" in text
    assert "Soldering" not in text and "Aldermoor College" not in text


def test_a_described_achievement_does_not_look_awarded() -> None:
    """A programme that a record only refers to has no green mark."""
    page = page_of(signed_clr([signed_badge()], subject={"achievement": [achievement("The programme")]}))
    row = next(row for row in page.split("<tr>") if "The programme" in row and "described" in row)
    assert 'class="badge not-run"' in row


def test_several_documents_share_a_page() -> None:
    """With an index whose links stay on the page."""
    page = render_html([("a.json", verified(signed_badge())), ("<b>.json", verified(tamper(signed_badge())))])
    found = Reader(page)
    assert {("href", "#document-0"), ("href", "#document-1"), ("id", "document-1")} <= found.attributes
    assert "<b>.json" in found.text


def test_a_page_is_made_without_coverage_too() -> None:
    """A report that was made without it has the rest."""
    page = render_html([("", vcverify.verify(signed_badge(), at=INSTANT))])
    assert "What each signature covers" not in page


def test_many_members_are_listed_up_to_a_number() -> None:
    """A page of ten thousand rows is read by nobody; those that are not well come first."""
    report = verified(signed_clr([signed_badge()]))
    good, bad = report.children[0], verified(tamper(signed_badge()))
    many = vcverify.report.Report(  # type: ignore[attr-defined]
        outcome=bad.outcome, at=INSTANT, checks=report.checks, children=(good,) * 1500 + (bad,)
    )
    page = render_html([("", many)])
    assert "and 501 more" in page
    assert "<details open>" in page


@given(st.text())
def test_text_is_always_escaped_in_markup(text: str) -> None:
    """What is not markup by its type is text."""
    for made in (join(text), element("p", text), claim(text), element("p", title=text)):
        assert set(Reader(str(made)).elements) <= {"p", "bdi"}


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no `chromium` to look at the page with")
def test_a_browser_shows_the_page_and_has_nothing_to_complain_of(tmp_path: Path) -> None:
    """What we mean by the markup is what a browser makes of it: the style is applied, nothing is refused or run."""
    page = tmp_path / "report.html"
    page.write_text(page_of(hostile(HOSTILE[0] + HOSTILE[1])), encoding="utf-8")
    picture = tmp_path / "report.png"
    browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    done = subprocess.run(
        [*browser, "--enable-logging=stderr", "--window-size=900,1400", f"--screenshot={picture}", page.as_uri()],
        capture_output=True,
        timeout=120,
        check=True,
    )
    assert picture.stat().st_size > 20_000
    assert b"CONSOLE" not in done.stderr
    dumped = subprocess.run([*browser, "--dump-dom", page.as_uri()], capture_output=True, timeout=120, check=True)
    dom = dumped.stdout.decode()
    assert "<h1>Not verified</h1>" in dom
    assert Reader(dom).elements <= ELEMENTS


# --- markdown -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_document_becomes_markdown(text: str) -> None:
    """CommonMark's own reading of it: no links, images or raw HTML."""
    markdown_it = pytest.importorskip("markdown_it")
    made = markdown_it.MarkdownIt("commonmark").enable("table").render(render_markdown(verified(hostile(text))))
    found = Reader(made)
    assert not found.elements & {"a", "img", "script", "svg", "b", "style", "meta"}
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x1b]", made)


@given(st.text())
def test_a_code_span_is_not_ended_by_its_text(text: str) -> None:
    """However many backticks are in it."""
    span = code(text)
    fence = span[: len(span) - len(span.lstrip("`"))]
    assert span.endswith(fence)
    assert fence not in re.findall("`+", span[len(fence) : -len(fence)])


def test_a_sentence_has_no_markup() -> None:
    """Neither links by themselves nor mentions."""
    assert plain("see https://x.example, www.x.example, @you") == "see https\\://x.example, www\\.x.example, \\@you"


def test_markdown_tells_what_the_page_tells() -> None:
    """Outcome, identity, checks, problems, achievements, members."""
    members = [signed_badge(name="One"), tamper(signed_badge(name="Two")), badge(GUILD, name="Three")]
    text = render_markdown(verified(signed_clr(members)))
    assert text.startswith("# ✘ Not verified\n")
    for part in (
        "## Problems",
        "`proof.invalid`",
        "## Achievements",
        '`"One"`',
        "vouched for by",
        "## Credentials inside",
    ):
        assert part in text
    assert "Two" not in text
    assert render_markdown(verified(b"{")).startswith("# ✘ Not verified")


# --- sarif ----------------------------------------------------------------------------------------


def draft() -> dict[str, Any]:
    document = badge(validFrom="yesterday")
    document["credentialSubject"]["achievement"]["gr/ade"] = "A"
    return document


def test_every_problem_is_a_result_at_its_place() -> None:
    """By pointer, and by line and column of the text."""
    text = json.dumps(draft(), indent=2)
    report = vcverify.lint(text.encode(), at=INSTANT)
    log = sarif([Linted("drafts/my badge.json", text.encode(), report)], version="1")
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(list(report.problems()))
    for result, problem in zip(run["results"], report.problems(), strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == problem.code
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "drafts/my%20badge.json"
        if problem.pointer:
            (logical,) = place["logicalLocations"]
            assert logical["fullyQualifiedName"] == problem.pointer
            region = place["physicalLocation"]["region"]
            line = text.splitlines()[region["startLine"] - 1]
            named = line[region["startColumn"] - 1 : region["endColumn"] - 1]
            assert json.loads(named) == problem.pointer.split("/")[-1].replace("~1", "/")


def test_what_could_not_be_decided_is_open() -> None:
    """SARIF has a word for it, and asks for no level then."""
    document = badge(context=["https://www.w3.org/ns/credentials/v2", "https://contexts.example/1"])
    log = sarif([Linted("a.json", b"", vcverify.lint(document, at=INSTANT))], version="1")
    results = {result["ruleId"]: result for result in log["runs"][0]["results"]}
    assert (results["terms.unknown-context"]["kind"], results["terms.unknown-context"]["level"]) == ("open", "none")
    assert all((result["kind"] == "open") == (result["level"] == "none") for result in results.values())


def test_a_log_says_what_sarif_requires() -> None:
    """The members that every consumer looks for."""
    log = sarif([Linted("", b"\xff", vcverify.lint(b"\xff", at=INSTANT))], version="1.2.3")
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"] == "vcverify" and run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    assert result["message"]["text"] and result["locations"] == [{}]
    assert sarif([], version="1")["runs"][0]["results"] == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_place_of_a_text_is_found(value: Any, indent: Any, ascii_only: bool) -> None:
    """However it is spelled: what stands at the region is the member's name, or the item's first token."""
    from vcverify.coverage import pointers_of

    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    places = Positions(text)
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for pointer in ("", *pointers_of(value)):
        region = places.region(pointer)
        assert region is not None
        piece = text[starts[region.line - 1] + region.column - 1 : starts[region.end_line - 1] + region.end_column - 1]
        parent, _, last = pointer.rpartition("/")
        if pointer and isinstance(resolve_pointer(value, parent), dict):
            assert json.loads(piece) == last.replace("~1", "/").replace("~0", "~")
        else:
            held = resolve_pointer(value, pointer)
            assert piece == (
                "{"
                if isinstance(held, dict)
                else "["
                if isinstance(held, list)
                else json.dumps(held, ensure_ascii=ascii_only)
            )


@given(st.text())
def test_any_text_has_positions_or_none(text: str) -> None:
    """What is no JSON has a report too."""
    places = Positions(text)
    for pointer in ("", "/a", "/0/b~1c"):
        places.region(pointer)


# --- the command line -----------------------------------------------------------------------------


def test_the_commands_write_each_format(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """To standard output, in UTF-8, with the exit code of the verdict."""
    at = ["--at", "2026-06-01"]
    assert main(["verify", *at, "--format", "html", str(TRANSCRIPT)]) == 0
    assert capsysbinary.readouterr().out.startswith(b'<!DOCTYPE html>\n<html lang="en">')
    assert main(["verify", *at, "--format", "markdown", str(TRANSCRIPT)]) == 0
    assert "# ✔ Verified".encode() in capsysbinary.readouterr().out
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(tamper(signed_badge())))
    assert main(["verify", *at, "--format", "markdown", str(TRANSCRIPT), str(bad)]) == 1
    assert capsysbinary.readouterr().out.count(b"\n---\n") == 1
    assert main(["verify", *at, "--format", "html", str(tmp_path), str(tmp_path / "none")]) == 2
    assert b"Not verified" in capsysbinary.readouterr().out
    assert main(["lint", *at, "--format", "sarif", str(bad)]) in (0, 1)
    assert json.loads(capsysbinary.readouterr().out)["version"] == "2.1.0"
