from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

_EVENTS = ["charge", "charge_reversed", "payment", "refund", "premium"]
_ACCOUNTS = ["acquirer", "receivable", "copay", "premium", "contracts", "refunds", "suspense"]
_CONSTRAINTS = {
    "ledger_event": models.Q(("event__in", _EVENTS)),
    "ledger_debit": models.Q(("debit__in", _ACCOUNTS)),
    "ledger_credit": models.Q(("credit__in", _ACCOUNTS)),
}


class Migration(migrations.Migration):
    # The constraints are validated in the next one, without a lock that stops the ledger's writers.

    dependencies = [("payments", "0003_inbox_taken_many_at_once")]

    operations = [
        *(migrations.RemoveConstraint("ledgerentry", name) for name in _CONSTRAINTS),
        *(
            AddConstraintNotValid("ledgerentry", models.CheckConstraint(condition=condition, name=name))
            for name, condition in _CONSTRAINTS.items()
        ),
    ]
