"""Who listens to which news. The one table of the house: every fact a lower app publishes, with the commands of the
apps above that act on it. `kit.facts` says how it works."""

from collections.abc import Mapping, Sequence

from doctorlike.accounts.facts import ContactVerified
from doctorlike.appointments import commands as appointments
from doctorlike.appointments.facts import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from doctorlike.clinics.facts import ClinicLeft, ClinicStayed
from doctorlike.copay import commands as copay
from doctorlike.coverage import commands as coverage
from doctorlike.kit.facts import Handler
from doctorlike.notifications.facts import MessageAccepted, MessageFailed
from doctorlike.payments.facts import CardBindingFailed, CardBound, CardUnbound, PaymentSettled
from doctorlike.policies import commands as policies
from doctorlike.policies.facts import (
    PoliciesImported,
    PolicyCancelled,
    PolicyCorrected,
    PolicyIssued,
    PolicyLinked,
    PolicyUnlinked,
)
from doctorlike.shop import commands as shop

TABLE: Mapping[type, Sequence[Handler]] = {
    MessageAccepted: (copay.note_message_accepted, coverage.note_letter_accepted),
    MessageFailed: (coverage.note_letter_failed,),
    ContactVerified: (policies.on_contact_verified,),
    PolicyIssued: (policies.link_issued_policy,),
    PoliciesImported: (policies.link_imported_policies,),
    PolicyLinked: (),
    PolicyUnlinked: (policies.end_access_given_by, copay.note_policy_unlinked),
    PolicyCancelled: (appointments.cancel_visits_of_ended_policy, copay.note_policy_cancelled),
    PolicyCorrected: (shop.remake_documents,),
    PaymentSettled: (shop.settle_order, copay.settle_charge),
    CardBound: (copay.note_card_bound,),
    CardBindingFailed: (),
    CardUnbound: (copay.note_card_unbound,),
    ClinicLeft: (appointments.tell_of_departures,),
    ClinicStayed: (appointments.tell_of_staying,),
    AppointmentBooked: (),
    AppointmentMoved: (appointments.offer_moved_from,),
    AppointmentCancelled: (appointments.offer_cancelled,),
}
