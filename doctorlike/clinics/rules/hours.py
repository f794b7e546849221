"""Opening hours: reading what clinics write, and whether a clinic is open (docs/rules/regions.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES


class Span(NamedTuple):
    """Minutes from the day's local midnight, half-open; a night shift closes after 1440."""

    opens_minute: int
    closes_minute: int

    @property
    def text(self) -> str:
        return f"{_clock(self.opens_minute)}–{_clock(self.closes_minute % DAY_MINUTES or DAY_MINUTES)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


WHOLE_DAY = Span(0, DAY_MINUTES)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Spans of the seven days, Monday first, in the clinic's own time. A day without spans is closed."""

    days: tuple[tuple[Span, ...], ...]

    @property
    def round_the_clock(self) -> bool:
        return all(spans == (WHOLE_DAY,) for spans in self.days)

    def on(self, day: date) -> tuple[Span, ...]:
        """What opens on that calendar day."""
        return self.days[day.weekday()]

    def open_at(self, instant: datetime, zone: str) -> bool:
        """Whether the clinic is open at an instant, by the clock of its zone."""
        minute = minute_of_week(instant, zone)
        return any(opens <= minute < closes for opens, closes in self.spans_of_week())

    def spans_of_week(self) -> Iterator[Span]:
        """The same as minutes from Monday's midnight, cut at the end of the week."""
        for weekday, spans in enumerate(self.days):
            for span in spans:
                opens, closes = (weekday * DAY_MINUTES + minute for minute in span)
                yield Span(opens, min(closes, WEEK_MINUTES))
                if closes > WEEK_MINUTES:
                    yield Span(0, closes - WEEK_MINUTES)

    def as_json(self) -> list[list[list[int]]]:
        return [[list(span) for span in spans] for spans in self.days]

    @classmethod
    def from_json(cls, written: Any) -> OpeningHours:
        return cls(tuple(tuple(Span(*span) for span in spans) for spans in written))


def minute_of_week(instant: datetime, zone: str) -> int:
    """Minutes since Monday's midnight by the clock of the zone."""
    local = instant.astimezone(ZoneInfo(zone))
    return local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute


class _NotHoursError(ValueError):
    """The text says something else than days and times."""


_DAYS = {"пн": 0, "вт": 1, "ср": 2, "чт": 3, "пт": 4, "сб": 5, "вс": 6}
_LONG_DAYS = {"понед": "пн", "вторн": "вт", "сред": "ср", "четв": "чт", "пятн": "пт", "субб": "сб", "воскр": "вс"}
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_TOKEN = re.compile(
    rf"(?P<time>{_TIME}\s*(?:-|до)\s*{_TIME})"
    r"|(?P<day>понед\w*|вторн\w*|сред\w*|четв\w*|пятн\w*|субб\w*|воскр\w*|пн|вт|ср|чт|пт|сб|вс)\.?"
    r"|(?P<daily>ежедневно)|(?P<weekdays>будни|по будням)|(?P<weekend>выходные|по выходным)"
    r"|(?P<round>круглосуточно|24/7|24 часа)|(?P<closed>выходной|закрыто|не работает)"
    r"|(?P<break>перерыв|обед)|(?P<dash>-)|(?P<gap>[\s,;:.]+|\bс\b|\bи\b)"
)
_GROUPS_OF_DAYS = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}


def read_hours(text: str) -> OpeningHours | None:
    """«пн-пт 08:00-20:00, сб 09:00-14:00», «круглосуточно», «ср07:30-18:00»; days that are not named are closed. None
    when the text says anything that is not understood, or contradicts itself."""
    try:
        days = _read(_tokens(text.lower().replace("–", "-").replace("—", "-")))
    except _NotHoursError:
        return None
    return OpeningHours(tuple(tuple(spans) for spans in days)) if any(days) else None


def _tokens(text: str) -> list[tuple[str, str, re.Match[str]]]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _NotHoursError
        kind = next(name for name, value in match.groupdict().items() if value is not None)
        if kind != "gap":
            found.append((kind, match[0], match))
        at = match.end()
    return found


def _read(tokens: Sequence[tuple[str, str, re.Match[str]]]) -> list[list[Span]]:
    days: list[list[Span]] = [[] for _ in range(7)]
    told: set[int] = set()
    named: list[int] = []
    timed = in_break = ranging = False
    for kind, text, match in tokens:
        if kind in ("day", *_GROUPS_OF_DAYS):
            if timed:
                named, timed, in_break = [], False, False
            fresh = [_weekday(text)] if kind == "day" else list(_GROUPS_OF_DAYS[kind])
            if ranging:
                fresh = _range(named[-1], fresh[0]) if named else _wrong()
                ranging = False
            if told & set(fresh) or set(named) & set(fresh):
                raise _NotHoursError
            named += fresh
        elif kind == "dash":
            ranging = (bool(named) and not timed) or _wrong()
        elif kind == "break":
            in_break = timed or _wrong()
        else:
            where = named or (list(range(7)) if not told else _wrong())
            for weekday in where:
                days[weekday] = _with(days[weekday], kind, match, in_break)
            named, timed = where, True
            told |= set(where)
    if ranging or not timed:
        raise _NotHoursError
    return days


def _wrong() -> Any:
    raise _NotHoursError


def _weekday(text: str) -> int:
    short = next((day for stem, day in _LONG_DAYS.items() if text.startswith(stem)), text[:2])
    return _DAYS[short]


def _range(first: int, last: int) -> list[int]:
    if last <= first:
        raise _NotHoursError
    return list(range(first + 1, last + 1))


def _with(spans: list[Span], kind: str, match: re.Match[str], in_break: bool) -> list[Span]:
    if kind == "closed":
        return spans if not spans else _wrong()
    if kind == "round":
        return [WHOLE_DAY] if not spans else _wrong()
    span = _span(match)
    if in_break:
        return _without(spans, span)
    if spans and span.opens_minute < spans[-1].closes_minute:
        raise _NotHoursError
    return [*spans, span]


def _without(spans: list[Span], pause: Span) -> list[Span]:
    *before, last = spans
    if not last.opens_minute < pause.opens_minute < pause.closes_minute < last.closes_minute:
        raise _NotHoursError
    return [*before, Span(last.opens_minute, pause.opens_minute), Span(pause.closes_minute, last.closes_minute)]


def _span(match: re.Match[str]) -> Span:
    from_hour, from_minute, to_hour, to_minute = (int(part or 0) for part in match.groups()[1:5])
    opens, closes = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > 59 or opens >= DAY_MINUTES or closes > DAY_MINUTES:
        raise _NotHoursError
    if closes == DAY_MINUTES - 1 or (opens, closes) == (0, 0):
        closes = DAY_MINUTES  # «до 23:59» and «00:00-00:00» both mean midnight
    if closes == opens:
        raise _NotHoursError
    return Span(opens, closes if closes > opens else closes + DAY_MINUTES)
