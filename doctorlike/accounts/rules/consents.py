"""Consents and their withdrawals."""

from __future__ import annotations

# What a withdrawal is about: its `subject_id` is the consent it ends.
WITHDRAWN_SUBJECT = "consent"
