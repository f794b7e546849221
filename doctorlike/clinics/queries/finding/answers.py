"""One question to PostgreSQL for a page of the directory: which clinics, in which order, how many, and their cards.

Parts of a question come as arrays, so that PostgreSQL plans one look into the index for all of them, and never by how
common a word is. Rows of an array are taken in turn until there are enough (the nested loops below keep to their order;
what is shown is put in order anew, so only the cut to the first so many leans on it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doctorlike.clinics.queries.cards import CARD_COLUMNS, ClinicCard, card_of
from doctorlike.clinics.queries.finding.filters import Shape
from doctorlike.kit.prepared import prepared_cursor


@dataclass(frozen=True, slots=True)
class Window:
    """So many rows from `offset` on. What is found is counted in steps of `counted`, to the end of the next page at
    least: few plans do for all pages."""

    offset: int
    limit: int
    counted: int

    @property
    def most(self) -> int:
        """How many are looked for: one more than are told."""
        steps = -(-(self.offset + 2 * self.limit) // self.counted)
        return max(steps, 1) * self.counted + 1

    @property
    def told(self) -> Mapping[str, int]:
        return {"offset": self.offset, "limit": self.limit, "most": self.most}


@dataclass(frozen=True, slots=True)
class Found:
    """The clinics of the window, with their squared chords where somebody asked from where, and how many there are in
    all, `most` of the window at most. `reading` is the number of the question that they answer."""

    shown: Sequence[tuple[ClinicCard, float]] = ()
    total: int = 0
    reading: int = 0


# Each gives rows of (clinic_id, sort_key, place) to a part: `asked` has its `part`, a `tsquery`, and two more numbers.
BY_WORDS = """
    select i.clinic_id, i.sort_key, i.shuffled::float8 as place from clinics_searchentry i
    where i.words @@ asked.part order by i.shuffled, i.clinic_id"""
# The distance is worked out once a row: «offset 0» keeps it out of the conditions.
BY_DISTANCE = """
    select i.clinic_id, '' as sort_key, i.chord as place from (
        select o.clinic_id, (o.x - %(x)s) ^ 2 + (o.y - %(y)s) ^ 2 + (o.z - %(z)s) ^ 2 as chord
        from clinics_searchentry o where o.words @@ asked.part offset 0) as i
    where i.chord > asked.beyond and i.chord <= asked.within order by i.chord, i.clinic_id"""


def first_answered(parts: str, shape: Shape) -> str:
    """The answer to the first of the `readings` that has one, part by part."""
    return f"""
        select r.reading, f.* from unnest(%(readings)s::int[]) as r(reading) cross join lateral (
            select array_agg(o.number) as numbers, array_agg(o.clinic_id) as ids, array_agg(o.sort_key) as sort_keys,
                array_agg(o.place) as places
            from (
                select asked.number, one.* from unnest(%(of_readings)s::int[], %(numbers)s::int[], %(parts)s::tsquery[],
                    %(beyond)s::float8[], %(within)s::float8[]) as asked(reading, number, part, beyond, within)
                cross join lateral (
                    select e.* from ({parts}) as e cross join lateral {shape.fitting("e.clinic_id")} as fitting
                    limit %(most)s) as one
                where asked.reading = r.reading limit %(most)s) as o) as f
        where f.ids is not null limit 1"""  # noqa: S608  # constants


def by_alphabet(shape: Shape, *, in_regions: bool) -> str:
    """Everything there is."""
    regions = "where c.region_id = any(%(regions)s)" if in_regions else ""
    return f"""
        select 0 as reading, array_agg(0) as numbers, array_agg(o.id) as ids, array_agg(o.sort_key) as sort_keys,
            array_agg(o.place) as places
        from (
            select e.id, e.sort_key, row_number() over ()::float8 as place from (
                select c.id, c.sort_key from clinics_clinic c {regions} order by c.sort_key, c.id) as e
            cross join lateral {shape.fitting("e.id")} as fitting limit %(most)s) as o"""  # noqa: S608  # constants


def page_of(answer: str) -> str:
    """The window of an answer: by its parts' numbers, then by the alphabet where there are few, else by place."""
    return f"""
        with answer as materialized ({answer}),
        counts as (select reading, coalesce(cardinality(ids), 0) as found from answer)
        select counts.reading, counts.found, page.place, {CARD_COLUMNS}
        from counts left join lateral (
            select u.clinic_id, u.place, row_number() over (order by u.number,
                case when counts.found <= %(by_alphabet)s then u.sort_key end collate "C",
                case when counts.found <= %(by_alphabet)s then u.clinic_id end, u.place, u.clinic_id) as turn
            from answer, unnest(answer.numbers, answer.ids, answer.sort_keys, answer.places)
                as u(number, clinic_id, sort_key, place)
            order by turn offset %(offset)s limit %(limit)s) as page on true
        left join clinics_clinic c on c.id = page.clinic_id left join regions_region r on r.code = c.region_id
        order by page.turn"""  # noqa: S608  # constants


def found(statement: str, window: Window, told: Mapping[str, Any]) -> Found:
    """One query, whose plan PostgreSQL keeps."""
    rows = asked(statement, {**told, **window.told})
    if not rows:
        return Found()
    reading, total = rows[0][:2]
    return Found([(card_of(row[3:]), row[2]) for row in rows if row[2] is not None], total, reading)


def asked(statement: str, told: Mapping[str, Any]) -> list[Any]:
    """One query, whose plan PostgreSQL keeps."""
    with prepared_cursor() as cursor:
        cursor.execute(statement, told)
        rows: list[Any] = cursor.fetchall()
    return rows
