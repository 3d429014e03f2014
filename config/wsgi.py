"""The WSGI entry point."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
application = get_wsgi_application()
# What stands behind every address, before the first visitor would wait for it; once for all processes that are forked from this one.
import_module(settings.ROOT_URLCONF)
