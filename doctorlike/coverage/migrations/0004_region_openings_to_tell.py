from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the table's use: no lock on a filled one.
    atomic = False

    dependencies = [("coverage", "0003_region_openings")]

    operations = [
        AddIndexConcurrently(
            model_name="regionselection",
            index=models.Index(
                condition=models.Q(("announced_at__isnull", True)),
                fields=["serves_from_on", "policy"],
                name="region_to_announce",
            ),
        ),
    ]
