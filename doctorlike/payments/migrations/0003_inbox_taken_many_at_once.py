from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is built beside running notifications.
    atomic = False

    dependencies = [("payments", "0002_ledger_and_refunds")]

    operations = [
        migrations.AddField("acquirerevent", "asked_at", models.DateTimeField(null=True)),
        AddIndexConcurrently(
            "acquirerevent",
            models.Index(
                condition=models.Q(("outcome__in", ("waiting", "asking"))), fields=["received_at"], name="event_open"
            ),
        ),
    ]
