"""The world outside shares no code with the product."""

import ast

import pytest

from tests.sandbox.running import ROOT


def _imported(folder: str) -> set[str]:
    """First names of all modules imported below a folder."""
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize(
    ("folder", "never"), [("sandbox", "doctorlike"), ("sandbox", "django"), ("doctorlike", "sandbox")]
)
def test_neither_imports_the_other(folder: str, never: str) -> None:
    imported = _imported(folder)

    assert imported
    assert never not in imported
