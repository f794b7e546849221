from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("copay", "0006_programmes_end")]

    operations = [ValidateConstraint(model_name="enrolment", name="enrolment_state")]
