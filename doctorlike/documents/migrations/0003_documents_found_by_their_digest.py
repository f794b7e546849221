from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table may be long: the index is built beside its readers and writers."""

    atomic = False
    dependencies = [("documents", "0002_public_codes")]

    operations = [
        AddIndexConcurrently(
            model_name="document",
            index=models.Index(fields=["sha256"], name="document_sha256"),
        ),
    ]
