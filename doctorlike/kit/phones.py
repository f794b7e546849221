"""Phone numbers as Russians write them."""

from __future__ import annotations

import phonenumbers


def parse_phone(text: str) -> str | None:
    """E.164 («+79120000000») of a number written any usual way («8 (912) …», «912 …»), or None when it is none."""
    cleaned = text.strip()
    try:
        number = phonenumbers.parse(cleaned, "RU")
    except phonenumbers.NumberParseException:
        return None
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(number)
        else None
    )


def show_phone(e164: str) -> str:
    """For people: «8 912 000-00-00» stays a dialable Russian form, others are international."""
    try:
        number = phonenumbers.parse(e164, "RU")
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
