from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of places is built beside the directory's readers and writers."""

    atomic = False
    dependencies = [("clinics", "0004_search_entries")]

    operations = [
        AddIndexConcurrently(
            model_name="clinic",
            index=models.Index(fields=["latitude", "longitude"], name="clinic_place"),
        ),
    ]
