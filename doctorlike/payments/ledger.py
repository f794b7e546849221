"""The accounts of the ledger and what each event does to them (docs/rules/ledger.md). Pure.

An entry moves one amount from the account it credits to the one it debits, so that it balances by its shape: there is
no entry with one side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from doctorlike.payments.rules import PaymentState


class Account(StrEnum):
    ACQUIRER = "acquirer"  # asset: what the acquirer took for us and has not given back
    RECEIVABLE = "receivable"  # asset: shares that clients owe
    COPAY = "copay"  # income: shares of clients
    PREMIUM = "premium"  # liability: premiums received, by order, until its policies are issued
    CONTRACTS = "contracts"  # income: insurance premiums, by policy
    REFUNDS = "refunds"  # what was given back of accepted payments, kept apart from income
    SUSPENSE = "suspense"  # liability: money that came other than asked, until a person decides


class Event(StrEnum):
    """What is posted, once for each object it happens to."""

    CHARGE = "charge"  # a share was announced
    CHARGE_REVERSED = "charge_reversed"
    PAYMENT = "payment"  # the acquirer debited a payer
    REFUND = "refund"  # the acquirer gave money back
    PREMIUM = "premium"  # a policy of a paid order was issued


@dataclass(frozen=True, slots=True)
class Legs:
    debit: Account
    credit: Account


CHARGE_LEGS = Legs(Account.RECEIVABLE, Account.COPAY)
REVERSAL_LEGS = Legs(Account.COPAY, Account.RECEIVABLE)
PREMIUM_LEGS = Legs(Account.PREMIUM, Account.CONTRACTS)
# What a payment was for decides which account it serves.
_SERVES: Mapping[str, Account] = {"order": Account.PREMIUM, "charge": Account.RECEIVABLE}
# Money that nobody has accepted yet.
SUSPENDED = (PaymentState.MISMATCH, PaymentState.LATE)


def payment_legs(purpose: str, state: PaymentState) -> Legs:
    """Of money that the acquirer has: accepted for its purpose, or kept apart for a person."""
    accepted = state == PaymentState.SUCCEEDED
    return Legs(Account.ACQUIRER, _SERVES.get(purpose, Account.SUSPENSE) if accepted else Account.SUSPENSE)


def refund_legs(state: PaymentState) -> Legs:
    """Of money given back: from what was accepted, or from what was kept apart."""
    return Legs(Account.REFUNDS if state == PaymentState.SUCCEEDED else Account.SUSPENSE, Account.ACQUIRER)
