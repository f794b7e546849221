from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is built beside what is being posted.
    atomic = False

    dependencies = [("payments", "0004_premium_by_policy")]

    operations = [
        *(ValidateConstraint("ledgerentry", name) for name in ("ledger_event", "ledger_debit", "ledger_credit")),
        AddIndexConcurrently(
            "ledgerentry",
            models.Index(condition=models.Q(("event", "premium")), fields=["subject_id"], name="ledger_premium"),
        ),
    ]
