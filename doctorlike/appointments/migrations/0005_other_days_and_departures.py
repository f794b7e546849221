import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import doctorlike.kit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0004_guards_of_time"),
        ("clinics", "0006_for_clients"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClinicDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on", models.DateField()),
                ("from_local", models.TimeField(null=True)),
                ("to_local", models.TimeField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinics.clinic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TimeNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("withdrawn_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("told_by", models.CharField(max_length=60)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_by", models.CharField(blank=True, max_length=60)),
                (
                    "appointment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.slot",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="clinicday",
            constraint=models.UniqueConstraint(fields=("clinic", "on"), name="clinic_day_once"),
        ),
        migrations.AddConstraint(
            model_name="clinicday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("from_local__isnull", True), ("to_local__isnull", True)),
                    models.Q(("from_local__isnull", False), ("to_local__isnull", False)),
                    _connector="OR",
                ),
                name="clinic_day_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="timenotice",
            constraint=models.UniqueConstraint(fields=("appointment", "slot", "withdrawn_at"), name="time_notice_once"),
        ),
        migrations.AddField(model_name="doctor", name="leaves_on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="scheduleexception",
            name="slot_minutes",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="scheduleexception",
            name="buffer_minutes",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="scheduleexception",
            name="capacity",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="scheduleexception",
            name="service_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="scheduleexception",
            name="room",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        AddConstraintNotValid(
            model_name="scheduleexception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slot_minutes__isnull", True),
                    models.Q(("slot_minutes__gte", 5), ("slot_minutes__lte", 480)),
                    _connector="OR",
                ),
                name="exception_minutes",
            ),
        ),
        AddConstraintNotValid(
            model_name="scheduleexception",
            constraint=models.CheckConstraint(
                condition=models.Q(("buffer_minutes__lte", 240)), name="exception_buffer"
            ),
        ),
        AddConstraintNotValid(
            model_name="scheduleexception",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gte", 1), ("capacity__lte", 50)), name="exception_capacity"
            ),
        ),
    ]
