"""The platform's own settings, in a folder of their own, with quick passwords and unhashed static files."""

import os
import tempfile

HOME_FOLDER = tempfile.TemporaryDirectory(prefix="langnghe-tests-")
os.environ["LANGNGHE_HOME"] = HOME_FOLDER.name

from langnghe.settings import *  # noqa: E402, F403
from langnghe.settings import DATABASES, MIDDLEWARE  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # a file: threads that share memory do not wait for locks
    DATABASES["default"]["TEST"] = {"NAME": f"{HOME_FOLDER.name}/tests.sqlite3"}
MIDDLEWARE = [each for each in MIDDLEWARE if not each.endswith("current_law")]  # it asks by the clock, now and then
