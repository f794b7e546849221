from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes of filled tables, made beside whoever writes; the old guards go only when the new ones stand."""

    atomic = False
    dependencies = [("appointments", "0003_schedules_waiting_and_phone")]

    operations = [
        AddIndexConcurrently(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("state", "booked")), fields=["starts_at"], name="appointment_to_come"
            ),
        ),
        AddIndexConcurrently(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["until_at"], name="hold_open_until"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "drop index concurrently if exists policy_chooses_one",
                        "create unique index concurrently policy_chooses_one on appointments_hold (policy_id)"
                        " where ended_at is null and not (purpose = 'offer')",
                        "drop index concurrently if exists slot_place_once",
                        "create unique index concurrently slot_place_once on appointments_slot"
                        " (doctor_id, starts_at, place) where withdrawn_at is null",
                    ],
                    "drop index policy_chooses_one; drop index slot_place_once",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="hold",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), models.Q(("purpose", "offer"), _negated=True)),
                        fields=("policy",),
                        name="policy_chooses_one",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="slot",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("doctor", "starts_at", "place"),
                        name="slot_place_once",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="hold", name="policy_holds_one"),
        migrations.RemoveConstraint(model_name="slot", name="slot_once"),
        ValidateConstraint(model_name="hold", name="hold_purpose"),
        ValidateConstraint(model_name="weeklypattern", name="pattern_buffer"),
        ValidateConstraint(model_name="weeklypattern", name="pattern_capacity"),
    ]
