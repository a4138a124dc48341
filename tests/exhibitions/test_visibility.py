"""What visitors may see begins and ends in one moment, everywhere at once: published, hung, open; else nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.exhibitions import services
from portal.exhibitions.models import Exhibition
from portal.exhibitions.selectors import public
from review.guardrails.models import Consultation
from review.guardrails.services import withdraw
from tests.exhibitions.test_public_pages import hall, pages_of, visit, work  # noqa: F401
from tests.factories import person

pytestmark = pytest.mark.django_db
OF_A_WORK = ("work", "provenance", "manifest", "conjecture", "uncertainty", "bibtex", "thumbnail", "info", "tile")


def statuses(work, hall, names=OF_A_WORK, **headers):  # noqa: F811
    return {name: visit(path, **headers).status_code for name, path in pages_of(work, hall).items() if name in names}


@pytest.fixture
def consultant_says(collection):
    """A function: release, day → a validation of it until that day (None: for good) by another consultant each time."""

    def consultant_says(release, until, **more):
        by = person("consultant", collection)
        about = {"content_hash": release.content_hash, "validated": True, "expires_on": until}
        return Consultation.objects.create(release=release, by=by, **(about | more))

    return consultant_says


def test_a_withdrawn_work_is_gone_everywhere_at_once(work, hall, on_show, curator):  # noqa: F811
    other = on_show(title="Old temple")
    services.hang(curator, hall, other)
    kept = {name: visit(path)["ETag"] for name, path in pages_of(work, hall).items()}
    withdraw(curator, work, "Asked for by the community.")
    for name, path in pages_of(work, hall).items():
        answer = visit(path, **{"if-none-match": kept[name]})  # a cache that asks whether it may go on
        if name in OF_A_WORK:
            assert answer.status_code in (404, 410), name
        elif answer.status_code == 200:
            assert "Pines" not in answer.content.decode(), name
            assert str(work.picture_id) not in answer.content.decode(), name
        else:
            assert answer.status_code == 404, name  # a section with nothing left in it
    assert visit(reverse("exhibitions:works") + "?q=pines").content.decode().count("hung-work") == 0
    for name in ("published:picture", "published:linked-art", "published:provenance"):
        assert visit(reverse(name, args=[work.pk])).status_code in (302, 404), name
    assert visit(reverse("exhibitions:report", args=[work.pk])).status_code == 410


def test_a_tombstone_says_why_and_shows_nothing(work, hall, curator):  # noqa: F811
    withdraw(curator, work, "Asked for by the community.")
    answer = visit(reverse("exhibitions:work", args=[work.pk]))
    html = answer.content.decode()
    assert answer.status_code == 410
    assert "Asked for by the community." in html
    assert str(work.pk) in html
    assert "Pines" not in html
    assert "/iiif/" not in html
    assert visit(reverse("exhibitions:manifest", args=[work.pk])).status_code == 410


def test_what_is_not_published_is_not_there_even_when_it_hangs_in_an_open_exhibition(on_show):
    release = on_show(publish=False)
    exhibition = release.hangings.get().exhibition
    assert set(
        statuses(release, exhibition, ("work", "provenance", "manifest", "bibtex", "thumbnail", "info")).values()
    ) == {404}
    html = visit(reverse("exhibitions:exhibition", args=[exhibition.slug])).content.decode()
    assert release.artwork.title not in html
    assert visit(f"/pictures/{release.picture_id}/file").status_code == 302


@pytest.mark.parametrize(
    ("state", "opens", "closes", "seen"),
    [
        ("open", -2, None, True),
        ("open", -2, 2, True),
        ("open", 2, None, False),
        ("open", -2, -1, False),
        ("closed", -2, -1, False),
        ("draft", None, None, False),
    ],
)
def test_an_exhibition_is_seen_in_its_days_and_not_before_or_after(work, hall, state, opens, closes, seen):  # noqa: F811
    now = timezone.now()
    days = {name: now + timedelta(days=it) if it else None for name, it in (("opens_at", opens), ("closes_at", closes))}
    Exhibition.objects.filter(pk=hall.pk).update(state=state, **days)
    found = statuses(work, hall, (*OF_A_WORK, "exhibition", "section", "collection"))
    assert all((status == 200) == seen for status in found.values()), found
    assert public.releases().exists() == public.pictures().exists() == seen
    over = bool(closes and closes < 0)
    assert found["exhibition"] == found["work"] == (200 if seen else 410 if over else 404)


def test_what_was_validated_until_a_day_is_not_seen_after_it_and_its_address_says_why(work, hall, consultant_says):  # noqa: F811
    today = timezone.localdate()
    consultant_says(work, today - timedelta(days=1))
    told = dict.fromkeys(("work", "provenance", "manifest", "bibtex"), 410)
    assert statuses(work, hall) == dict.fromkeys(OF_A_WORK, 404) | told
    tombstone = visit(reverse("exhibitions:work", args=[work.pk])).content.decode()
    assert "is asked anew" in tombstone
    assert "Pines" not in tombstone
    assert "/iiif/" not in tombstone
    assert "Pines" not in visit(reverse("exhibitions:exhibition", args=[hall.slug])).content.decode()
    services.take_down(hall.created_by, work.hangings.get())
    assert set(statuses(work, hall).values()) == {404}  # it hangs nowhere, so nothing is said of it
    services.hang(hall.created_by, hall, work)
    consultant_says(work, today)
    assert set(statuses(work, hall).values()) == {200}


def test_the_editor_counts_what_a_consultant_is_asked_anew(work, hall, consultant_says, client, curator):  # noqa: F811
    client.force_login(curator)
    path = reverse("curating:exhibition", args=[hall.pk])
    assert "validated it anew" not in client.get(path).text
    consultant_says(work, timezone.localdate() - timedelta(days=1))
    assert "validated it anew" in client.get(path).text
    shown = client.get(f"/api/v1/exhibitions/{hall.pk}/").json()
    assert [it["seen"] for room in shown["sections"] for it in room["hangings"]] == [False]


def test_visitors_read_a_consultant_s_conditions_where_the_consultant_says_so(work, hall, consultant_says):  # noqa: F811
    path = reverse("exhibitions:work", args=[work.pk])
    consultant_says(work, None, conditions="Not beside weapons.")
    consultant_says(work, None, conditions="Only with its story.", told=True)
    page = visit(path).content.decode()
    assert "Only with its story." in page
    for name in ("work", "provenance"):
        assert "Not beside weapons." not in visit(reverse(f"exhibitions:{name}", args=[work.pk])).content.decode()


def test_a_published_work_that_hangs_nowhere_is_not_on_show(work, hall, curator):  # noqa: F811
    services.take_down(curator, work.hangings.get())
    assert set(statuses(work, hall).values()) == {404}


def test_who_works_in_the_collection_still_sees_the_picture_and_nobody_else_does(work, hall, client, curator, stranger):  # noqa: F811
    services.close(curator, hall)
    path = reverse("catalogue:iiif-base", args=[work.picture_id]) + "/full/48,/0/default.jpg"
    client.force_login(curator)
    answer = client.get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, max-age=3600")
    assert "Access-Control-Allow-Origin" not in answer
    client.force_login(stranger)
    assert client.get(path).status_code == 404
    assert Client().get(path).status_code == 404


def test_public_pictures_are_open_to_every_site_and_masters_as_files_are_not(work):  # noqa: F811
    answer = visit(reverse("catalogue:iiif-info", args=[work.master_id]))
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert visit(reverse("catalogue:download", args=[work.master_id])).status_code == 302
    assert visit(reverse("catalogue:download", args=[work.picture_id])).status_code == 302
