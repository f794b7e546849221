"""Calendar arithmetic of insurance: half-open periods, month ends, full years, birthdays."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day of another month; a day that month lacks becomes its last (docs/rules/dates.md)."""
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last_day))


def birthday(born_on: date, years: int) -> date:
    """The day on which that many full years are reached; 29 February becomes 1 March in a common year."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def full_years(born_on: date, on: date) -> int:
    """Age in full years on a day; negative before birth."""
    years = on.year - born_on.year
    return years if birthday(born_on, years) <= on else years - 1


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `starts_on` up to, not including, `ends_on`."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise ValueError("a period ends before it starts")

    @classmethod
    def of_months(cls, starts_on: date, months: int) -> Period:
        return cls(starts_on, add_months(starts_on, months))

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_on

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days

    @property
    def last_day(self) -> date:
        """The last day covered: what people are shown as «до … включительно»."""
        return self.ends_on - timedelta(days=1)
