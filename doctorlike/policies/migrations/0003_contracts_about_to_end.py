from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the table's use: no lock on a filled one.
    atomic = False

    dependencies = [("policies", "0002_cancellations_corrections_renewals")]

    operations = [
        AddIndexConcurrently(
            model_name="policy",
            index=models.Index(
                condition=models.Q(("cancelled_on__isnull", True)), fields=["ends_on"], name="policy_ending"
            ),
        ),
    ]
