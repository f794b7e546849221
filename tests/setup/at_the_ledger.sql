-- Every tenth payment was given back in part: refunds have tables since the ledger came.

insert into payments_refund (id, payment_id, amount, why, state, asked_by_id, asked_at, decided_by_id, decided_at,
    reason, receipt_registration, settled_at)
select md5('refund' || id)::uuid, id, 50, 'paid_twice', 'succeeded', md5('user' || (1)::text)::uuid, '2026-05-01',
    md5('user' || (2)::text)::uuid, '2026-05-01', '', '', '2026-05-01'
from (select id, row_number() over (order by id) n from payments_payment where state = 'succeeded') paid
where n % 10 = 0;

insert into payments_ledgerentry (id, event, source_id, debit, credit, amount, subject_id, policy_id, payment_id,
    posted_at)
select gen_random_uuid(), 'refund', refund.id, 'refunds', 'acquirer', refund.amount, subject_id, null,
    payment_id, refund.settled_at
from payments_refund refund join payments_payment payment on payment.id = payment_id;
