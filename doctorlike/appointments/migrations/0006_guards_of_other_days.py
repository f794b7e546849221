from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made beside whoever writes; the old guard, one exception a day, goes when the new one stands."""

    atomic = False
    dependencies = [("appointments", "0005_other_days_and_departures")]

    operations = [
        AddIndexConcurrently(
            model_name="slot",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)),
                fields=["clinic", "starts_at"],
                name="slot_withdrawn",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "drop index concurrently if exists exception_once_a_time",
                        "create unique index concurrently exception_once_a_time on appointments_scheduleexception"
                        ' (doctor_id, "on", from_local)',
                        "alter table appointments_scheduleexception add constraint exception_once_a_time"
                        " unique using index exception_once_a_time",
                    ],
                    "alter table appointments_scheduleexception drop constraint exception_once_a_time",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="scheduleexception",
                    constraint=models.UniqueConstraint(
                        fields=("doctor", "on", "from_local"), name="exception_once_a_time"
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="scheduleexception", name="exception_once_a_day"),
        ValidateConstraint(model_name="scheduleexception", name="exception_minutes"),
        ValidateConstraint(model_name="scheduleexception", name="exception_buffer"),
        ValidateConstraint(model_name="scheduleexception", name="exception_capacity"),
    ]
