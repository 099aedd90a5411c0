"""The WSGI application that a web server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langnghe.settings")
application = get_wsgi_application()

from langnghe.registry import gazetteer  # noqa: E402 once the settings are there

gazetteer.released()  # not while the first resident waits
gc.freeze()  # what is loaded by now stays: the collector need not look through it again and again
