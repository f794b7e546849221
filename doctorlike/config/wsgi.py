"""Pages: `granian --interface wsgi doctorlike.config.wsgi:application`."""

import gc
import os

from doctorlike.config.environment import refuse_wrong_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctorlike.config.settings")

with refuse_wrong_environment():
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

# What start-up made stays for good: the collector need not walk through it again with every few requests.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
