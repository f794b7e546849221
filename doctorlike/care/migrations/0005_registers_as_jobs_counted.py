"""Registers from before are answered: their counts are as their lines are."""

from django.db import migrations

_LINES = """
    update care_register register set
        row_count = told.rows, accepted = told.accepted, refused = told.refused, not_covered = told.not_covered,
        share = told.share, insurer_part = told.insurer_part, checked_at = adjudicated_at, answered_at = adjudicated_at
    from (
        select register_id, count(*) as rows, count(*) filter (where outcome = 'accepted') as accepted,
            count(*) filter (where outcome = 'refused') as refused,
            count(*) filter (where outcome = 'not_covered') as not_covered,
            sum(share) as share, sum(insurer_part) as insurer_part
        from care_registerline group by register_id
    ) told
    where told.register_id = register.id
"""
_CHARGES = """
    update care_register register set charges = told.charges
    from (select batch_id, count(*) as charges from copay_charge group by batch_id) told
    where told.batch_id = register.id
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0004_registers_as_jobs"), ("copay", "0008_notices_due")]

    operations = [
        migrations.RunSQL(_LINES, migrations.RunSQL.noop),
        migrations.RunSQL(_CHARGES, migrations.RunSQL.noop),
    ]
