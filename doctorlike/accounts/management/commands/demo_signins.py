"""How to sign in to the demo: addresses of the sites, of the people at work, and where their codes arrive."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from doctorlike.accounts import queries
from doctorlike.accounts.rules import Permission


class Command(BaseCommand):
    help = "Кем и где войти в демонстрации (how to sign in to the demo)"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Только в демонстрации (only in a demo): DEMO=1")
        urls = settings.SITE_URLS
        sandbox = settings.SMS_URL.rsplit("/", 1)[0]
        self.stdout.write(f"Магазин и личный кабинет  {urls['portal']}/  (любой телефон или почта)")
        self.stdout.write(f"Телемедицина              {urls['telemed']}/  (вход через портал)")
        self.stdout.write(f"Для сотрудников           {urls['staff']}/")
        self.stdout.write(f"Коды приходят сюда        {sandbox}/sms/  {sandbox}/mail/")
        self.stdout.write(f"Второй шаг сотрудников    {sandbox}/authenticator/")
        for person in queries.staff():
            site = urls["telemed"] if Permission.CONSULT in person.permissions else urls["staff"]
            self.stdout.write(f"  {person.email:<26}{', '.join(person.roles):<18}{site}/")
