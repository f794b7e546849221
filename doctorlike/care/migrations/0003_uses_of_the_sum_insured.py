"""What lines accepted before the sum insured was counted used of it; lines that turned out never given use nothing."""

from django.db import migrations

_NEVER_GIVEN = """
    select dispute.line_id from care_dispute dispute
    left join care_complaint complaint on complaint.dispute_id = dispute.id
    where dispute.kind = 'not_given' and 'upheld' in (dispute.state, complaint.state)
"""
_USES = f"""
    insert into coverage_limituse (id, policy_id, benefit_code, line_id, amount, used_on, noted_at, noted_by)
    select gen_random_uuid(), visit.policy_id, '', line.id, line.share + line.insurer_part, visit.visit_on,
        line.adjudicated_at, 'system:care'
    from care_registerline line
    join care_encounter visit on visit.id = line.encounter_id
    join policies_policy policy on policy.id = visit.policy_id
    join products_productversion version on version.id = policy.version_id
    where line.outcome = 'accepted' and line.id not in ({_NEVER_GIVEN}) and exists (
        select 1 from jsonb_array_elements(version.terms -> 'programmes') as offered (one)
        where one ->> 'code' = policy.programme and one ->> 'sum_insured' is not null
    )
    on conflict do nothing
"""  # noqa: S608 - both parts stand here
_RELEASED = f"delete from coverage_limituse where line_id in ({_NEVER_GIVEN})"  # noqa: S608 - as above


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0002_disputes"),
        ("coverage", "0001_initial"),
        ("policies", "0001_initial"),
        ("products", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(_USES, migrations.RunSQL.noop),
        migrations.RunSQL(_RELEASED, migrations.RunSQL.noop),
    ]
