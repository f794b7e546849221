"""Pages: `granian --interface wsgi doctorlike.config.wsgi:application`."""

import os

from doctorlike.config.environment import refuse_wrong_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctorlike.config.settings")

with refuse_wrong_environment():
    from django.core.wsgi import get_wsgi_application

    from doctorlike.kit.memory import keep_for_good

    application = get_wsgi_application()

keep_for_good()
