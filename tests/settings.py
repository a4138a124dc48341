"""The site's settings for tests: nothing of the developer's environment, a home of its own, no server unless asked for.

TEST_DATABASE_URL chooses the database (tests/servers/postgres.py sets it); without it, SQLite in the temporary home.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.servers.postgres import choose_database

_home = Path(tempfile.mkdtemp(prefix="lacuna-test-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)

for _name in ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "HTTPS", "REDIS_URL", "S3_BUCKET", "EMAIL_URL", "DATABASE_URL"):
    os.environ.pop(_name, None)
os.environ["LACUNA_HOME"] = str(_home)
choose_database()
if _url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = _url

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES, REST_FRAMEWORK, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}  # a file: other processes can open it
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CELERY_BROKER_URL = "memory://"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"anon": None, "user": None}}
