"""`./manage.py check_ledger`: the ledger beside charges, payments, refunds and the acquirer's register.

It stands here and not with payments because charges are this app's, and payments know nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q, Sum

from doctorlike.copay.models import Charge, ChargeHold
from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.policies import queries as policies

_SHOW_EVERY = 1000
_AT_ONCE = 2000


class Command(BaseCommand):
    help = "Доказывает, что книга проводок сходится с начислениями, платежами, возвратами и с эквайером."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--offline", action="store_true", help="не спрашивать эквайера")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        charges = Charge.objects.values_list("pk", "policy_id", "amount").iterator(_AT_ONCE)
        left = ChargeHold.objects.filter(left_at__isnull=False)
        reversals = left.values_list("pk", "charge__policy_id", "amount").iterator(_AT_ONCE)
        found: Iterator[str] = chain(
            payments.compare_with_charges(charges),
            payments.compare_with_reversals(reversals),
            self._held_otherwise(),
            payments.compare_with_payments(),
            payments.compare_with_premiums(policies.premiums_of_orders()),
        )
        differ = self._name(found)
        if not options["offline"]:
            try:
                differ += self._name(payments.compare_with_acquirer(note=self._note, left_out=self._left_out))
            except ConnectionError as silent:
                raise CommandError(f"the acquirer's list was not read to its end: {silent}") from silent
        for event, count in payments.count_entries().items():
            self.stdout.write(f"{event}: {count}")
        balances = payments.balances()
        for account, balance in balances.items():
            self.stdout.write(f"  {account}: {balance}")
        if Money.total(balances.values()):
            self.stdout.write("the accounts do not balance")
            differ += 1
        self.stdout.write(f"differ: {differ}")
        if differ:
            raise CommandError(f"{differ} differ")

    def _held_otherwise(self) -> Iterator[str]:
        """Charges whose held part is not what of their lines has left them."""
        left = Sum("holds__amount", filter=Q(holds__left_at__isnull=False))
        with_holds = Charge.objects.filter(Q(held__gt=0) | Q(holds__isnull=False)).annotate(left=left)
        for charge_id, held, sum_left in with_holds.values_list("pk", "held", "left").iterator(_AT_ONCE):
            if held != (sum_left or Money.zero()):
                yield f"charge {charge_id}: held {held}, its lines {sum_left or Money.zero()}"

    def _name(self, found: Iterator[str]) -> int:
        named = 0
        for one in found:
            self.stdout.write(f"  {one}")
            named += 1
        return named

    def _left_out(self, in_flight: int) -> None:
        self.stdout.write(f"in flight: {in_flight}")

    def _note(self, read: int) -> None:
        if read and read % _SHOW_EVERY == 0:
            self.stdout.write(f"… {read}")
