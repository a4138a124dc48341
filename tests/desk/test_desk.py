"""The desk: each person finds what concerns this person, and nothing of what belongs to others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generation.models import CaptionSample, CaptionScore
from gpu_workers.models import Job
from gpu_workers.services import retry
from portal.accounts.models import Grant
from portal.desk import selectors
from restoration.judging import judge_candidate
from restoration.services import confirm_mask
from tests.desk.conftest import done, failed, nominated, ordered, proposal_for, started
from tests.factories import ArtworkFactory, CollectionFactory, mask_for, person

pytestmark = pytest.mark.django_db
PAGES = [reverse(f"desk:{name}") for name in ("desk", "waiting", "works", "jobs", "activity")] + ["/search/?q=Hills"]


def kinds(user) -> dict[str, int]:
    return {pile.kind: pile.count for pile in selectors.waiting(user)}


def caption(collection, number: int = 0, *scores: int) -> CaptionSample:
    sample = CaptionSample.objects.create(
        collection=collection, picture="captions/c.webp", sha256=str(number), size=96, created_by=collection.created_by
    )
    for score in scores:
        CaptionScore.objects.create(sample=sample, validator=person("expert", collection), score=score)
    return sample


@pytest.fixture
def busy(artwork):
    """A collection in which something of everything waits, runs and has failed."""
    proposal_for(ArtworkFactory(collection=artwork.collection, title="Hills with a proposal"))
    nominated(done(ordered(artwork)))
    work = ArtworkFactory(collection=artwork.collection, title="Hills with candidates", sacred=True)
    done(ordered(work))
    ordered(ArtworkFactory(collection=artwork.collection, title="Hills that wait"))
    failed(ordered(ArtworkFactory(collection=artwork.collection, title="Hills that failed")))
    caption(artwork.collection, 1)
    caption(artwork.collection, 2, 1, 5)
    return artwork.collection


ROLES = {  # role in the collection → what waits for it
    "curator": {"candidate": 1, "mask": 1, "caption": 1},
    "expert": {"caption": 1},
    "coordinator": {"nomination": 1, "dispute": 1},
    "consultant": {},
    "rights_officer": {},
    "operator": {},
}


def test_what_waits_follows_from_the_role(busy):
    for role, expected in ROLES.items():
        assert kinds(busy.created_by if role == "curator" else person(role, busy)) == expected, role
        assert kinds(person(role, CollectionFactory())) == {}, role
        assert kinds(person(role)) == {}, role


def test_an_outsider_sees_nothing_of_others(busy, visit):
    for outsider in [person(role, CollectionFactory()) for role in ROLES] + [person("curator")]:
        for path in PAGES:
            html = visit(path, user=outsider).content.decode()
            assert "Hills" not in html.replace("q=Hills", "").replace('value="Hills"', "").replace("Hills · Search", "")
            assert "/pictures/" not in html
            assert busy.name not in html
            assert str(busy.pk) not in html


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_role_has_a_desk_even_an_empty_one(busy, visit, stranger, language):
    somewhere = [person(role, place) for role in ROLES for place in (CollectionFactory(), busy, None)]
    for user in [stranger, *somewhere]:
        response = visit(reverse("desk:desk"), language, user=user)
        assert response.status_code == 200
        main = response.content.decode().split("<main")[1].split("</main>")[0]
        assert main.count("<p") + main.count("<li") >= 1, user.grants.all()


def test_an_operator_sees_the_queue_in_numbers_and_no_work(busy, visit):
    job = Job.objects.filter(status="failed").get()
    Job.objects.filter(pk=job.pk).update(quarantined=True)
    html = visit(reverse("desk:desk"), user=person("operator")).content.decode()
    assert "The queue" in html
    assert reverse("jobs:detail", args=[job.pk]) in html
    assert "Hills" not in html
    assert "/pictures/" not in html


def test_a_consultant_sees_the_sacred_works(busy, visit):
    html = visit(reverse("desk:desk"), user=person("consultant", busy)).content.decode()
    sacred = html.split("Sacred imagery in your care")[1].split("</section>")[0]
    assert "Hills with candidates" in sacred
    assert "Hills that wait" not in sacred


def test_a_mask_waits_until_somebody_confirms_it_or_a_later_one(artwork, curator):
    first, second = proposal_for(artwork, 1), proposal_for(artwork, 2)
    assert kinds(curator)["mask"] == 2
    type(first).objects.filter(pk=second.pk).update(coverage={"loss": 0.1})
    second.refresh_from_db()
    confirm_mask(curator, second)
    assert "mask" not in kinds(curator)


def test_a_mask_of_an_earlier_photograph_does_not_wait(artwork, curator):
    proposal_for(artwork)
    artwork.master = ArtworkFactory(collection=artwork.collection).master
    artwork.save()
    assert "mask" not in kinds(curator)


def test_candidates_wait_until_one_of_them_is_judged(artwork, curator):
    candidate = done(ordered(artwork))
    (pile,) = selectors.waiting(curator)
    assert pile.tasks[0].url == reverse("restoration:detail", args=[candidate.restoration_id])
    assert pile.tasks[0].image[0] == reverse("catalogue:thumbnail", args=[artwork.master_id])
    judge_candidate(curator, candidate, "rejected", reason="seam")
    assert kinds(curator) == {}


def test_a_desk_shows_six_of_a_kind_and_says_how_many_there_are(artwork, curator, visit):
    for _ in range(8):
        proposal_for(ArtworkFactory(collection=artwork.collection, master=artwork.master))
    (pile,) = selectors.waiting(curator)
    assert (len(pile.tasks), pile.count, pile.more) == (6, 8, 2)
    assert reverse("desk:waiting") in visit(reverse("desk:desk")).content.decode()
    assert visit(reverse("desk:waiting")).content.decode().count("Look and confirm") == 8


def test_captions_that_an_arbiter_decided_wait_for_nobody(collection, curator):
    sample = caption(collection, 1, 1, 5)
    coordinator = person("coordinator", collection)
    assert (kinds(curator), kinds(coordinator)) == ({"caption": 1}, {"dispute": 1})
    sample.arbitration = type(sample).arbitration.related.related_model.objects.create(
        sample=sample, arbiter=coordinator, score=3
    )
    assert (kinds(curator), kinds(coordinator)) == ({}, {})


def test_jobs_are_the_persons_own(artwork, curator):
    other = person("curator", artwork.collection)
    ordered(artwork)
    started(ordered(artwork, mask_for(artwork), user=other).job)
    assert [it.job.owner for it in selectors.running(curator)[0]] == [curator]
    assert [it.job.status for it in selectors.running(other)[0]] == ["running"]
    assert selectors.running(curator)[0][0].outlook.place == 1


def test_nobody_reads_of_own_jobs_where_the_grant_is_gone(artwork, curator):
    ordered(artwork)
    failed(ordered(artwork, mask_for(artwork)))
    Grant.objects.filter(user=curator, collection=artwork.collection).delete()
    assert selectors.running(curator) == ([], 0)
    assert selectors.failed(curator) == ([], 0)


def test_a_failed_job_says_why_until_it_is_done_again_or_two_weeks_old(artwork, curator, visit):
    job = failed(ordered(artwork))
    html = visit(reverse("desk:desk"), "zh-hans").content.decode()
    assert "引擎内存不足" in html
    assert reverse("jobs:retry", args=[job.pk]) in html
    assert selectors.failed(curator)[1] == 1
    again = Job.objects.create(**{
        name: getattr(job, name) for name in ("kind", "collection", "owner", "fingerprint", "parameters")
    }, status="succeeded")  # fmt: skip
    assert selectors.failed(curator)[1] == 0
    again.delete()
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(days=15))
    assert selectors.failed(curator)[1] == 0
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now())
    retry(curator, Job.objects.get(pk=job.pk))
    assert selectors.failed(curator)[1] == 0


def test_the_part_that_changes_by_itself_is_a_page_of_its_own_and_never_kept(artwork, visit):
    started(ordered(artwork).job)
    response = visit(reverse("desk:jobs"))
    assert "<html" not in response.content.decode()
    assert "data-active" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def queries(visit, path, user) -> int:
    visit(path, user=user)
    with CaptureQueriesContext(connection) as captured:
        assert visit(path, user=user).status_code == 200
    return len(captured)


def test_the_desk_asks_as_much_for_fifty_works_as_for_eight(artwork, visit):
    def more(count: int) -> None:
        for _ in range(count):
            work = ArtworkFactory(collection=artwork.collection, master=artwork.master, sacred=True)
            proposal_for(work)
            order = ordered(work, _mask(work))
            done(order)
            failed(ordered(work, order.mask, seed=1))
            ordered(work, order.mask, seed=2)
        caption(artwork.collection, count, 1, 5)

    def asked() -> list[int]:
        return [queries(visit, path, user) for user in people for path in paths]

    people = [artwork.collection.created_by, person("coordinator", artwork.collection)]
    paths = [f"{path}&kind=works" if "?" in path else path for path in PAGES]
    more(8)  # more than the desk shows of a kind
    before = asked()
    assert max(before) < 60
    more(42)
    assert asked() == before


def _mask(work):
    mask = proposal_for(work, 2)
    type(mask).objects.filter(pk=mask.pk).update(
        confirmed_at=timezone.now(), confirmed_by=work.created_by, coverage={"loss": 0.1}
    )
    return type(mask).objects.get(pk=mask.pk)


def test_the_list_of_works_is_narrowed_by_step_and_collection(artwork, curator, visit):
    other = ArtworkFactory(collection=CollectionFactory(curator=curator), title="A cliff", master=None)
    html = visit(f"{reverse('desk:works')}?step=photograph").content.decode()
    assert "A cliff" in html
    assert artwork.title not in html
    html = visit(f"{reverse('desk:works')}?collection={artwork.collection_id}").content.decode()
    assert artwork.title in html
    assert other.title not in html
    assert visit(f"{reverse('desk:works')}?step=nonsense&collection=1").status_code == 200


def test_only_who_can_take_a_step_is_led_to_it(artwork, visit):
    ahead = reverse("restoration:masks", args=[artwork.pk])
    for path in (reverse("desk:desk"), reverse("desk:works")):
        assert ahead in visit(path).content.decode()
        for role in ("consultant", "coordinator"):
            html = visit(path, user=person(role, artwork.collection)).content.decode()
            assert "Nobody has marked the damage." in html
            assert ahead not in html


def test_the_api_has_what_the_desk_has(busy, ask):
    told = ask(busy.created_by, "desk/", ("restoration", "generation")).json()
    assert {pile["kind"]: pile["count"] for pile in told["waiting"]} == ROLES["curator"]
    assert told["waiting"][0]["tasks"][0]["url"].startswith("http://testserver/restorations/")
    assert [job["status"] for job in told["running"]] == ["queued"]
    assert [job["message"] for job in told["failed"]] == ["The engine ran out of memory."]
    assert ask(busy.created_by, "desk/", ("read",)).json()["waiting"] == []  # a token that only reads is asked nothing
    outsider = CollectionFactory().created_by
    assert ask(outsider, "desk/", ("restoration",)).json() == {"waiting": [], "running": [], "failed": []}
