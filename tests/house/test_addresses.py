"""Every address, every verb, every role: nobody sees another's things, nothing falls over."""

import re
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core import signals
from django.core.files.base import ContentFile
from django.db import close_old_connections, transaction
from django.test import Client

from generation.models import CaptionSample
from portal.accounts.models import ApiToken
from portal.audit.services import record
from portal.catalogue.models import Period
from portal.exhibitions.models import Concern, Exhibition, Hanging, Section
from portal.hooks.services import add as add_webhook
from portal.hooks.services import ping
from portal.notices.models import Notice
from portal.uploads.deliveries import create_delivery
from portal.uploads.iiif.importing import ask as ask_manifest
from portal.uploads.services import create_upload
from restoration.drafts.services import open_draft
from restoration.models import Candidate
from restoration.ordering.models import Batch, Preset
from restoration.services import order_restoration
from review.guardrails.models import AnchorException, Protocol, Register, RegisterSample
from review.guardrails.services import prepare
from review.models import Argument, Dimension, Discussion, Example, Item, Level, Nomination, Presentation, Seat, Study
from tests.factories import CollectionFactory, mask_for, painting_for, person
from tests.house.addresses import addresses, patterns

pytestmark = pytest.mark.xdist_group("addresses")
VERBS = ("get", "post", "put", "patch", "delete")
OPEN = {  # what anybody may open without signing in
    *("/", "/language/", "/theme/", "/api/schema/"),
    *("/accounts/login/", "/accounts/signup/", "/accounts/logout/", "/accounts/inactive/"),
    *("/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/password/reset/key/done/"),
    *(
        "/accounts/password/reset/key/1-no-such-key/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/no-such-key/",
    ),
    *("/accounts/3rdparty/login/cancelled/", "/accounts/3rdparty/login/error/"),
    *("/accounts/social/login/cancelled/", "/accounts/social/login/error/"),
    *("/panel/invitation/", "/panel/invitation/no-such-token/"),
    *("/verify/", "/api/v1/verify/"),
    *("/exhibitions/", "/exhibitions/works/"),
}
OWN_WORD = re.compile(
    r"/checks/(consultations|notices|works/.*/notices)/|/protocols/|/(gate|releases)/[^/]+/(judge|withdraw)/"
)
PAGES_AT_LEAST, OBJECT_PAGES_AT_LEAST = 70, 40


@pytest.fixture
def things(artwork):
    """One object of each kind, all of one collection: kind → primary key."""
    curator = artwork.collection.created_by
    mask = mask_for(artwork)
    restoration = order_restoration(curator, artwork, mask=mask, engine="telea", candidates=1)
    candidate = Candidate.objects.create(
        restoration=restoration, number=1, picture=artwork.master, seed=0, changed_pixels=1
    )
    painting = painting_for(artwork.collection, artwork.master)
    caption = CaptionSample.objects.create(
        collection=artwork.collection, picture=artwork.master.thumbnail.name, sha256="0", size=96, created_by=curator
    )
    preset = Preset.objects.create(owner=curator, collection=artwork.collection, name="p", engine="telea")
    batch = Batch.objects.create(owner=curator, collection=artwork.collection, recipe={"engines": ["telea"]})
    token = ApiToken.objects.create(
        user=curator, name="t", digest="0" * 64, expires_at="2099-01-01T00:00Z", scopes=["read"]
    )
    upload = create_upload(curator, artwork.collection, name="a.tif", size=10)
    webhook, _secret = add_webhook(curator, artwork.collection, url="https://museum.example/")
    notice = Notice.objects.create(person=curator, event=record("artwork.created", artwork), kind="imported")
    return {
        "collections": artwork.collection.pk,
        "artworks": artwork.pk,
        "pictures": artwork.master.pk,
        "masks": mask.pk,
        "mask-drafts": open_draft(curator, artwork)[0].pk,
        "restorations": restoration.pk,
        "candidates": candidate.pk,
        "nominations": Nomination.objects.create(candidate=candidate, by=curator).pk,
        "captions": caption.pk,
        "ink": painting.round.pk,
        "ink-paintings": painting.pk,
        "jobs": restoration.job.pk,
        "presets": preset.pk,
        "batches": batch.pk,
        "tokens": token.pk,
        "readiness": artwork.pk,
        "notices": notice.pk,
        "uploads": upload.pk,
        "deliveries": create_delivery(curator, artwork.collection).pk,
        "iiif-manifests": ask_manifest(curator, artwork.collection, "https://museum.example/manifest.json").pk,
        "webhooks": webhook.pk,
        "webhook-deliveries": ping(curator, webhook).pk,
        **hall_of(prepare(curator, artwork)),
        **panel_of(artwork),
        **checks_of(artwork),
    }


def hall_of(release):
    """A release in preparation, hung in a draft of an exhibition, and a report about it."""
    about = {"collection": release.collection, "created_by": release.prepared_by}
    exhibition = Exhibition.objects.create(slug="an-exhibition", title="e", **about)
    section = Section.objects.create(exhibition=exhibition, place=0)
    hung = Hanging.objects.create(exhibition=exhibition, section=section, release=release, place=0)
    return {
        "releases": release.pk,
        "exhibitions": exhibition.pk,
        "exhibition-sections": section.pk,
        "exhibition-hangings": hung.pk,
        "concerns": Concern.objects.create(release=release, kind="fact", text="wrong").pk,
    }


def checks_of(artwork):
    """What the checks keep of a work, and a sample of a register."""
    curator = artwork.collection.created_by
    years = {"name_en": "Tang", "name_zh": "唐", "start_year": 618, "end_year": 907}
    tang, _made = Period.objects.get_or_create(key="tang", defaults=years)
    about = {"artwork": artwork, "period": tang, "reason": "r", "by": curator}
    notice = {"artwork": artwork, "name": "n", "text_en": "t", "placed_by": curator}
    register = Register.objects.create(name="w", weights_sha256="0" * 64, file_sha256="0" * 64, count=1)
    return {
        "anchor-exceptions": AnchorException.objects.create(**about).pk,
        "protocols": Protocol.objects.create(**notice).pk,
        "samples": RegisterSample.objects.create(register=register, number=1, sha256="0" * 64, title="s").pk,
    }


def panel_of(artwork):
    """A study in preparation with one picture, and a seat in it that is nobody's of those who sweep."""
    study = Study.objects.create(collection=artwork.collection, title="s", created_by=artwork.collection.created_by)
    item = Item.objects.create(study=study, origin="artwork", artwork=artwork)
    seat = Seat.objects.create(study=study, email="e@example.org", user=person("expert"), state="accepted")
    dimension = Dimension.objects.create(study=study, position=0, key="d", name_en="d", question_en="d", weight=1)
    discussion = Discussion.objects.create(study=study, item=item, dimension=dimension, round=1)
    example = Example(level=Level.objects.create(dimension=dimension, value=1, text_en="d"))
    example.file.save("example.jpg", ContentFile(b"picture"))
    return {
        "studies": study.pk,
        "study-bars": study.pk,
        "items": item.pk,
        "seats": seat.pk,
        "presentations": Presentation.objects.create(seat=seat, item=item, position=1).code,
        "arguments": Argument.objects.create(discussion=discussion, seat=seat).pk,
        "examples": example.pk,
    }


def close_files(answer):
    """Close the files of an answer as a server does; the connection to the database stays."""
    signals.request_finished.disconnect(close_old_connections)
    answer.close()
    signals.request_finished.connect(close_old_connections)


def ask(client, verb, path):
    """The status and the place a request is sent on to; what it wrote is taken back."""
    with transaction.atomic():
        answer = getattr(client, verb)(path)
        close_files(answer)
        transaction.set_rollback(True)
    return answer.status_code, answer.get("Location", "")


@dataclass(frozen=True)
class Answer:
    """What one request was answered."""

    path: str
    thing: str
    verb: str
    status: int
    location: str

    def __str__(self):
        return f"{self.verb} {self.path}: {self.status} {self.location}"


def sweep(user, things):
    """The answers to every request that this user can make."""
    client = Client(raise_request_exception=False)
    for address in addresses(things):
        for verb in VERBS:
            if user is not None and settings.SESSION_COOKIE_NAME not in client.cookies:
                client.force_login(user)
            yield Answer(address.path, address.thing, verb, *ask(client, verb, address.path))
            if address.path.startswith("/accounts/"):
                client.cookies.clear()  # some of them sign out


ROLES = {
    "anonymous": lambda artwork: None,
    "curator": lambda artwork: artwork.collection.created_by,
    "consultant": lambda artwork: person("consultant", artwork.collection),
    "stranger": lambda artwork: person("expert"),
    "curator elsewhere": lambda artwork: CollectionFactory().created_by,
    "operator": lambda artwork: person("operator", is_staff=True),
}
_swept: dict[str, list[Answer]] = {}


@pytest.fixture
def answers(things, artwork):
    """A function: role → every answer that role gets. A role sweeps once, and several tests look at what it found."""

    def answers(role):
        if role not in _swept:
            _swept[role] = list(sweep(ROLES[role](artwork), things))
        return _swept[role]

    return answers


def test_the_sweep_finds_the_addresses(things):
    found = addresses(things)
    assert len(found) >= PAGES_AT_LEAST
    assert len([address for address in found if address.thing]) >= OBJECT_PAGES_AT_LEAST
    assert {address.thing for address in found} - {""} == things.keys()


@pytest.mark.parametrize("role", ROLES)
def test_no_address_falls_over(role, answers):
    assert [str(answer) for answer in answers(role) if answer.status >= 500] == []


def test_anonymous_people_are_sent_to_sign_in_or_refused(answers):
    closed = [answer for answer in answers("anonymous") if answer.path not in OPEN]
    assert len(closed) >= OBJECT_PAGES_AT_LEAST * len(VERBS)
    wrong = [
        str(answer)
        for answer in closed
        if not (answer.status == 302 and answer.location.startswith("/accounts/"))
        and answer.status not in (401, 403, 404, 405)
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ["stranger", "curator elsewhere"])
def test_what_belongs_to_others_is_not_there(role, answers):
    asked = [answer for answer in answers(role) if answer.thing]
    assert len(asked) >= OBJECT_PAGES_AT_LEAST * len(VERBS)
    wrong = [str(a) for a in asked if a.status not in (404, 405) and not (a.status == 303 and "/iiif/" in a.path)]
    assert wrong == []


def test_a_curator_opens_the_pages_of_the_collection(answers):
    opened = [a for a in answers("curator") if a.thing and a.verb == "get" and a.status == 200]
    assert len(opened) >= OBJECT_PAGES_AT_LEAST * 0.6


def test_who_may_only_look_changes_nothing(answers):
    """A consultant's own word is all that this role may add: of works, in notices, and that a release is withdrawn."""
    asked = [a for a in answers("consultant") if a.thing and a.verb != "get" and not OWN_WORD.search(a.path)]
    assert [str(a) for a in asked if a.status not in (403, 404, 405)] == []


def test_who_may_only_look_sees_what_the_curator_sees(answers):
    opened = [a for a in answers("consultant") if a.thing and a.verb == "get" and a.status == 200]
    assert len(opened) >= OBJECT_PAGES_AT_LEAST * 0.4


def test_an_operator_sees_jobs_and_nothing_of_a_collection(answers):
    opened = {a.thing for a in answers("operator") if a.thing and a.verb == "get" and a.status == 200}
    assert opened == {"jobs"}


@pytest.mark.django_db
def test_the_admin_is_closed_to_all_but_staff(stranger):
    paths = ["/" + text.split("<")[0] for text in patterns() if text.startswith("admin/") and "^" not in text]
    assert len(paths) > 20
    client = Client()
    client.force_login(stranger)
    for path in paths:
        if path.rstrip("/").endswith(("login", "logout", "jsi18n")):
            continue
        answer = client.get(path)
        assert answer.status_code in (301, 302, 404), path
