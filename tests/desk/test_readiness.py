"""What still blocks a work: each state of the way, told by one query, the same in lists, pages and the API."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.catalogue.models import Artwork
from portal.desk.readiness import CLEAR, STAGES, readiness, with_next_step
from restoration.judging import judge_candidate
from review.models import Nomination
from tests.desk.conftest import done, failed, nominated, ordered, picked, proposal_for, recoloured, started
from tests.factories import ArtworkFactory, mask_for, person, sealed_picture

pytestmark = pytest.mark.django_db


def nothing(work):
    Artwork.objects.filter(pk=work.pk).update(master=None)
    return reverse("catalogue:artwork-master", args=[work.pk])


def photographed(work):
    return reverse("restoration:masks", args=[work.pk])


def proposed(work):
    proposal_for(work)
    return reverse("restoration:mask", args=[proposal_for(work, version=2).pk])


def masked(work):
    proposal_for(work, version=7)
    mask_for(work)
    return reverse("restoration:order", args=[work.pk])


def waiting(work):
    return reverse("jobs:detail", args=[ordered(work).job_id])


def running(work):
    return reverse("jobs:detail", args=[started(ordered(work).job).pk])


def broken(work):
    return reverse("jobs:detail", args=[failed(ordered(work)).pk])


def finished(work):
    return reverse("restoration:detail", args=[done(ordered(work)).restoration_id])


def rejected(work):
    candidate = done(ordered(work))
    judge_candidate(work.created_by, candidate, "rejected", reason="seam")
    return reverse("restoration:detail", args=[candidate.restoration_id])


def rejected_then_new(work):
    rejected(work)
    return reverse("restoration:detail", args=[done(ordered(work, seed=1)).restoration_id])


def chosen(work):
    return reverse("restoration:detail", args=[picked(done(ordered(work))).restoration_id])


def sent(work):
    return reverse("restoration:detail", args=[nominated(done(ordered(work))).candidate.restoration_id])


def taken(work):
    sent(work)
    waiting = Nomination.objects.filter(candidate__restoration__artwork=work)
    waiting.update(state="taken", ended_by=work.created_by, ended_at=timezone.now())
    return ""


def coloured(work):
    return reverse("restoration:detail", args=[done(recoloured(work)).restoration_id])


def photographed_anew(work):
    sent(work)
    Artwork.objects.filter(pk=work.pk).update(master=sealed_picture(work.collection, seed=9))
    return reverse("restoration:masks", args=[work.pk])


STATES = [  # how the work came to be, its next step, the state of that step, how many steps are settled
    (nothing, "photograph", "open", 0),
    (photographed, "mask", "open", 1),
    (proposed, "confirmed", "open", 2),
    (masked, "restoration", "open", 3),
    (waiting, "restoration", "running", 3),
    (running, "restoration", "running", 3),
    (broken, "restoration", "failed", 3),
    (finished, "judged", "open", 4),
    (rejected, "picked", "open", 5),
    (rejected_then_new, "picked", "open", 5),
    (chosen, "panel", "open", 6),
    (sent, "study", "open", 7),
    (taken, CLEAR, "", 8),
    (coloured, "judged", "open", 4),
    (photographed_anew, "mask", "open", 1),
]


@pytest.mark.parametrize(("make", "step", "state", "settled"), STATES, ids=lambda it: getattr(it, "__name__", None))
def test_every_state_of_a_work_has_its_next_step(artwork, make, step, state, settled):
    url = make(artwork)
    found = readiness([Artwork.objects.get(pk=artwork.pk)])[artwork.pk]
    assert len(found.steps) == len(STAGES)
    assert found.settled == settled
    if step == CLEAR:
        assert found.next is None
        return
    assert (found.next.stage.key, found.next.state, found.next.url) == (step, state, url)
    assert found.next.sentence
    assert [it.settled for it in found.steps] == [True] * settled + [False] * (len(STAGES) - settled)
    assert [it.url for it in found.steps if it.url] == [url]


def test_a_work_that_was_only_recoloured_needs_no_mask(artwork):
    coloured(artwork)
    states = {it.stage.key: it.state for it in readiness([artwork])[artwork.pk].steps}
    assert (states["mask"], states["confirmed"], states["restoration"]) == ("unneeded", "unneeded", "done")


def test_a_list_narrowed_by_a_step_holds_the_works_of_which_it_is_the_next(collection):
    for make, *_about in STATES:
        make(ArtworkFactory(collection=collection))
    works = list(Artwork.objects.all())
    told = readiness(works)
    for key in [*(stage.key for stage in STAGES), CLEAR]:
        expected = {pk for pk, it in told.items() if (it.next.stage.key if it.next else CLEAR) == key}
        assert expected, key
        assert set(with_next_step(Artwork.objects).filter(next_step=key).values_list("pk", flat=True)) == expected


@pytest.mark.parametrize("count", [5, 50])
def test_any_number_of_works_is_told_by_one_query(artwork, django_assert_num_queries, count):
    for _ in range(count):
        proposal_for(ArtworkFactory(collection=artwork.collection, master=artwork.master))
    works = list(Artwork.objects.all())
    with django_assert_num_queries(1):
        assert len(readiness(works)) == count + 1
    rows = list(with_next_step(Artwork.objects.all()))
    with django_assert_num_queries(0):
        assert len(readiness(rows)) == count + 1


def test_the_page_of_a_work_says_what_blocks_it_and_leads_on(artwork, visit):
    path, ahead = reverse("catalogue:artwork", args=[artwork.pk]), reverse("restoration:masks", args=[artwork.pk])
    html = visit(path).content.decode().split("What still blocks this")[1]
    assert "Nobody has marked the damage." in html
    assert f'href="{ahead}"' in html.split("</section>")[0]
    reader = person("consultant", artwork.collection)
    html = visit(path, user=reader).content.decode().split("What still blocks this")[1].split("</section>")[0]
    assert "href" not in html
    assert "Curator" in html
    assert "尚无人标出损伤" in visit(path, "zh-hans").content.decode()


def test_a_work_that_nothing_blocks_says_nothing_of_it(artwork, visit):
    taken(artwork)
    assert "What still blocks this" not in visit(reverse("catalogue:artwork", args=[artwork.pk])).content.decode()


def test_the_api_says_the_same(artwork, ask):
    curator = artwork.collection.created_by
    other = ArtworkFactory(collection=artwork.collection, master=None)
    rows = ask(curator, "readiness/").json()["results"]
    assert {row["artwork"]: row["next_step"] for row in rows} == {str(artwork.pk): "mask", str(other.pk): "photograph"}
    narrowed = ask(curator, "readiness/?step=photograph").json()["results"]
    assert [row["artwork"] for row in narrowed] == [str(other.pk)]
    one = ask(curator, f"readiness/{artwork.pk}/").json()
    assert one["steps"][1]["url"].endswith(reverse("restoration:masks", args=[artwork.pk]))
    assert ask(curator, "readiness/?step=nonsense").status_code == 400


def test_the_api_tells_nobody_of_works_of_others(artwork, ask):
    outsider = ArtworkFactory().collection.created_by
    assert str(artwork.pk) not in ask(outsider, "readiness/").content.decode()
    assert ask(outsider, f"readiness/{artwork.pk}/").status_code == 404
