"""Make telemedicine known to the portal's identity provider. Run once after installing, and again after its address or
SECRET_KEY changed; repeating is safe."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from doctorlike.accounts import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.links import absolute


class Command(BaseCommand):
    help = "Познакомить портал с сайтом телемедицины (register telemedicine with the identity provider)"

    def handle(self, *args: Any, **options: Any) -> None:
        address = absolute("telemed", "signin:callback")
        commands.register_telemed_client(redirect_uri=address, by=Actor.system("register_telemed"), at=clock.now())
        self.stdout.write(f"Телемедицина известна порталу, возврат на {address}")
