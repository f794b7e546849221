"""Every deed with money that the trail keeps is told in words at the desk."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import pytest
from django.utils.translation import override

import doctorlike
from doctorlike.copay.rules import EnrolmentState, HoldState
from doctorlike.payments.rules import PaymentState, RefundState
from doctorlike.sites.templatetags.deeds import deed_words

ROOM = Path(doctorlike.__file__).parent
# What the changing part of an action may be, by what stands before it.
STATES: Mapping[str, type[StrEnum]] = {
    "payment.": PaymentState,
    "refund.": RefundState,
    "enrolment.": EnrolmentState,
    "charge.line_": HoldState,
}
WRITERS = ("record", "record_many", "_note")


def actions_of(app: str) -> Iterator[str]:
    """Actions that an app's code writes to the trail."""
    for path in sorted((ROOM / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in WRITERS:
                for told in (*node.args, *(one.value for one in node.keywords if one.arg == "action")):
                    yield from _actions(told)


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _actions(told: ast.expr) -> Iterator[str]:
    match told:
        case ast.Constant(value=str(action)) if "." in action:
            yield action
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), ast.FormattedValue()]):
            yield from (f"{prefix}{state}" for state in STATES[prefix])


@pytest.mark.parametrize("app", ["payments", "copay"])
def test_every_deed_with_money_has_words(app: str) -> None:
    written = set(actions_of(app))
    assert len(written) > 10, "the trail of this app is written in another way now"
    with override("ru"):
        assert {action for action in written if deed_words(action) == action} == set()


def test_the_deeds_of_refunds_cards_charges_and_payments_are_found() -> None:
    found = {action.partition(".")[0] for app in ("payments", "copay") for action in actions_of(app)}
    assert {"refund", "card", "charge", "payment", "enrolment"} <= found


def test_a_deed_without_words_is_shown_by_its_code() -> None:
    assert deed_words("moon.landed") == "moon.landed"
