"""Streams of events: `granian --interface asginl doctorlike.config.asgi:application`."""

import os

from doctorlike.config.environment import refuse_wrong_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctorlike.config.settings")

with refuse_wrong_environment():
    from django.core.asgi import get_asgi_application

    application = get_asgi_application()
