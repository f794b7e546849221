"""МКБ-10 from the health ministry's file into the database."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.telemed.errors import UnreadableClassificationError

_COLUMNS = ("MKB_CODE", "MKB_NAME", "ACTUAL")
_LONGEST_CODE, _LONGEST_NAME = 10, 400

_TAKE_OVER = """
with given as (select * from unnest(%s::text[], %s::text[], %s::boolean[]) as t(code, name, is_actual)),
written as (
  insert into telemed_icd10code (code, name, is_actual) select code, name, is_actual from given
  on conflict (code) do update set name = excluded.name, is_actual = excluded.is_actual
    where (telemed_icd10code.name, telemed_icd10code.is_actual) is distinct from (excluded.name, excluded.is_actual)
  returning (xmax = 0) as added),
left_out as (
  update telemed_icd10code set is_actual = false
  where is_actual and code not in (select code from given) returning 1)
select (select count(*) from written where added), (select count(*) from written where not added),
       (select count(*) from left_out)
"""


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """`closed`: codes that are in the file as not actual; `gone`: that were here and are not in the file any more."""

    rows: int
    added: int
    changed: int
    closed: int
    gone: int


@transaction.atomic
def import_icd10(*, content: bytes, by: Actor, at: datetime) -> ClassificationReport:
    """Take over a whole table (semicolons, UTF-8; MKB_CODE, MKB_NAME, ACTUAL among its columns) in one statement.
    Repeating changes nothing. UnreadableClassificationError for anything else; nothing is taken then."""
    codes, names, actual = _read(content)
    advisory_lock("telemed:icd10")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_OVER, [codes, names, actual])
        added, changed, gone = cursor.fetchone()
    audit.record(by=by, at=at, action="icd10.imported", subject_type="classification", subject_id="icd10")
    return ClassificationReport(len(codes), added, changed, actual.count(False), gone)


def _read(content: bytes) -> tuple[list[str], list[str], list[bool]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableClassificationError(row=1, reason="кодировка не UTF-8") from None
    table = csv.DictReader(io.StringIO(text), delimiter=";")
    missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise UnreadableClassificationError(row=1, reason=f"нет столбца {missing[0]}")
    seen: dict[str, tuple[str, bool]] = {}
    for row in table:
        code, name, actual = ((row[column] or "").strip() for column in _COLUMNS)
        if not code or not name or len(code) > _LONGEST_CODE or len(name) > _LONGEST_NAME or actual not in "01":
            raise UnreadableClassificationError(row=table.line_num, reason="нет кода, названия или признака 0 или 1")
        if code in seen:
            raise UnreadableClassificationError(row=table.line_num, reason=f"код {code} уже был")
        seen[code] = (name, actual == "1")
    if not seen:
        raise UnreadableClassificationError(row=2, reason="нет ни одного кода")
    return list(seen), [name for name, _ in seen.values()], [actual for _, actual in seen.values()]
