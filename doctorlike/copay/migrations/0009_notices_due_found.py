from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("copay", "0008_notices_due")]

    operations = [
        AddIndexConcurrently(
            model_name="charge",
            index=models.Index(condition=models.Q(("notice_due", True)), fields=["id"], name="charge_notice_due"),
        ),
    ]
