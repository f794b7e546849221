"""Events of a room reach its patient and doctor, each once and in order; nobody else hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import Http404, StreamingHttpResponse
from django.test import AsyncRequestFactory

from doctorlike.accounts.models import User
from doctorlike.sites.streams import views
from doctorlike.telemed import commands
from tests.policies.builders import ANNA, BORIS, BY, account
from tests.telemed.test_consultations import NOW, ask, insured

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 10


def in_a_loop(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs in a loop of its own; what the stream left open on other threads is closed at the end."""

    async def run() -> None:
        try:
            await asyncio.wait_for(work(), PATIENCE_SECONDS)
        finally:
            await sync_to_async(connections.close_all)()

    asyncio.run(run())


async def open_stream(user: User | AnonymousUser, room: object, **headers: str) -> StreamingHttpResponse:
    request = AsyncRequestFactory().get(f"/rooms/{room}/events", headers=headers)

    async def auser() -> User | AnonymousUser:
        return user

    request.auser = auser
    return await views.room_events(request, room)


async def next_event(stream: AsyncIterator[bytes]) -> str:
    async for part in stream:
        text = part.decode()
        if text.startswith("id:"):
            return text
    raise AssertionError("the stream ended")


def test_what_happened_before_is_told_and_what_happens_then_too() -> None:
    anna, policy_id = insured(ANNA)
    room = ask(anna, policy_id)

    async def work() -> None:
        stream = aiter(await open_stream(anna, room))
        assert "data: asked" in await next_event(stream)
        say = sync_to_async(commands.send_message)
        await say(consultation_id=room, user_id=anna.pk, text="Алло", sent_key=uuid4(), by=BY, at=NOW)
        assert "data: message" in await next_event(stream)
        await stream.aclose()  # type: ignore[attr-defined]  # an async generator behind the iterator

    in_a_loop(work)


def test_a_reader_who_returns_hears_only_what_is_new() -> None:
    anna, policy_id = insured(ANNA)
    room = ask(anna, policy_id)

    async def work() -> None:
        stream = aiter(await open_stream(anna, room))
        known = (await next_event(stream)).split("\n")[0].removeprefix("id: ")
        await stream.aclose()  # type: ignore[attr-defined]  # as above
        say = sync_to_async(commands.send_message)
        await say(consultation_id=room, user_id=anna.pk, text="Алло", sent_key=uuid4(), by=BY, at=NOW)
        again = aiter(await open_stream(anna, room, **{"Last-Event-ID": known}))
        assert "data: message" in await next_event(again)
        await again.aclose()  # type: ignore[attr-defined]  # as above

    in_a_loop(work)


def test_strangers_and_made_up_rooms_are_not_found() -> None:
    anna, policy_id = insured(ANNA)
    room = ask(anna, policy_id)
    boris = account(BORIS)

    async def work() -> None:
        for who, where in ((boris, room), (AnonymousUser(), room), (anna, uuid4())):
            with pytest.raises(Http404):
                await open_stream(who, where)

    in_a_loop(work)


def test_only_the_telemedicine_site_may_read_it_in_a_browser(settings: Any) -> None:
    anna, policy_id = insured(ANNA)
    room = ask(anna, policy_id)

    async def work() -> None:
        answer = await open_stream(anna, room)
        assert answer["Access-Control-Allow-Origin"] == settings.SITE_URLS["telemed"]
        assert answer["Access-Control-Allow-Credentials"] == "true"
        assert answer["Cache-Control"] == "no-store"

    in_a_loop(work)
