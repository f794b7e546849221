from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("copay", "0004_holds")]

    operations = [
        ValidateConstraint(model_name="charge", name=name)
        for name in ("charge_state", "charge_untold_waits", "charge_held_within")
    ]
