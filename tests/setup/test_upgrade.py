"""A house in business is brought to the newest tables: nothing is lost, the ledger agrees, and nobody is kept waiting.

A database is filled at the first migrations, and again at the ledger's, with thousands of charges, payments, refunds.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
POLICIES, CHARGES = 1000, 4000
LEDGER = {"payments": "0002_ledger_and_refunds", "copay": "0003_card_expiry_warnings"}
# What on a filled table reads or rewrites it whole while nobody may write to it, or even read.
STOPS_WRITERS = (
    re.compile(r"^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)\S+ ON (?P<table>\S+)", re.I),
    re.compile(
        r"^ALTER TABLE (?P<table>\S+) ADD CONSTRAINT (?!.*(NOT VALID|USING INDEX)).*(CHECK|FOREIGN KEY|UNIQUE|EXCLUDE)",
        re.I,
    ),
    re.compile(r"^ALTER TABLE (?P<table>\S+) ALTER COLUMN \S+ SET NOT NULL", re.I),
)


_DIGEST = sql.SQL(
    "select count(*), md5(string_agg(said, '' order by said)) from (select md5(row({})::text) said from {}) rows"
)


class Upgrade:
    """One database on its way up, and what each migration did to tables that were there before it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.ours = {one.label for one in apps.get_app_configs() if one.name.startswith("doctorlike.")}
        self.rewritten: list[str] = []
        self.stopping: list[str] = []
        self._before: dict[str, int] = {}

    def to(self, chosen: Mapping[str, str], *, other: str | None = None) -> None:
        """Our apps to the migration chosen for each, or to the `other` one, or the newest; others to their newest."""
        executor = MigrationExecutor(self.connection, self._watch)
        newest: dict[str, str] = dict(executor.loader.graph.leaf_nodes())
        targets = [
            (app, (chosen.get(app, other) if app in self.ours else None) or name) for app, name in newest.items()
        ]
        with self.connection.execute_wrapper(self._hear):
            executor.migrate([one for one in targets if one in executor.loader.graph.nodes])

    def fill(self, name: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute((Path(__file__).parent / name).read_text())

    def files(self) -> dict[str, int]:
        """Where the rows of each table lie: another place means that the table was rewritten."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                """select relname, relfilenode from pg_class
                where relkind = 'r' and relnamespace = 'public'::regnamespace"""
            )
            return dict(cursor.fetchall())

    def kept(self, columns: dict[str, list[str]]) -> dict[str, tuple[int, str]]:
        """Of each filled table, how many rows it has and a digest of what stood in those columns."""
        digests = {}
        with self.connection.cursor() as cursor:
            for table, names in columns.items():
                row = sql.SQL(", ").join(map(sql.Identifier, names))
                cursor.execute(_DIGEST.format(row, sql.Identifier(table)))
                digests[table] = cursor.fetchone()
        return digests

    def columns(self) -> dict[str, list[str]]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                """select table_name, array_agg(column_name::text order by ordinal_position)
                from information_schema.columns where table_schema = 'public' group by 1"""
            )
            found = dict(cursor.fetchall())
            filled_ones = {}
            for table, names in found.items():
                if table.partition("_")[0] not in self.ours:
                    continue
                cursor.execute(sql.SQL("select exists (select from {})").format(sql.Identifier(table)))
                if cursor.fetchone()[0]:
                    filled_ones[table] = names
            return filled_ones

    def _watch(self, action: str, migration: Any = None, _fake: bool = False) -> None:
        if action == "apply_start":
            self._name, self._before = str(migration), self.files()
        elif action == "apply_success":
            after = self.files()
            moved = [table for table, place in self._before.items() if after.get(table, place) != place]
            self.rewritten += [f"{migration}: {table}" for table in moved]
            self._before = {}

    def _hear(self, execute: Any, statement: Any, params: Any, many: bool, context: Any) -> Any:
        said = " ".join(str(statement).split())
        for form in STOPS_WRITERS:
            found = form.match(said)
            if found and found["table"].strip('"') in self._before:
                self.stopping.append(f"{self._name}: {said}")
        return execute(statement, params, many, context)


@pytest.fixture(scope="module")
def upgrade(django_db_blocker: Any) -> Iterator[Upgrade]:
    usual = connections["default"].settings_dict
    name = f"{os.environ.get('TEST_DATABASE', 'test')}_upgrade"
    server = {"host": usual["HOST"], "port": usual["PORT"], "user": usual["USER"], "password": usual["PASSWORD"]}
    remove = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as keeper, django_db_blocker.unblock():
        keeper.execute(remove)
        keeper.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        connections.databases["upgrade"] = {**usual, "NAME": name}
        try:
            yield Upgrade(connections["upgrade"])
        finally:
            connections["upgrade"].close()
            del connections.databases["upgrade"]
            keeper.execute(remove)


def test_a_filled_database_comes_up_whole_and_without_stopping_anybody(upgrade: Upgrade) -> None:
    upgrade.to({}, other="0001_initial")
    upgrade.rewritten.clear()  # until here nothing was filled
    upgrade.stopping.clear()
    upgrade.fill("at_the_first.sql")
    first = upgrade.columns()
    before = upgrade.kept(first)
    assert before["copay_charge"][0] == CHARGES
    upgrade.to(LEDGER, other="0001_initial")
    upgrade.fill("at_the_ledger.sql")
    then = {table: names for table, names in upgrade.columns().items() if table == "payments_refund"}
    refunds = upgrade.kept(then)
    upgrade.to({})
    assert upgrade.kept(first) == before
    assert upgrade.kept(then) == refunds
    assert upgrade.rewritten == []
    assert upgrade.stopping == []
    told = ledger(upgrade)
    assert "differ: 0" in told
    for line in (f"charge: {CHARGES}", f"premium: {POLICIES}", "  premium: 0.00"):
        assert line in told


def ledger(upgrade: Upgrade) -> str:
    """What a process of the product says of the database."""
    at = upgrade.connection.settings_dict
    address = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    done = subprocess.run(
        [sys.executable, "manage.py", "check_ledger", "--offline"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "SITE": "console"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr
