"""Rules every template of the tree keeps, whoever wrote it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path for path in (ROOT / "doctorlike").rglob("*.html") if "templates" in path.parts and path.name != "gallery.html"
)
TRANSLATED = re.compile(
    r"\{%-?\s*blocktranslate\b.*?endblocktranslate\s*%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL
)
COMMENT = re.compile(r"\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", re.DOTALL)
RUSSIAN = re.compile(r"[А-Яа-яЁё]{2,}")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_inline_style_or_script(path):
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    assert not re.search(
        r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|href\s*=\s*[\"']javascript:", text, re.IGNORECASE
    )
    assert not re.search(r"<script\b(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", text, re.IGNORECASE)
    assert not re.search(r"(?:src|href)\s*=\s*[\"']https?://", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_word_is_translated(path):
    """Names of languages in their own words are the one exception."""
    left = TRANSLATED.sub("", COMMENT.sub("", path.read_text(encoding="utf-8")))
    assert [word for word in RUSSIAN.findall(left) if word != "Русский"] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_is_called_safe_without_a_reason(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        assert "|safe" not in line or "{#" in line
        assert "autoescape off" not in line or "{#" in line
