import django.contrib.postgres.fields
import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import doctorlike.kit.ids


class Migration(migrations.Migration):
    dependencies = [("clinics", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("source", models.CharField(max_length=100)),
                ("fingerprint", models.CharField(max_length=64)),
                ("columns", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                ("saved_by", models.CharField(max_length=60)),
            ],
        ),
        migrations.AddField(
            model_name="importrow",
            name="before",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="importrow",
            name="key",
            field=models.CharField(db_default="", max_length=120),
        ),
        migrations.AddField(
            model_name="importrow",
            name="meant",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="absent",
            field=models.CharField(db_default="leave", max_length=10),
        ),
        migrations.AddField(
            model_name="importrun",
            name="absent_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="applied_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="applied_by",
            field=models.CharField(db_default="", max_length=60),
        ),
        migrations.AddField(
            model_name="importrun",
            name="clinic",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="clinics.clinic",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="columns",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="file_key",
            field=models.CharField(db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="importrun",
            name="heading_row",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="headings",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="joined",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="kind",
            field=models.CharField(db_default="clinics", max_length=10),
        ),
        migrations.AddField(
            model_name="importrun",
            name="left",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="other_sheets",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="prices_from_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="problem",
            field=models.CharField(db_default="", max_length=500),
        ),
        migrations.AddField(
            model_name="importrun",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="sheet",
            field=models.CharField(db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="importrun",
            name="source",
            field=models.CharField(db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="importrun",
            name="state",
            field=models.CharField(db_default="applied", max_length=12),
        ),
        migrations.AddField(
            model_name="importrun",
            name="taken_back_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="taken_back_by",
            field=models.CharField(db_default="", max_length=60),
        ),
        migrations.AddField(
            model_name="networkmembership",
            name="closed_in",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="networkmembership",
            name="opened_in",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="columnmapping",
            index=models.Index(fields=["kind", "fingerprint"], name="mapping_fingerprint"),
        ),
        migrations.AddConstraint(
            model_name="columnmapping",
            constraint=models.UniqueConstraint(fields=("kind", "source"), name="one_mapping_a_source"),
        ),
        migrations.AddConstraint(
            model_name="columnmapping",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["clinics", "prices"])), name="mapping_kind"
            ),
        ),
        AddConstraintNotValid(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["received", "read", "applying", "applied", "taking_back", "taken_back", "failed"])
                ),
                name="import_run_state",
            ),
        ),
        AddConstraintNotValid(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["clinics", "prices"])), name="import_run_kind"
            ),
        ),
        AddConstraintNotValid(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("absent", "leave"), ("absent_on__isnull", False), _connector="OR"),
                name="import_run_absent_on",
            ),
        ),
    ]
