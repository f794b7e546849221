"""What a row says otherwise than the policy that is here already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from doctorlike.kit import clock
from doctorlike.policies.importing.listed import ListedPerson, ListedPolicy
from doctorlike.policies.models import Policy


def differences(listed: ListedPolicy, stored: Policy) -> list[str]:
    """Keys of the columns that differ; what the list leaves out is not compared. `stored` comes with its people and
    its handing over."""
    pairs = {
        "programme": (listed.programme, stored.programme),
        "scope": (listed.scope, stored.scope),
        "copay": (listed.copay_percent, stored.copay_percent),
        "starts_on": (listed.period.starts_on, stored.starts_on),
        "last_on": (listed.period.ends_on, stored.ends_on),
        "concluded_on": (listed.concluded_on, clock.insurer_date(stored.concluded_at)),
        "premium": (listed.premium, stored.premium),
    }
    if listed.version_told:
        pairs["version"] = (listed.version_id, stored.version_id)
    found = [key for key, (told, known) in pairs.items() if told != known]
    found += _of_person("holder", listed.policyholder, stored.policyholder)
    insured = listed.insured or listed.policyholder
    if (listed.insured is None) != (stored.insured_id == stored.policyholder_id):
        found.append("insured")
    elif listed.insured is not None:
        found += _of_person("insured", insured, stored.insured)
    return found + [key for key, told, known in _contacts(listed, stored) if told and told != known]


def _of_person(role: str, told: ListedPerson, known: Any) -> Iterator[str]:
    for key in ("surname", "given_name", "patronymic", "born_on", "sex"):
        if getattr(told, key) != getattr(known, key):
            yield f"{role}.{key}"
    stored: Mapping[str, Any] = known.identity or {}
    for key, value in told.identity.items():
        # Of a contract concluded before citizenship was asked the shop has none, which means Russia.
        if value != stored.get(key) and not (key == "citizenship" and key not in stored):
            yield f"{role}.{key}"


def _contacts(listed: ListedPolicy, stored: Policy) -> Iterator[tuple[str, str, str]]:
    handed = getattr(stored, "handed_over", None)
    holder = (handed.holder_phone, handed.holder_email) if handed else (stored.contact_phone, stored.contact_email)
    yield "holder.phone", listed.policyholder.phone, holder[0]
    yield "holder.email", listed.policyholder.email, holder[1]
    # A policy whose insured has named no contact here yet is reached by the policyholder's: no contradiction.
    if handed and listed.own_contacts and listed.insured is not None:
        yield "insured.phone", listed.insured.phone, stored.contact_phone
        yield "insured.email", listed.insured.email, stored.contact_email
