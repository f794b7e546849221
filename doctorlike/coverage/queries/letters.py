"""Letters of guarantee, for pages."""

from doctorlike.coverage.letters.reading import (
    FailedLetter,
    LetterLine,
    LetterView,
    facts_of,
    failed_letters,
    letter_at,
    letter_of_visit,
    letter_pdf,
    letters_of,
    letters_of_clinic,
)
from doctorlike.coverage.letters.wishes import letters_email

__all__ = [
    "FailedLetter",
    "LetterLine",
    "LetterView",
    "facts_of",
    "failed_letters",
    "letter_at",
    "letter_of_visit",
    "letter_pdf",
    "letters_email",
    "letters_of",
    "letters_of_clinic",
]
