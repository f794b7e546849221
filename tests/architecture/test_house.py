"""The shape of the house, held against the code: what is private stays private, news are heard, files stay readable."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

import doctorlike
from doctorlike.config.handlers import TABLE

ROOT = Path(doctorlike.__file__).parent
ROOMS = [
    name.removeprefix("doctorlike.") for name in settings.OUR_APPS if name not in ("doctorlike.ui", "doctorlike.sites")
]
# `words` are a room's decisions in plain words, for pages.
PUBLIC = {"commands", "queries", "rules", "errors", "facts", "words"}
MOST_LINES = 400


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """Every module of ours a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("doctorlike."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("doctorlike"):
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names if node.module.count(".") == 1)


@pytest.mark.parametrize("room", ROOMS)
def test_of_another_room_only_its_public_parts_are_used(room: str) -> None:
    for path in sources(room):
        for module in imported(path):
            parts = module.split(".")
            if len(parts) > 2 and parts[1] in ROOMS and parts[1] != room:
                assert parts[2] in PUBLIC, f"{path.relative_to(ROOT)} reaches into {module}"


def test_pages_use_public_parts_only() -> None:
    for path in sources("sites"):
        for module in imported(path):
            parts = module.split(".")
            if len(parts) > 2 and parts[1] in ROOMS:
                # The framework hands pages its own user object, so its class may be named.
                is_user = module == "doctorlike.accounts.models"
                assert parts[2] in PUBLIC or is_user, f"{path.relative_to(ROOT)} reaches into {module}"


@pytest.mark.parametrize("room", ROOMS)
def test_rules_are_pure(room: str) -> None:
    for path in sources(room):
        parts = path.relative_to(ROOT / room).parts
        if parts[0] not in ("rules.py", "rules"):
            continue
        for module in imported(path):
            assert ".models" not in module and ".queries" not in module and ".commands" not in module, (
                f"{path.relative_to(ROOT)} is not pure: {module}"
            )


def test_rows_of_another_room_know_nothing_of_who_points_at_them() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("doctorlike."):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.model is model:
                target = field.remote_field.model
                if target._meta.app_label != model._meta.app_label:
                    assert field.remote_field.hidden, f"{model.__name__}.{field.name} needs related_name='+'"


def test_every_fact_has_its_row_in_the_table_of_handlers() -> None:
    told = set()
    for room in ROOMS:
        if not (ROOT / room / "facts.py").exists():
            continue
        module = importlib.import_module(f"doctorlike.{room}.facts")
        told |= {one for _name, one in inspect.getmembers(module, is_dataclass) if one.__module__ == module.__name__}
    assert told == set(TABLE)


def test_handlers_take_the_fact_alone() -> None:
    for fact, handlers in TABLE.items():
        for handler in handlers:
            assert len(inspect.signature(handler).parameters) == 1, f"{fact.__name__} → {handler.__qualname__}"


def test_a_file_is_read_in_one_sitting() -> None:
    for path in ROOT.rglob("*.py"):
        if "migrations" not in path.parts:
            assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, path.relative_to(ROOT)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
