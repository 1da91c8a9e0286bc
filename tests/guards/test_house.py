"""The house: floors, no asserts in the source, words in both languages, commands in the README."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "src" / "kundenmetrik").rglob("*.py"))
WORDS = ROOT / "src" / "kundenmetrik" / "words"


@pytest.mark.parametrize("path", SOURCE, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_file_checks_without_asserts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: an assert vanishes under -O"
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"line {node.lineno}: a bare except"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec", "print"}, f"line {node.lineno}: {node.func.id}"


def test_modules_import_from_lower_floors_only() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def flat(table: dict[str, object], prefix: str = "") -> set[str]:
    keys: set[str] = set()
    for name, value in table.items():
        keys |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}"}
    return keys


def test_both_languages_have_every_word() -> None:
    german, english = (tomllib.loads((WORDS / f"{code}.toml").read_text(encoding="utf-8")) for code in ("de", "en"))
    assert flat(german) == flat(english)


def test_sentences_take_the_same_values_in_both_languages() -> None:
    german, english = (tomllib.loads((WORDS / f"{code}.toml").read_text(encoding="utf-8")) for code in ("de", "en"))
    for section, words in german.items():
        if isinstance(words, dict):
            for key, text in words.items():
                slots = [
                    {part.split("}")[0] for part in language.split("{")[1:]}
                    for language in (text, english[section][key])
                ]
                assert slots[0] == slots[1], key


def test_the_only_readme_commands_are_the_two() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0].strip() for block in text.split("```sh\n")[1:]]
    assert len(blocks) == 2
    assert all("\n" not in block for block in blocks)
    assert blocks[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
