from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    # Apart from the change before it, so that the links are read while the house goes on writing them.
    dependencies = [("policies", "0007_other_parents")]

    operations = [ValidateConstraint(model_name="policylink", name="link_role")]
