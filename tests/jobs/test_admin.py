"""The queue in the admin: operators look, nobody touches."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from gpu_workers.models import Job


@pytest.fixture
def requests(rf: RequestFactory):
    def make(user):
        request = rf.get("/admin/")
        request.user = user
        return request

    return make


def test_operators_may_look_and_nobody_may_touch(requests, operator, curator, make_job):
    page, job = admin.site._registry[Job], make_job()
    for user, looks in ((operator, True), (curator, False)):
        request = requests(user)
        assert page.has_view_permission(request, job) is looks
        assert page.has_module_permission(request) is looks
        assert not page.has_add_permission(request)
        assert not page.has_change_permission(request, job)
        assert not page.has_delete_permission(request, job)


def test_the_list_and_a_job_are_shown_to_an_operator(client, operator, make_job):
    operator.is_staff = True
    operator.save()
    client.force_login(operator)
    job = make_job("failed", message="The engine broke.")
    assert str(job.pk)[:8] in client.get("/admin/gpu_workers/job/").content.decode()
    page = client.get(f"/admin/gpu_workers/job/{job.pk}/change/").content.decode()
    assert "The engine broke." in page
    assert 'name="_save"' not in page
