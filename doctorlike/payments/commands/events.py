"""Notifications of the acquirer. It signs nothing and numbers nothing, so an event is only a hint to ask.

The request stores the hint and no more; a job takes what waits, many at once (`asking`).
"""

from __future__ import annotations

import json
import logging
import re
from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from doctorlike.kit.ids import new_id
from doctorlike.kit.reads import Read
from doctorlike.payments.rules import HintState

log = logging.getLogger(__name__)

_EVENTS = frozenset(
    {
        "payment.waiting_for_capture",
        "payment.succeeded",
        "payment.canceled",
        "payment_method.active",
        "refund.succeeded",
    }
)
# The id becomes part of an address we ask: nothing but what ids are made of.
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
MOST_BYTES = 64 * 1024
INBOX = "acquirer-inbox"
_job_waits = Read(lambda: ProcrastinateJob.objects.filter(queueing_lock=INBOX, status="todo").values_list("id")[:1])

# One statement, so that copies arriving together make one row; a hint repeated while it waits changes nothing.
_STORE = """
    INSERT INTO payments_acquirerevent (id, event, object_id, received_at, outcome) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (event, object_id) DO UPDATE SET outcome = excluded.outcome
    WHERE payments_acquirerevent.outcome <> excluded.outcome RETURNING 1"""


def note_event(*, body: bytes, at: datetime) -> bool:
    """Stores the hint once and sees to it that a job will ask; False (and a line in the log) for what is no hint of
    ours. A repeated hint asks again (a forged one may have come before the true one), which is safe."""
    hint = _read(body)
    if hint is None:
        log.warning("a notification was ignored: not one of the acquirer's events")
        return False
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [new_id(), *hint, at, HintState.WAITING])
        news = cursor.fetchone() is not None
    # After the hint is committed: a job that waits now is begun later and will see it. Should this process be killed
    # just here, the minute's sweep finds the hint.
    if news:
        wake()
    return True


def wake() -> None:
    """A job that empties the inbox waits in the queue, one however often this is called."""
    if _job_waits():
        return
    from doctorlike.payments.tasks import ask_about_events  # the task calls back into this package

    with suppress(AlreadyEnqueued), transaction.atomic():
        ask_about_events.defer()


def _read(body: bytes) -> tuple[str, str] | None:
    if len(body) > MOST_BYTES:
        return None
    try:
        told = json.loads(body)
        event, object_id = told["event"], told["object"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if event not in _EVENTS or not isinstance(object_id, str) or not _ID.fullmatch(object_id):
        return None
    return event, object_id
