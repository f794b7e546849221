"""Who listens to which news. The one table of the house: every fact a lower app publishes, with the commands of the
apps above that act on it. `kit.facts` says how it works."""

from collections.abc import Mapping, Sequence

from doctorlike.accounts.facts import ContactVerified
from doctorlike.kit.facts import Handler
from doctorlike.payments.facts import CardBindingFailed, CardBound, CardUnbound, PaymentSettled

TABLE: Mapping[type, Sequence[Handler]] = {
    ContactVerified: (),
    PaymentSettled: (),
    CardBound: (),
    CardBindingFailed: (),
    CardUnbound: (),
}
