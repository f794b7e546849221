"""`./manage.py check_numbers`: every policy number ever given, in use or void."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from doctorlike.policies.numbers import NumberAccount, number_accounts

# Enough to begin looking; the count tells the rest.
_MOST_NAMED = 20


class Command(BaseCommand):
    help = "Доказывает, что каждый номер полиса учтён: выдан или испорчен с причиной, ни один не пропал и не повторён."

    def handle(self, *args: Any, **options: Any) -> None:
        differ = 0
        for account in number_accounts():
            differ += self._tell(account)
        self.stdout.write(f"differ: {differ}")
        if differ:
            raise CommandError(f"{differ} differ")

    def _tell(self, account: NumberAccount) -> int:
        void = sum(account.void.values())
        self.stdout.write(f"{account.prefix}-{account.copay_percent:02d}: in use {account.in_use}, void {void}")
        for reason, count in account.void.items():
            self.stdout.write(f"  void, {reason}: {count}")
        wrong = {
            "missing": account.missing,
            "beyond the series": account.beyond,
            "another on the policy": account.apart,
        }
        for what, numbers in wrong.items():
            if numbers:
                named = ", ".join(str(one) for one in numbers[:_MOST_NAMED])
                self.stdout.write(f"  {what}, {len(numbers)}: {named}")
        return sum(len(numbers) for numbers in wrong.values())
