"""E-mail over SMTP, by Django's own backend."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection

from doctorlike.kit import storage
from doctorlike.notifications.gateways import RefusedError, UnreachableError
from doctorlike.notifications.gateways.smtp.letter import Letter
from doctorlike.notifications.rules import Attachment


class Smtp:
    def send(self, *, to: str, subject: str, text: str, attachments: list[Attachment], reference: str) -> str:
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
        message_id = f"<{reference}@{domain}>"
        letter = Letter(
            subject=subject,
            body=text,
            to=[to],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
            connection=get_connection("django.core.mail.backends.smtp.EmailBackend"),
        )
        for one in attachments:
            letter.enclose(one.name, storage.read(one.storage_key), one.media_type)
        try:
            letter.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as refusal:
            raise RefusedError(type(refusal).__name__) from refusal
        except (smtplib.SMTPException, OSError) as failure:
            raise UnreachableError(type(failure).__name__) from failure
        return message_id
