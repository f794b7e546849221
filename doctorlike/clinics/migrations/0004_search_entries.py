import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables come empty; `clinics.tasks.index_clinics` fills them, some clinics at a time, beside all else."""

    dependencies = [("clinics", "0003_network_lists_indexes"), ("regions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "clinic",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="clinics.clinic",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                ("sort_key", models.CharField(max_length=300)),
                ("shuffled", models.IntegerField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("made_by", models.PositiveSmallIntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["words"], name="search_words"),
                    models.Index(fields=["region", "shuffled", "clinic"], name="search_region"),
                    models.Index(fields=["shuffled", "clinic"], name="search_shuffled"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("stem", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="SearchSlip",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "word_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.IntegerField()),
                (
                    "word",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clinics.searchword",
                    ),
                ),
            ],
        ),
    ]
