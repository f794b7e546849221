from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Regions that open from today on are still to be told of.
STILL_NEWS = """
UPDATE coverage_regionselection SET announced_at = NULL, announced_by = ''
WHERE announced_by = 'system:upgrade' AND serves_from_on >= CURRENT_DATE
"""


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
        migrations.RunSQL(STILL_NEWS, migrations.RunSQL.noop),
    ]
