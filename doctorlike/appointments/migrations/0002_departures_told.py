import django.db.models.deletion
from django.db import migrations, models

import doctorlike.kit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0001_initial"),
        ("clinics", "0003_network_lists_indexes"),
        ("policies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DepartureNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("left_on", models.DateField()),
                ("told_at", models.DateTimeField()),
                ("told_by", models.CharField(max_length=60)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=60)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinics.clinic",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies.policy",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["policy", "clinic"], name="departure_policy")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("clinic", "policy", "left_on"),
                        name="departure_told_once",
                    )
                ],
            },
        ),
    ]
