"""The platform's own settings, in a folder of their own, with quick passwords and unhashed static files."""

import os
import tempfile

HOME_FOLDER = tempfile.TemporaryDirectory(prefix="langnghe-tests-")
os.environ["LANGNGHE_HOME"] = HOME_FOLDER.name

from langnghe.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
