"""Built beside a running system: codes are asked for all the time."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0004_recovery"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="onetimecode",
            index=models.Index(
                condition=models.Q(("network_digest", ""), _negated=True),
                fields=["network_digest", "sent_at"],
                name="code_network",
            ),
        ),
    ]
