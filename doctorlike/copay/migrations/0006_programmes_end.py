from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import doctorlike.copay.rules


class Migration(migrations.Migration):
    # Validated in the next one, without a lock that stops the table's writers.

    dependencies = [("copay", "0005_holds_validated")]

    operations = [
        migrations.RemoveConstraint(model_name="enrolment", name="enrolment_state"),
        AddConstraintNotValid(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            doctorlike.copay.rules.EnrolmentState["PENDING"],
                            doctorlike.copay.rules.EnrolmentState["ACTIVE"],
                            doctorlike.copay.rules.EnrolmentState["SUSPENDED"],
                            doctorlike.copay.rules.EnrolmentState["ENDED"],
                        ],
                    )
                ),
                name="enrolment_state",
            ),
        ),
    ]
