"""Policies of paid orders from before get their part of the order's premium; those that have it are left alone."""

from django.db import migrations

_PREMIUMS = """
    insert into payments_ledgerentry
        (id, event, source_id, debit, credit, amount, subject_id, policy_id, payment_id, posted_at)
    select gen_random_uuid(), 'premium', policy.id, 'premium', 'contracts', policy.premium, policy.order_id, policy.id,
        null, policy.concluded_at
    from policies_policy policy
    where policy.premium > 0 and exists (
        select 1 from payments_payment paid
        where paid.purpose = 'order' and paid.subject_id = policy.order_id and paid.state = 'succeeded'
    )
    on conflict do nothing
"""


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0003_contracts_about_to_end"),
        ("payments", "0005_premium_by_policy_found"),
    ]

    operations = [migrations.RunSQL(_PREMIUMS, migrations.RunSQL.noop)]
