"""Shares and payments from before the ledger get their entries; those that have one are left alone."""

from django.db import migrations

_CHARGES = """
    insert into payments_ledgerentry
        (id, event, source_id, debit, credit, amount, subject_id, policy_id, payment_id, posted_at)
    select gen_random_uuid(), 'charge', id, 'receivable', 'copay', amount, id, policy_id, null, created_at
    from copay_charge
    on conflict do nothing
"""
_PAYMENTS = """
    insert into payments_ledgerentry
        (id, event, source_id, debit, credit, amount, subject_id, policy_id, payment_id, posted_at)
    select gen_random_uuid(), 'payment', paid.id, 'acquirer',
        case paid.purpose when 'order' then 'premium' when 'charge' then 'receivable' else 'suspense' end,
        paid.amount, paid.subject_id, charge.policy_id, paid.id, paid.settled_at
    from payments_payment paid
    left join copay_charge charge on paid.purpose = 'charge' and charge.id = paid.subject_id
    where paid.state = 'succeeded'
    on conflict do nothing
"""


class Migration(migrations.Migration):
    dependencies = [("copay", "0001_initial"), ("payments", "0002_ledger_and_refunds")]

    operations = [
        migrations.RunSQL(_CHARGES, migrations.RunSQL.noop),
        migrations.RunSQL(_PAYMENTS, migrations.RunSQL.noop),
    ]
