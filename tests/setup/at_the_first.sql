-- A house after its first year, in the tables of the first migrations: 1 000 policies, bought two an order, each with four
-- charges: paid, paid, of unknown fate, overdue.

insert into products_product (code, name) values ('upgrade', 'Было');

insert into products_productversion (id, number, sold_from_on, terms, published_at, product_id)
values (md5('version' || (1)::text)::uuid, 1, '2026-01-01', '{}', '2026-01-01', 'upgrade');

insert into accounts_person (id, surname, given_name, patronymic, born_on, sex, created_at)
select md5('person' || (n)::text)::uuid, 'Серова', 'Анна', '', '1988-05-14', 'female', '2026-03-01'
from generate_series(1, 1000) n;

insert into accounts_user (id, subject, password, phone, birth_date_changes, roles, is_active, is_staff,
    joined_at, person_id)
select md5('user' || (n)::text)::uuid, md5('subject' || (n)::text)::uuid, '', '+7927' || lpad(n::text, 7, '0'),
    0, '{}', true, false,
    '2026-03-01', md5('person' || (n)::text)::uuid
from generate_series(1, 1000) n;

insert into policies_policy (id, number, contact_phone, contact_email, programme, scope, copay_percent, starts_on,
    ends_on, premium, concluded_at, concluded_by, order_id, insured_id, policyholder_id, version_id)
select md5('policy' || (n)::text)::uuid, 'ONDL-30' || n, '+79270000012', 'anna@mail.example', 'polyclinic',
    'regions', 30,
    '2026-03-10', '2027-03-10', 9500 + n % 7, '2026-03-01', 'tests', md5('order' || (n / 2)::text)::uuid,
        md5('person' || (n)::text)::uuid,
    md5('person' || (n)::text)::uuid, md5('version' || (1)::text)::uuid
from generate_series(1, 1000) n;

insert into payments_card (id, shop_id, token, brand, last_four, expires_year, expires_month, bound_at, owner_id)
select md5('card' || (n)::text)::uuid, '100001', 'token' || n, 'Mir', '4417', 2039, 9, '2026-03-11', md5('user'
    || (n)::text)::uuid
from generate_series(1, 1000) n;

insert into copay_enrolment (id, consent_id, needs_card, state, created_at, activated_at, changed_at, card_id,
    policy_id, user_id)
select md5('enrolment' || (n)::text)::uuid, md5('consent' || (n)::text)::uuid, true, 'suspended', '2026-03-11',
    '2026-03-11', '2026-05-01',
    md5('card' || (n)::text)::uuid, md5('policy' || (n)::text)::uuid, md5('user' || (n)::text)::uuid
from generate_series(1, 1000) n;

insert into copay_charge (id, encounter_id, batch_id, visit_on, amount, state, created_at, told_at, charge_on,
    first_tried_on, overdue_at, paid_at, payment_id, policy_id)
select md5('charge' || (n)::text)::uuid, md5('encounter' || (n)::text)::uuid, md5('batch' || (n)::text)::uuid,
    '2026-03-15', 100 + n % 900 + 0.01,
    (array['paid', 'paid', 'charging', 'overdue'])[n % 4 + 1], '2026-03-16', '2026-03-20', '2026-04-15',
    '2026-04-15', case n % 4 when 3 then timestamptz '2026-04-29' end,
    case when n % 4 < 2 then timestamptz '2026-04-15' end,
    case when n % 4 < 2 then md5('payment' || (n)::text)::uuid end, md5('policy' || (n / 4 + 1)::text)::uuid
from generate_series(0, 3999) n;

insert into payments_payment (id, purpose, subject_id, amount, description, receipt, shop_id, return_url, state,
    decline, reason, receipt_registration, created_at, settled_at, card_id)
select md5('payment' || (n)::text)::uuid, 'charge', id, amount, 'Доля', '', '100001', '',
    case state when 'paid' then 'succeeded' when 'charging' then 'unknown' else 'declined' end,
    case state when 'overdue' then 'soft' else '' end, '', '', '2026-04-15',
    case when state <> 'charging' then timestamptz '2026-04-15' end, md5('card' || (n / 4 + 1)::text)::uuid
from copay_charge join generate_series(0, 3999) n on id = md5('charge' || (n)::text)::uuid;

insert into payments_payment (id, purpose, subject_id, amount, description, receipt, shop_id, return_url, state,
    decline, reason, receipt_registration, created_at, settled_at)
select md5('premium' || (order_id)::text)::uuid, 'order', order_id, sum(premium), 'Полис', '', '100001', '',
    'succeeded', '',
    '', '', '2026-03-01', '2026-03-01'
from policies_policy group by order_id;

insert into payments_attempt (id, body, state, acquirer_id, confirmation_url, reason, created_at, first_sent_at,
    sent_at, settled_at, payment_id)
select md5('attempt' || id)::uuid, '', case state when 'succeeded' then 'succeeded' when 'unknown' then 'unknown'
    else 'canceled' end, id::text, '', '', created_at, created_at, created_at, settled_at, id
from payments_payment;

insert into copay_chargetry (id, payment_id, came_from, tried_on, tried_at, succeeded, decline, reason, settled_at,
    charge_id)
select md5('try' || id)::uuid, id, 'scheduled', '2026-04-15', '2026-04-15',
    case state when 'succeeded' then true when 'declined' then false end, decline, '', settled_at, subject_id
from payments_payment where purpose = 'charge';
