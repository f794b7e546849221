"""What is sent into a room besides words: signals of a call and files; who may, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from doctorlike.accounts.models import User
from doctorlike.kit import storage
from doctorlike.kit.errors import NotFoundError
from doctorlike.telemed import commands, queries
from doctorlike.telemed.commands.files import plain_name
from doctorlike.telemed.errors import NoSignalError, TooManyFilesError, WrongFileError, WrongStepError
from doctorlike.telemed.models import CallSignal, SharedFile
from doctorlike.telemed.rules import LARGEST_FILE_BYTES, MOST_FILES, MOST_SIGNAL_LETTERS
from tests.policies.builders import ANNA, BORIS, BY, account
from tests.telemed.test_consultations import NOW, ask, conclude, doctor, insured, take

pytestmark = pytest.mark.django_db
DEVICE = "1b671a64-40d5-491e-99b0-da01ff1f3341"
PDF = b"%PDF-1.7\n%%EOF"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600), **more: object) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind, **more)
    return drawn.getvalue()


@pytest.fixture
def anna() -> tuple[User, UUID]:
    return insured(ANNA)


@pytest.fixture
def room(anna: tuple[User, UUID]) -> UUID:
    return ask(*anna)


@pytest.fixture
def vera(room: UUID) -> UUID:
    """The doctor, who has taken Anna."""
    found = doctor("vera")
    assert take(found) == room
    return found


def signal(room: UUID, user_id: UUID, kind: str = "offer", device: str = DEVICE, **payload: str) -> None:
    commands.send_signal(consultation_id=room, user_id=user_id, device=device, kind=kind, payload=payload, at=NOW)


def share(room: UUID, user_id: UUID, content: bytes, name: str = "снимок.png", key: UUID | None = None) -> None:
    commands.share_file(
        consultation_id=room, user_id=user_id, name=name, content=content, sent_key=key or uuid4(), at=NOW
    )


def shared(room: UUID) -> SharedFile:
    return SharedFile.objects.get(consultation=room)


class TestSignals:
    def test_both_sides_are_told_them_in_order_and_with_their_words(self, anna, room, vera):
        signal(room, vera, sdp="v=0")
        signal(room, anna[0].pk, kind="answer", sdp="v=1")
        told = [one.signal for one in queries.events_after({room: 0})[room] if one.kind == "signal"]
        assert [('"from": "doctor"' in told[0], '"sdp": "v=0"' in told[0])] == [(True, True)]
        assert '"kind": "answer"' in told[1]

    def test_what_is_said_of_the_network_is_encrypted_and_goes_with_the_consultation(self, room, vera):
        signal(room, vera, sdp="candidate 192.0.2.7")
        (stored,) = CallSignal.objects.extra(select={"raw": "payload"}).values_list("raw", flat=True)
        assert b"192.0.2.7" not in bytes(stored)
        conclude(room, vera)
        assert not CallSignal.objects.exists()
        assert [one.signal for one in queries.events_after({room: 0})[room] if one.kind == "signal"] == [""]

    def test_there_is_no_call_before_the_doctor_and_after_the_end(self, anna, room):
        with pytest.raises(WrongStepError):
            signal(room, anna[0].pk)
        vera = doctor("vera")
        take(vera)
        conclude(room, vera)
        with pytest.raises(WrongStepError):
            signal(room, vera)

    def test_a_stranger_tells_nothing(self, room, vera):
        with pytest.raises(NotFoundError):
            signal(room, account(BORIS).pk)

    @pytest.mark.parametrize(
        ("kind", "device", "words"),
        [("dance", DEVICE, ""), ("offer", "<b>", ""), ("offer", DEVICE, "x" * MOST_SIGNAL_LETTERS)],
    )
    def test_what_no_page_sends_is_refused(self, room, vera, kind, device, words):
        with pytest.raises(NoSignalError):
            signal(room, vera, kind=kind, device=device, sdp=words)

    def test_many_rooms_are_asked_for_at_once(self, anna, room, django_assert_num_queries):
        other = ask(*insured(BORIS))
        with django_assert_num_queries(1):
            news = queries.events_after({room: 0, other: 0, uuid4(): 0})
        assert {room, other} == set(news)


class TestRelay:
    def test_without_settings_there_is_no_server(self, anna):
        assert commands.ice_servers(anna[0].pk) == []

    def test_a_credential_is_signed_ends_and_names_nobody(self, anna, settings):
        settings.TELEMED_STUN_URLS = ["stun:stun.example:3478"]
        settings.TELEMED_TURN_URLS, settings.TELEMED_TURN_SECRET = ["turns:turn.example:5349"], "shared"
        stun, turn = commands.ice_servers(anna[0].pk)
        assert stun == {"urls": ["stun:stun.example:3478"]}
        signed = hmac.new(b"shared", turn["username"].encode(), hashlib.sha1).digest()
        assert base64.b64decode(turn["credential"]) == signed
        assert str(anna[0].pk) not in turn["username"]
        assert int(turn["username"].split(":")[0]) > 0


class TestFiles:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_a_picture_has_a_small_one_drawn_anew(self, anna, room, kind):
        share(room, anna[0].pk, picture(kind))
        found = shared(room)
        drawn = storage.read(found.preview_key)
        with Image.open(io.BytesIO(drawn)) as small:
            assert (small.format, max(small.size)) == ("JPEG", 480)

    def test_where_a_photograph_was_taken_is_not_in_the_small_one(self, anna, room):
        exif = Image.Exif()
        exif[0x010E] = "Samara, home"
        share(room, anna[0].pk, picture("JPEG", exif=exif))
        assert b"Samara" in storage.read(shared(room).content_key)
        assert b"Samara" not in storage.read(shared(room).preview_key)

    def test_a_pdf_has_none(self, anna, room):
        share(room, anna[0].pk, PDF, name="анализ.pdf")
        card = queries.file_in_room(room, shared(room).pk, anna[0].pk, on=NOW.date())
        assert (card.name, card.media_type, card.has_preview) == ("анализ.pdf", "application/pdf", False)

    @pytest.mark.parametrize(
        "content",
        [
            SVG,
            b"<html><script>alert(1)</script>",
            b"MZ\x90\x00",
            b"",
            b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
            PDF + b"\x00" * LARGEST_FILE_BYTES,
        ],
        ids=["svg", "html", "program", "empty", "spoilt", "large"],
    )
    def test_anything_else_is_refused_whatever_it_calls_itself(self, anna, room, content):
        with pytest.raises(WrongFileError):
            share(room, anna[0].pk, content)
        assert not SharedFile.objects.exists()

    def test_a_picture_that_would_fill_the_memory_is_refused(self, anna, room):
        with pytest.raises(WrongFileError):
            share(room, anna[0].pk, picture(size=(9000, 9000)))

    def test_it_lies_encrypted(self, anna, room):
        content = picture()
        share(room, anna[0].pk, content)
        with storages["private"].open(shared(room).content_key) as stored:
            assert content[:100] not in stored.read()

    def test_a_double_click_sends_it_once(self, anna, room):
        key = uuid4()
        share(room, anna[0].pk, PDF, key=key)
        share(room, anna[0].pk, PDF, key=key)
        assert SharedFile.objects.count() == 1

    def test_there_is_an_end_to_how_many(self, anna, room):
        for _number in range(MOST_FILES):
            share(room, anna[0].pk, PDF)
        with pytest.raises(TooManyFilesError):
            share(room, anna[0].pk, PDF)

    def test_strangers_find_nothing_and_an_ended_room_takes_nothing(self, anna, room, vera):
        share(room, vera, PDF)
        boris, file_id = account(BORIS), shared(room).pk
        for attempt in (
            lambda: share(room, boris.pk, PDF),
            lambda: queries.read_file(room, file_id, boris.pk, on=NOW.date()),
            lambda: queries.read_preview(room, file_id, anna[0].pk, on=NOW.date()),
            lambda: queries.read_file(uuid4(), file_id, anna[0].pk, on=NOW.date()),
        ):
            with pytest.raises(NotFoundError):
                attempt()
        conclude(room, vera)
        with pytest.raises(WrongStepError):
            share(room, vera, PDF)
        assert queries.read_file(room, file_id, anna[0].pk, on=NOW.date())[1] == PDF

    @pytest.mark.parametrize(
        ("told", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\Мои\\анализ.pdf", "анализ.pdf"),
            ("сн\u202eимок.png", "снимок.png"),
            ("\x00\n", "file"),
            ("", "file"),
        ],
    )
    def test_names_are_made_plain(self, told, kept):
        assert plain_name(told) == kept

    def test_the_talk_has_words_and_files_in_their_order(self, anna, room):
        say = {"consultation_id": room, "user_id": anna[0].pk, "by": BY}
        share(room, anna[0].pk, PDF)
        commands.send_message(**say, text="Это анализ", sent_key=uuid4(), at=NOW + timedelta(seconds=5))
        talk = queries.room(room, anna[0].pk, on=NOW.date()).talk
        assert [hasattr(one, "size") for one in talk] == [True, False]


class TestPages:
    @pytest.fixture
    def browser(self, anna: tuple[User, UUID]) -> Client:
        found = Client()
        found.force_login(anna[0])
        return found

    def at(self, name: str, *args: UUID) -> str:
        return reverse(name, urlconf="doctorlike.sites.telemed.urls", args=args)

    @pytest.fixture(autouse=True)
    def _at_the_telemedicine_site(self, on_site):
        on_site("telemed")

    def test_a_refused_file_is_told_with_and_without_scripts(self, browser, room):
        sent = {"file": SimpleUploadedFile("a.svg", SVG), "sent_key": str(uuid4())}
        stays = browser.post(self.at("room:share", room), sent, headers={"Accept": "application/json"})
        assert (stays.status_code, "JPEG" in stays.json()["error"]) == (422, True)
        sent["file"].seek(0)
        page = browser.post(self.at("room:share", room), sent, follow=True)
        assert "Можно отправить снимок" in page.content.decode()

    def test_a_signal_that_is_none_is_a_bad_request_and_one_too_early_is_told_so(self, browser, room):
        def told(body: str) -> HttpResponse:
            return browser.post(self.at("room:signal", room), body, content_type="application/json")

        assert [told(body).status_code for body in ("", "[]", '{"payload": 1}', "{")] == [400] * 4
        early = json.dumps({"device": DEVICE, "kind": "hello", "payload": {}})
        assert told(early).json() == {"open": False}

    def test_a_file_is_saved_and_opened_nowhere(self, browser, anna, room):
        share(room, anna[0].pk, picture(), name="снимок.png")
        answer = browser.get(self.at("room:file", room, shared(room).pk))
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]
        small = browser.get(self.at("room:preview", room, shared(room).pk))
        assert small["Content-Type"] == "image/jpeg"
