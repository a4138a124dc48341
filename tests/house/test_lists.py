"""No list asks the database more because there is more in it: every list page and API list, at two sizes."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks.lists import addresses
from benchmarks.museum import Size, build

SMALL = Size(works=14, orders=14, collections=3, versions=3, trees=3, rounds=2, events=12, notices=3, webhooks=2,
             deliveries=3, others=6, painted=4)  # fmt: skip
LARGE = Size(works=20, orders=28, collections=5, versions=6, trees=6, rounds=4, events=24, notices=6, webhooks=4,
             deliveries=6, others=12, painted=4)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_calls(monkeypatch):
    from portal.celery import app

    monkeypatch.setattr(app, "send_task", lambda name, **options: None)


def questions(client, size):
    """Name of a list → how many queries it makes in a museum of this size; what was written is taken back."""
    found = {}
    with transaction.atomic():
        museum = build(size)
        client.force_login(museum.curator)
        for name, path in addresses(museum):
            assert client.get(path).status_code == 200, path  # whatever is remembered from the first time
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            found[name] = len(asked)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_every_list_asks_as_much_for_many_as_for_some(client):
    some, many = questions(client, SMALL), questions(client, LARGE)
    assert len(some) > 40
    assert {name: (some[name], count) for name, count in many.items() if count > some[name]} == {}
    assert {name: count for name, count in many.items() if count > 40} == {}
