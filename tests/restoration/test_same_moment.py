"""Two people, or two clicks, at the same moment."""

import threading

import pytest
from django.db import connections

from restoration import services
from restoration.models import Restoration
from tests.factories import mask_upload

pytestmark = pytest.mark.django_db(transaction=True)


def together(function, times=4):
    """Call a function from several threads at once; returns what each call returned or raised."""
    gate, results = threading.Barrier(times), []

    def run():
        gate.wait()
        try:
            results.append(function())
        except Exception as problem:  # noqa: BLE001  the test looks at it
            results.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_same_order_from_several_clicks_is_placed_once(order):
    results = together(order)
    placed = Restoration.objects.get()
    assert results.count(placed) == 1
    others = [result for result in results if result != placed]
    assert all(isinstance(result, services.SameJobExists) and result.restoration == placed for result in others)


def test_masks_uploaded_at_the_same_moment_get_versions_of_their_own(artwork, curator):
    masks = together(lambda: services.upload_mask(curator, artwork, mask_upload()))
    assert sorted(mask.version for mask in masks) == [1, 2, 3, 4]
    assert {mask.file.storage.exists(mask.file.name) for mask in masks} == {True}


def test_several_wishes_for_a_proposal_are_one_job(artwork, curator, calls):
    assert len({job.pk for job in together(lambda: services.request_proposal(curator, artwork))}) == 1
