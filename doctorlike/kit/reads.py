"""Questions that every page asks: the ORM writes their SQL once for a process, and only the values change.

Django builds and compiles a statement anew each time, which costs several times what PostgreSQL takes to answer it.
Rows come back as always: model instances, or tuples of `values_list`.

    _open_links = Read(lambda: PolicyLink.objects.filter(user=Told("user_id", UUIDField())).select_related("policy"))
    _open_links(user_id=user.pk)
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import BooleanField, Expression, F, Field, Func, QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable
from django.db.models.sql.compiler import SQLCompiler

from doctorlike.kit.prepared import prepared_cursor

Row = TypeVar("Row")
_READABLE = (ModelIterable, ValuesListIterable, FlatValuesListIterable)


@dataclass(frozen=True, slots=True)
class _Place:
    """Stands among the parameters where a value is told later."""

    name: str


class Told(Expression):
    """A single value that is told when the question is asked, where `filter` takes a value."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.place = _Place(name)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return "%s", [self.place]


class Among(Func):
    """A condition for `filter`: the field is one of the values told under `name`, however many there are."""

    output_field = BooleanField()

    def __init__(self, field: str, name: str) -> None:
        super().__init__(F(field))
        self.place = _Place(name)

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_args: Any, **_extra: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.get_source_expressions()[0])
        return f"{column} = ANY(%s)", [*params, self.place]


class Read(Generic[Row]):
    """A question. Whatever it compares with must be the same each time, or `Told` or `Among`; a queryset that depends
    on anything else is no `Read`. Of a `prepared` one PostgreSQL keeps the plan too. Safe in threads."""

    def __init__(self, ask: Callable[[], QuerySet[Any, Row]], *, prepared: bool = False) -> None:
        self._ask = ask
        self._prepared = prepared

    def __call__(self, **told: Any) -> list[Row]:
        """One query. Collections may be of any kind. A question that locks is asked within a transaction alone."""
        written = self._written
        answers = {name: list(one) if isinstance(one, (set, frozenset, tuple)) else one for name, one in told.items()}
        params = tuple(answers[one.name] if isinstance(one, _Place) else one for one in written.params)
        connection = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        if written.locks and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("rows are locked within a transaction")
        with prepared_cursor() if self._prepared else connection.cursor() as cursor:
            cursor.execute(written.sql, params)
            rows = cursor.fetchall()
        if not rows:
            return []
        if written.are_plain_tuples:
            return cast("list[Row]", rows)
        compiler = cast(Any, copy(written.compiler))
        compiler.connection = connection
        compiler.execute_sql = lambda *_args, **_kwargs: [rows]
        compiler.get_converters = lambda _columns: written.converters
        return list(written.rows._iterable_class(cast(Any, _Asked(written.rows.model, compiler))))

    @cached_property
    def _written(self) -> _Written[Row]:
        rows = self._ask()
        if rows._iterable_class not in _READABLE:
            raise TypeError("a Read gives model instances or tuples of values_list")
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        columns = [column for column, *_ in cast(Any, compiler).select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        are_plain_tuples = rows._iterable_class is ValuesListIterable and not converters
        locks = rows.query.select_for_update
        return _Written(cast(Any, rows), compiler, sql, tuple(params), converters, are_plain_tuples, locks)


@dataclass(frozen=True, slots=True)
class _Written(Generic[Row]):
    rows: Any
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    converters: Any
    are_plain_tuples: bool
    locks: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """What Django's own reading of rows wants of a queryset and its query; both are this."""

    model: Any
    compiler: SQLCompiler

    @property
    def query(self) -> _Asked:
        return self

    @property
    def db(self) -> str:
        return DEFAULT_DB_ALIAS

    @property
    def _known_related_objects(self) -> dict[Any, Any]:
        return {}

    def get_compiler(self, *_args: Any, **_kwargs: Any) -> SQLCompiler:
        return self.compiler
