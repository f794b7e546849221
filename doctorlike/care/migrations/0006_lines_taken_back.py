from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

# The new guard stands before the old one goes, and neither stops whoever reads or writes lines.
_GUARD = """
create unique index concurrently if not exists service_stands_once_a_visit on care_registerline
    (encounter_id, service_code) where outcome = 'accepted' and reversed_at is null
"""
_TURN = [
    "drop index concurrently if exists register_turn",
    "create unique index concurrently register_turn on care_register (turn)",
    "alter table care_register add constraint register_turn unique using index register_turn",
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("care", "0005_registers_as_jobs_counted")]

    operations = [
        AddIndexConcurrently(
            model_name="register",
            index=models.Index(
                condition=models.Q(("state__in", ("answered", "failed")), _negated=True),
                fields=["turn"],
                name="register_under_way",
            ),
        ),
        AddIndexConcurrently(
            model_name="register",
            index=models.Index(fields=["-received_at", "-id"], name="register_received"),
        ),
        AddIndexConcurrently(
            model_name="register",
            index=models.Index(fields=["clinic", "-received_at"], name="register_clinic"),
        ),
        AddIndexConcurrently(
            model_name="register",
            index=models.Index(
                condition=models.Q(("corrects__isnull", False)), fields=["corrects"], name="register_corrects"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_TURN, "alter table care_register drop constraint register_turn")],
            [
                migrations.AddConstraint(
                    model_name="register",
                    constraint=models.UniqueConstraint(fields=("turn",), name="register_turn"),
                )
            ],
        ),
        ValidateConstraint(model_name="register", name="register_state"),
        ValidateConstraint(model_name="register", name="register_came_by"),
        AddIndexConcurrently(
            model_name="registerline",
            index=models.Index(
                condition=models.Q(("reversed_in__isnull", False)), fields=["reversed_in"], name="line_reversed_in"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_GUARD, "drop index concurrently if exists service_stands_once_a_visit")],
            [
                migrations.AddConstraint(
                    model_name="registerline",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("outcome", "accepted"), ("reversed_at__isnull", True)),
                        fields=("encounter", "service_code"),
                        name="service_stands_once_a_visit",
                    ),
                )
            ],
        ),
        migrations.RemoveConstraint(model_name="registerline", name="service_accepted_once_a_visit"),
    ]
