"""The catalogues as a running system has them: compiled by the set-up, not by GNU gettext."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

from setup import assets, translations

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def gathered() -> Catalog:
    """Every text of the source, found afresh."""
    return translations.gather(ROOT)


@pytest.fixture(scope="session")
def catalogue() -> Callable[[str], Catalog]:
    return lambda language: translations.read(ROOT, language)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("translations")
    shutil.copytree(ROOT / "locale", folder / "locale", ignore=shutil.ignore_patterns("*.mo"))
    assert assets.compile_translations(folder) == len(translations.PLURAL_FORMS)
    return folder / "locale"


@pytest.fixture
def in_translation(settings: Any, compiled: Path) -> None:
    """Whatever else lies in the tree, this test speaks from catalogues compiled just now."""
    settings.LOCALE_PATHS = [compiled]
