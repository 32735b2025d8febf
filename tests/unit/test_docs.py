"""The documentation is true: its programs run, its commands parse, its names exist, its tables are current."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path

import pytest
from conftest import CHECKOUT

from vcverify.cli import main
from vcverify.cli.arguments import command_line
from vcverify.cli.explain import markdown
from vcverify.policy import PROFILES, Policy
from vcverify.problems import CATALOGUE

PAGES = [path for path in (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))) if path.is_file()]


def blocks(language: str, *pages: Path) -> list[object]:
    """The fenced blocks of a language, each under the name of its page."""
    found: list[object] = []
    for page in pages or PAGES:
        for position, match in enumerate(re.finditer(rf"^```{language}\n(.*?)^```", page.read_text(), re.M | re.S)):
            found.append(pytest.param(match[1], id=f"{page.name}-{position}"))
    return found


def test_the_problem_pages_are_those_of_the_catalogue() -> None:
    """`vcverify explain --format markdown > docs/problems.md` was run after the last change of a code."""
    assert (CHECKOUT / "docs/problems.md").read_text() == markdown() + "\n"


def test_every_code_has_an_entry_that_links_reach() -> None:
    """The `type` of a problem ends in an anchor of that page."""
    page = markdown()
    for code in CATALOGUE:
        assert f"## {code}\n" in page
        assert f"(#{code.replace('.', '')})" in page


@pytest.mark.parametrize("program", blocks("python"))
def test_every_program_that_is_shown_runs(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader copies it."""
    monkeypatch.chdir(CHECKOUT)
    exec(compile(program, "documentation", "exec"), {"__name__": "documentation"})


@pytest.mark.parametrize("text", blocks("sh"))
def test_every_command_that_is_shown_is_one(text: str) -> None:
    """Its options exist and have values that are taken."""
    for line in text.replace("\\\n", " ").splitlines():
        for part in line.partition("#")[0].split("&&"):
            words = shlex.split(part)
            if words and words[0].endswith("vcverify"):
                words = words[1 : words.index("<")] if "<" in words else words[1:]
                command_line().parse_args(words)


def test_the_policy_that_is_shown_is_one() -> None:
    """Every name in it is known, every value taken."""
    (block,) = blocks("toml", CHECKOUT / "docs/policies.md")
    policy = Policy.from_toml(block.values[0])  # type: ignore[attr-defined]
    assert policy.minimum_binding == "resolved"
    assert policy.limits.nested_credentials == 500


def columns(page: str) -> dict[str, list[str]]:
    """The first table of a page: the other cells of each row by its first, those of the head under ""."""
    lines = (CHECKOUT / "docs" / page).read_text(encoding="utf-8").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("|"))
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[start:])
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first: others for first, *others in cells}


def test_the_table_of_profiles_is_what_the_policies_say() -> None:
    """A profile is a table of values: the page is that table, and nothing else differs between them."""
    table = columns("profiles.md")
    names = [cell.strip("`") for cell in table[""]]
    assert names == ["none", *PROFILES]
    policies = [Policy(), *(Policy.from_dict({"profile": name}) for name in PROFILES)]
    assert table["in Python"] == ["`Policy()`", *(f"`Policy.{name}()`" for name in PROFILES)]
    assert table["`minimum_binding`"] == [f"`{policy.minimum_binding}`" for policy in policies]
    for name, cell in zip(names[1:-1], table["the document has to be"][1:-1], strict=True):
        kinds = set(re.findall(r"`(\w+)`", cell)) - {"AchievementCredential"}
        assert kinds == set(PROFILES[name])
    assert set(PROFILES["one_edtech"]) == set(PROFILES["open_badges"]) | set(PROFILES["clr"])
    for policy in policies:
        other = {name for name, value in policy.to_dict().items() if value != Policy().to_dict()[name]}
        assert other <= {"profile", "minimum_binding"}


def test_every_page_that_is_named_is_there() -> None:
    """No page refers to one that was renamed."""
    for page in PAGES:
        for name in re.findall(r"[(`](?:docs/)?([a-z-]+\.md)[)`#]", page.read_text()):
            assert (CHECKOUT / "docs" / name).is_file() or (CHECKOUT / name).is_file(), f"{page.name} names {name}"


def test_every_code_that_a_page_names_exists() -> None:
    """Codes are renamed in one place; the pages have to follow."""
    families = "|".join(sorted({code.partition(".")[0] for code in CATALOGUE}))
    for page in PAGES:
        for code in re.findall(rf"`((?:{families})\.[a-z-]+)`", page.read_text()):
            assert code in CATALOGUE, f"{page.name} names {code}"


def test_the_layers_name_every_module() -> None:
    """The picture of the house has all its rooms, and no others."""
    page = (CHECKOUT / "docs/architecture.md").read_text()
    picture = re.search(r"^```\n(problems .*?)^```", page, re.M | re.S)
    assert picture
    named = {name.strip("/") for line in picture[1].splitlines() for name in re.split(r"\s{3,}", line)[0].split()}
    package = CHECKOUT / "vcverify"
    there = {path.stem for path in package.glob("*.py")} | {path.parent.name for path in package.glob("*/__init__.py")}
    assert named == there - {"__init__", "__main__", "vcverify"}


def test_the_readme_shows_what_its_first_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reader compares."""
    readme = (CHECKOUT / "README.md").read_text()
    command = re.search(r"<!-- command: verify -->\n```sh\n.*vcverify (.*)\n```", readme)
    output = re.search(r"<!-- output: verify -->\n```text\n(.*?)```", readme, re.S)
    assert command
    assert output
    monkeypatch.chdir(CHECKOUT)
    assert main(shlex.split(command[1])) == 0
    assert capsys.readouterr().out == output[1]
