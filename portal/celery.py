"""The Celery application. Redis only wakes workers: what there is to do stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("lacuna")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["gpu_workers", "portal"])
app.conf.beat_schedule = {
    # dropped when nobody took it in time: a worker that comes back needs one of them, not an hour's worth
    "sweep": {"task": "gpu_workers.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "post": {"task": "portal.post", "schedule": 10.0, "options": {"expires": 10}},
}
