"""What a change of hours does to published time: free times go and come, visits stay or are hit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.appointments import rules
from doctorlike.appointments.errors import OverlappingHoursError, RoomTakenError
from doctorlike.appointments.rules import (
    ChangedHours,
    DoctorFacts,
    Leaving,
    NewHours,
    OtherClinicDays,
    OtherDays,
    OtherHours,
    Plan,
    Standing,
    Timetable,
    Work,
)
from doctorlike.kit.ids import new_id
from tests.appointments.builders import THERAPIST
from tests.appointments.schedules import DAY, DOCTOR, hours, schedule, standing, timetable, utc, weekly
from tests.appointments.tables import rows

NOW = utc("2026-03-23 09:00")
TOMORROW = DAY + timedelta(days=1)
OTHER = new_id()


def published(table: Timetable, day: date = DAY) -> list[Standing]:
    slots = rules.slots_of_day(day, table.schedules[DOCTOR], table.clinic_days, ZoneInfo(table.zone))
    return [standing(slot, zone=table.zone, service=slot.work.service_code or THERAPIST) for slot in slots]


def visit_at(clock: str, minutes: int = 30, *, zone: str = "Europe/Moscow", **more) -> Standing:
    starts_at = datetime.combine(DAY, time.fromisoformat(clock), ZoneInfo(zone))
    told = {"place": 1, "service_code": THERAPIST, "room": "214", **more}
    return Standing(
        id=new_id(), starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), visit_on=DAY, zone=zone,
        visit_id=new_id(), **told,
    )  # fmt: skip


def planned(before: Timetable, after: Timetable, slots: list[Standing], at: datetime = NOW) -> Plan:
    days = rules.touched_days(before, after, DOCTOR, date(2026, 3, 22), date(2026, 3, 29))
    return rules.plan(DOCTOR, days, before, after, slots, at)


def clock(times, zone: str = "Europe/Moscow") -> list[str]:
    return [f"{one.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" for one in sorted(times, key=lambda one: one.starts_at)]


def told(text: str) -> list[str]:
    return [] if text == "—" else text.split(", ")


def changed_hours(before: Timetable, text: str, **work) -> Timetable:
    """From the day on, other hours in place of the only ones."""
    (pattern,) = before.schedules[DOCTOR].patterns
    fresh = replace(weekly(text, **work), id=None, valid_from_on=DAY)
    return rules.changed(before, ChangedHours(DOCTOR, pattern.id, DAY, (fresh,)))


def worked(text: str) -> dict:
    """«08:00–10:00 / 30 + 10 × 2»: minutes, buffer, capacity."""
    span, _slash, how = text.partition(" / ")
    minutes, _plus, more = how.partition(" + ")
    buffer, _times, capacity = more.partition(" × ")
    return {
        "text": span,
        "minutes": int(minutes),
        "buffer_minutes": int(buffer or 0),
        "capacity": int(capacity or 1),
    }


@pytest.mark.parametrize(("was", "becomes", "visits", "gone", "come", "hit"), rows("was", 6))
def test_published_time_after_a_change_of_hours(was, becomes, visits, gone, come, hit):
    before = timetable(schedule(weekly(**worked(was))))
    after = timetable(schedule()) if becomes == "—" else changed_hours(before, **worked(becomes))
    slots = published(before)
    for visit in told(visits):
        starts = next(one for one in slots if clock([one]) == [visit] and one.visit_id is None)
        slots[slots.index(starts)] = replace(starts, visit_id=new_id())
    outcome = planned(before, after, slots)
    assert clock(outcome.gone) == told(gone)
    assert clock(outcome.made) == told(come)
    assert clock(outcome.hit) == told(hit)
    assert was == becomes or outcome.kept == len(told(visits)) - len(told(hit))


@pytest.mark.parametrize("zone", ["Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka"])
def test_a_change_of_the_zone_alone_touches_no_day(zone):
    before = timetable(schedule(weekly("22:00–02:00"), weekly("08:00–14:00")))
    assert rules.touched_days(before, replace(before, zone=zone), DOCTOR, DAY, date(2026, 4, 24)) == []


@pytest.mark.parametrize(("made_by", "zone_now", "visit", "by_the_clock_now", "fate"), rows("made by", 5))
def test_after_a_change_of_the_zone_a_change_of_hours_asks_where_the_visit_lies_now(
    made_by, zone_now, visit, by_the_clock_now, fate
):
    """Hours 08:00–14:00, from now on by the new zone; they change to 08:00–14:10."""
    before = timetable(schedule(weekly("08:00–14:00")), zone=zone_now)
    booked = visit_at(visit, zone=made_by)
    assert clock([booked], zone_now) == [by_the_clock_now]
    outcome = planned(before, changed_hours(before, "08:00–14:10"), [booked])
    assert clock(outcome.hit, made_by) == ([visit] if fate == "hit" else [])


@pytest.mark.parametrize("zone", ["Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka"])
def test_a_nights_slots_after_midnight_belong_to_the_working_day_they_were_made_for(zone):
    before = timetable(schedule(weekly("22:00–02:00", 60)), zone=zone)
    slots = published(before)
    assert {rules.working_day(slot, before, DOCTOR) for slot in slots} == {DAY}
    off = rules.changed(before, OtherDays(DOCTOR, DAY, TOMORROW, ()))
    assert len(planned(before, off, slots).gone) == 4
    off = rules.changed(before, OtherDays(DOCTOR, TOMORROW, TOMORROW + timedelta(days=1), ()))
    assert planned(before, off, slots).gone == []


def test_what_has_begun_is_left_alone():
    before = timetable(schedule(weekly("08:00–10:00")))
    outcome = planned(before, timetable(schedule()), published(before), at=utc("2026-03-24 05:45"))  # 08:45 in Moscow
    assert clock(outcome.gone) == ["09:00", "09:30"]


def test_a_patient_who_has_come_is_not_sent_elsewhere():
    before = timetable(schedule(weekly("08:00–10:00")))
    outcome = planned(before, timetable(schedule()), [visit_at("09:00", may_move=False)])
    assert (outcome.hit, outcome.kept) == ([], 1)


def test_a_visit_for_another_service_is_hit_and_free_times_change_theirs():
    before = timetable(schedule(weekly("08:00–09:00")))
    slots = [*published(before)[1:], visit_at("08:00")]
    outcome = planned(before, changed_hours(before, "08:00–09:00", service_code="A05.10.006"), slots)
    assert clock(outcome.hit) == ["08:00"]
    assert clock(outcome.gone) == ["08:30"]
    assert clock(outcome.made) == ["08:00", "08:30"]


def test_another_room_moves_nobody():
    before = timetable(schedule(weekly("08:00–09:00")))
    slots = published(before)
    outcome = planned(before, changed_hours(before, "08:00–09:00", room="301"), slots)
    assert (outcome.gone, outcome.made, outcome.hit) == ([], [], [])
    assert outcome.rooms == {slot.id: "301" for slot in slots}


def test_a_visit_that_lost_its_time_has_it_again_when_the_hours_come_back():
    before = timetable(schedule(weekly("08:00–09:00"), exceptions={DAY: ()}))
    lost = visit_at("08:00", is_withdrawn=True)
    outcome = planned(before, timetable(schedule(weekly("08:00–09:00"))), [lost])
    assert [(one.slot, one.place) for one in outcome.restored] == [(lost, 1)]
    assert clock(outcome.made) == ["08:30"]


def test_whoever_lost_the_time_does_not_take_it_from_another():
    before = timetable(schedule(weekly("08:00–10:00"), exceptions={DAY: [OtherHours(hours("08:00–08:30"), Work(30))]}))
    after = timetable(schedule(weekly("08:00–10:00")))
    outcome = planned(before, after, [visit_at("08:00"), visit_at("08:00", is_withdrawn=True, place=2)])
    assert (outcome.restored, outcome.kept) == ([], 1)


def test_a_day_off_of_the_clinic_touches_that_day_alone():
    before = timetable(schedule(*(weekly("08:00–09:00", weekday=day) for day in range(7))))
    after = rules.changed(before, OtherClinicDays(DAY, TOMORROW))
    assert rules.touched_days(before, after, DOCTOR, date(2026, 3, 22), date(2026, 4, 24)) == [DAY]
    again = rules.changed(after, OtherClinicDays(DAY, TOMORROW, as_usual=True))
    assert again == before


def test_a_doctor_who_leaves_loses_the_days_from_then_on():
    before = timetable(schedule(weekly("08:00–09:00")))
    after = rules.changed(before, Leaving(DOCTOR, DAY))
    assert len(planned(before, after, published(before)).gone) == 2
    assert rules.changed(after, Leaving(DOCTOR, None)) == before


@given(
    was=st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(5, 60), st.integers(0, 20), st.integers(1, 3)),
    becomes=st.tuples(
        st.integers(0, 40), st.integers(1, 40), st.integers(5, 60), st.integers(0, 20), st.integers(1, 3)
    ),
    booked=st.sets(st.integers(0, 60)),
)
def test_after_any_change_every_time_is_used_within_the_capacity_and_no_visit_is_lost(was, becomes, booked):
    def hours_of(told) -> dict:
        starts, length, minutes, buffer, capacity = told
        opens = datetime.combine(DAY, time(6)) + timedelta(minutes=10 * starts)
        closes = opens + timedelta(minutes=10 * length)
        text = f"{opens:%H:%M}–{closes:%H:%M}"
        return {"text": text, "minutes": minutes, "buffer_minutes": buffer, "capacity": capacity}

    before = timetable(schedule(weekly(**hours_of(was))))
    after = changed_hours(before, **hours_of(becomes))
    slots = [
        replace(slot, visit_id=new_id()) if number in booked else slot for number, slot in enumerate(published(before))
    ]
    outcome = planned(before, after, slots)
    visits = {slot.id for slot in slots if slot.visit_id}
    hit = {slot.id for slot in outcome.hit}
    assert hit <= visits
    if before == after or hours_of(was) == hours_of(becomes):
        assert (outcome.gone, outcome.made, outcome.hit) == ([], [], [])
        return
    assert outcome.kept == len(visits) - len(hit)
    gone = {slot.id for slot in outcome.gone}
    assert not gone & visits
    left = [slot for slot in slots if slot.id not in gone | hit]
    times = [(one.starts_at, one.ends_at) for one in left] + [(one.starts_at, one.ends_at) for one in outcome.made]
    for starts_at, _ends_at in times:
        assert sum(start <= starts_at < end for start, end in times) <= becomes[4]
    places = [(one.starts_at, one.place) for one in left] + [(one.starts_at, one.place) for one in outcome.made]
    assert len(places) == len(set(places))


# What cannot be


def refused(table: Timetable) -> None:
    """All the hours of the first doctor are new."""
    idle = {**table.schedules, DOCTOR: schedule()}
    rules.refuse_impossible(replace(table, schedules=idle), table, DOCTOR, DAY)


@pytest.mark.parametrize(("one", "day", "other", "other_day", "meet"), rows("one", 5))
def test_hours_that_would_be_worked_twice_at_a_time_are_refused(one, day, other, other_day, meet):
    table = timetable(schedule(weekly(one, weekday=int(day)), weekly(other, weekday=int(other_day))))
    if meet == "refused":
        with pytest.raises(OverlappingHoursError):
            refused(table)
    else:
        refused(table)


def test_hours_that_follow_each_other_in_time_do_not_meet():
    spring = replace(weekly("08:00–14:00"), valid_to_on=date(2026, 4, 7))
    refused(timetable(schedule(spring, weekly("10:00–12:00", since=date(2026, 4, 7)))))
    with pytest.raises(OverlappingHoursError):
        refused(timetable(schedule(spring, weekly("10:00–12:00", since=date(2026, 3, 31)))))


def test_other_hours_of_a_day_must_not_meet_the_night_before():
    night = weekly("22:00–04:00", weekday=0)
    early = {DAY: [OtherHours(hours("03:00–06:00"), Work(30))]}
    with pytest.raises(OverlappingHoursError):
        refused(timetable(schedule(night, exceptions=early)))


@pytest.mark.parametrize("room", ["214", " 214 ", ""])
def test_two_doctors_in_one_room_are_refused_by_name(room):
    colleague = schedule(weekly("13:00–19:00"), doctor_id=OTHER, name="Белоусов Павел Ильич", room=room)
    table = timetable(schedule(weekly("08:00–14:00")), colleague)
    if not room:
        refused(table)
        return
    with pytest.raises(RoomTakenError) as refusal:
        refused(table)
    assert refusal.value.facts["doctor"] == "Белоусов Павел Ильич"
    refused(rules.changed(table, Leaving(OTHER, DAY)))


def test_what_was_so_before_does_not_stand_in_the_way():
    colleague = schedule(weekly("13:00–19:00"), doctor_id=OTHER)
    table = timetable(schedule(weekly("08:00–14:00")), colleague)
    for change in (
        OtherDays(DOCTOR, DAY, TOMORROW, ()),
        NewHours(DOCTOR, [weekly("19:00–20:00")]),
        Leaving(DOCTOR, TOMORROW),
    ):
        rules.refuse_impossible(table, rules.changed(table, change), DOCTOR, DAY)
    with pytest.raises(RoomTakenError):
        rules.refuse_impossible(
            table, rules.changed(table, NewHours(DOCTOR, [weekly("18:00–20:00", weekday=1)])), DOCTOR, DAY
        )


def test_whoever_stays_after_all_must_find_the_room_free():
    gone = schedule(weekly("08:00–14:00"), leaves_on=DAY)
    table = timetable(gone, schedule(weekly("13:00–19:00"), doctor_id=OTHER))
    with pytest.raises(RoomTakenError):
        rules.refuse_impossible(table, rules.changed(table, Leaving(DOCTOR, None)), DOCTOR, DAY)


def test_hours_in_another_room_do_not_meet():
    colleague = schedule(weekly("13:00–19:00", room="301"), doctor_id=OTHER)
    refused(timetable(schedule(weekly("08:00–14:00")), colleague))


def test_other_hours_of_one_day_are_held_against_the_rooms_too():
    colleague = schedule(weekly("13:00–19:00", weekday=2), doctor_id=OTHER)
    wednesday = OtherDays(DOCTOR, TOMORROW, TOMORROW + timedelta(days=1), [OtherHours(hours("12:00–15:00"), Work(30))])
    table = rules.changed(timetable(schedule(weekly("08:00–12:00")), colleague), wednesday)
    with pytest.raises(RoomTakenError):
        refused(table)
    off = OtherDays(OTHER, TOMORROW, TOMORROW + timedelta(days=1), ())
    refused(rules.changed(table, off))


def test_new_hours_and_new_facts_stand_beside_the_old():
    table = timetable(schedule(weekly("08:00–12:00")))
    more = rules.changed(table, NewHours(DOCTOR, [weekly("13:00–15:00")]))
    assert [span.opens.hour for span in more.spans(DOCTOR, DAY)] == [8, 13]
    renamed = rules.changed(table, DoctorFacts(DOCTOR, "Громова Ольга", "ent", "B01.028.001", "9"))
    (span,) = renamed.spans(DOCTOR, DAY)
    assert (span.work.service_code, span.work.room) == ("B01.028.001", "9")


def test_hours_that_end_are_kept_as_far_as_they_held():
    table = timetable(schedule(weekly("08:00–12:00")))
    (pattern,) = table.schedules[DOCTOR].patterns
    ended = rules.changed(table, ChangedHours(DOCTOR, pattern.id, DAY))
    assert ended.schedules[DOCTOR].patterns == (replace(pattern, valid_to_on=DAY),)
    never_held = rules.changed(table, ChangedHours(DOCTOR, pattern.id, pattern.valid_from_on))
    assert never_held.schedules[DOCTOR].patterns == ()
