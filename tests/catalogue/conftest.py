from importlib import import_module

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from tests.factories import person


@pytest.fixture
def api(curator):
    """An API client signed in as the curator."""
    client = APIClient()
    client.force_authenticate(curator)
    return client


@pytest.fixture
def consultant(collection):
    """Somebody who may look at the collection and change nothing in it."""
    return person("consultant", collection)


@pytest.fixture
def periods(transactional_db):
    """The periods of the migration, which the flush after any transactional test takes along."""
    import_module("portal.catalogue.migrations.0003_periods").add(apps, None)
