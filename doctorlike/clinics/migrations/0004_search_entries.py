import django.contrib.postgres.fields
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
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("made_by", models.PositiveSmallIntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["words"], name="search_words"),
                    models.Index(fields=["region", "sort_key", "clinic"], name="search_region"),
                    models.Index(fields=["sort_key", "clinic"], name="search_sorted"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("stem", models.CharField(max_length=60)),
                (
                    "slip_keys",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["slip_keys"], name="search_word_slips"
                    ),
                ],
            },
        ),
    ]
