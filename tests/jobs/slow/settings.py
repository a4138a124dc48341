"""Settings of a worker under test: the site's own, and the kinds of jobs of this app."""

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.slow.apps.SlowConfig"]
