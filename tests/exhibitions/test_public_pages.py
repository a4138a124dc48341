"""The pages of visitors: what they say, in whose language, without cookie, and how few questions they ask."""

import json
import re

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models.signals import post_save
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.audit.selectors import addresses
from portal.catalogue.models import Artwork, Period
from portal.exhibitions import services
from portal.exhibitions.models import Concern, Exhibition, Section
from portal.notices.models import Notice
from portal.templatetags.lacuna import percent
from tests.factories import picture_bytes
from tests.house.test_addresses import close_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(on_show):
    """A restoration on show, with a map of uncertainty."""
    release = on_show("restoration", title="Pines in mist", title_zh="雾松图", maker="Guo Xi", technique="Ink on silk",
                      subjects="pines, mist", period=Period.objects.get(key="northern-song"))  # fmt: skip
    order = release.candidate.restoration
    order.uncertainty.save("u.png", ContentFile(picture_bytes(np.full((64, 96), 128, np.uint8))))
    return release


@pytest.fixture
def hall(work):
    return Exhibition.objects.get(hangings__release=work)


def visit(path, language="", **headers):
    answer = Client(headers={"accept-language": language or "en", **headers}).get(path)
    if answer.streaming:
        close_files(answer)
    return answer


def page(name, *args, **kwargs):
    answer = visit(reverse(f"exhibitions:{name}", args=args), **kwargs)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def pages_of(work, hall):
    return {
        "list": reverse("exhibitions:list"),
        "exhibition": reverse("exhibitions:exhibition", args=[hall.slug]),
        "section": reverse("exhibitions:section", args=[hall.slug, 1]),
        "works": reverse("exhibitions:works"),
        "work": reverse("exhibitions:work", args=[work.pk]),
        "provenance": reverse("exhibitions:provenance", args=[work.pk]),
        "manifest": reverse("exhibitions:manifest", args=[work.pk]),
        "collection": reverse("exhibitions:collection", args=[hall.slug]),
        "conjecture": reverse("exhibitions:conjecture", args=[work.pk]),
        "uncertainty": reverse("exhibitions:uncertainty", args=[work.pk]),
        "bibtex": reverse("exhibitions:cite", args=[work.pk, "bib"]),
        "thumbnail": reverse("catalogue:thumbnail", args=[work.picture_id]),
        "info": reverse("catalogue:iiif-info", args=[work.picture_id]),
        "tile": reverse("catalogue:iiif-base", args=[work.master_id or work.picture_id])
        + "/0,0,48,64/48,/0/default.jpg",
    }


def test_no_page_sets_or_looks_at_a_cookie_and_every_cache_asks_again(work, hall):
    for name, path in pages_of(work, hall).items():
        answer = visit(path)
        assert answer.status_code == 200, name
        assert not answer.cookies, name
        assert "Cookie" not in answer.get("Vary", ""), name
        assert answer["Cache-Control"] == "public, no-cache", name
        again = visit(path, **{"if-none-match": answer["ETag"]})
        assert again.status_code == 304, name
        assert again["Cache-Control"] == "public, no-cache", name


def test_who_is_signed_in_sees_the_same_page(work, hall, client, curator):
    client.force_login(curator)
    for path in (reverse("exhibitions:work", args=[work.pk]), reverse("exhibitions:list")):
        assert client.get(path, headers={"accept-language": "en"}).content == visit(path).content


def test_pages_need_nothing_from_elsewhere(work, hall):
    for path in list(pages_of(work, hall).values())[:6]:
        html = visit(path).content.decode()
        loaded = re.findall(r'(?:src|srcset|data-info|data-before|data-layer)="([^"]+)"', html)
        loaded += re.findall(r'<link rel="(?:stylesheet|icon|preload)" href="([^"]+)"', html)
        assert loaded
        assert [it for it in loaded if it.startswith(("http", "//"))] == []
        assert "A supplementary reference for conservators, not an autonomous repair." in html


def test_the_language_follows_the_address_else_the_browser(work):
    path = reverse("exhibitions:work", args=[work.pk])
    english, chinese = visit(path).content.decode(), visit(path, "zh-CN,zh;q=0.9").content.decode()
    assert '<html lang="en">' in english
    assert '<html lang="zh-Hans">' in chinese
    assert "雾松图" in chinese.split("<h1>")[1].split("</h1>")[0]
    asked = visit(f"{path}?lang=zh", "en")
    assert asked["Content-Language"] == "zh-Hans"
    assert reverse("exhibitions:list") + "?lang=zh" in asked.content.decode()  # links keep what was asked for
    assert f'hreflang="zh-Hans" href="http://testserver{path}?lang=zh"' in english
    cookie = Client(headers={"accept-language": "en"})
    cookie.cookies["django_language"] = "zh-hans"
    assert cookie.get(path).content.decode() == english


def test_a_text_that_is_there_in_one_language_alone_says_which(hall, work):
    services.change(hall.collection.created_by, hall, title="", title_zh="山水")
    assert '<h1><span lang="zh-Hans">山水</span></h1>' in page("exhibition", hall.slug)
    assert "<h1>山水</h1>" in page("exhibition", hall.slug, language="zh")


def test_faces_for_chinese_are_offered_where_chinese_stands_and_a_chinese_title_says_what_it_is(on_show):
    plain, own = on_show(title_zh=""), on_show(title="千里江山图（局部）", title_zh="")
    faces = "noto-sans-sc/wght"
    assert faces not in page("work", plain.pk)
    assert faces in page("work", plain.pk, language="zh")
    assert "noto-serif-sc/wght" in page("work", plain.pk, language="zh")
    html = page("work", own.pk)
    assert '<h1><span lang="zh-Hans">千里江山图（局部）</span></h1>' in html
    assert html.index("</footer>") < html.index(faces)


def test_the_page_of_a_work_says_what_is_conjecture_and_by_whom(work):
    html = page("work", work.pk)
    share = percent(sum(work.mask.coverage.values()))
    assert f"{share} of this picture is conjecture" in html
    assert "Telea" in html
    assert "unaltered to the last pixel" in html
    assert "No panel has judged this picture." in html
    assert "78 % of the cases" in html
    assert reverse("exhibitions:conjecture", args=[work.pk]) in html
    assert reverse("exhibitions:uncertainty", args=[work.pk]) in html


def test_what_a_community_asks_visitors_to_know_stands_before_the_picture(on_show, collection, curator):
    from review.guardrails.models import Protocol

    artwork_notice = {"name": "Attribution incomplete", "community": "A monastery", "hub_id": "h", "kind": "label"}
    texts = {"text_en": "Ask before you copy.", "text_own": "དྲི་བ།", "own_language": "bo", "placed_by": curator}

    def placed(sender, instance, created, **_kwargs):
        if created:
            Protocol.objects.create(artwork=instance, **artwork_notice, **texts)

    post_save.connect(placed, sender=Artwork)
    release = on_show()
    post_save.disconnect(placed, sender=Artwork)
    html = page("work", release.pk, language="zh")
    assert html.index("Ask before you copy.") < html.index("data-exhibit")
    assert '<div lang="bo">' in html
    hall = page("exhibition", release.hangings.get().exhibition.slug)
    assert hall.index("Ask before you copy.") < hall.index("<main") + hall.split("<main")[1].index("<img")
    assert hall.index('"hung-notice"') < hall.index('"hung"')
    every = page("list")
    assert every.index("Attribution incomplete · A monastery") < every.index('"hall-picture"')
    assert '<div lang="en"><p>Ask before you copy.' in html
    manifest = json.loads(visit(reverse("exhibitions:manifest", args=[release.pk])).content)
    assert manifest["metadata"][0]["value"] == {"en": ["Ask before you copy."]}


def test_an_original_has_nothing_to_compare(on_show):
    html = page("work", on_show().pk)
    assert "This is a photograph of the original" in html
    assert "img-comparison-slider" not in html
    assert "data-before" not in html


def test_the_panel_is_told_in_plain_words():
    from portal.exhibitions.placards import panel

    study = {
        "experts": 7,
        "total": 3.89,
        "interval": [3.5, 4.19],
        "alpha": 0.74,
        "alpha_interval": [0.61, 0.83],
        "dissent": 2,
    }
    said = " ".join(panel(study, "fill"))
    for words in (
        "7 experts",
        "3.9 of 5",
        "between 3.5 and 4.2",
        "tentative",
        "α 0.74, 95 % interval 0.61 to 0.83",
        "2 of them",
    ):
        assert words in said
    assert "agreed well over" in panel(study | {"alpha": 0.8}, "fill")[2]
    assert "too little" in panel(study | {"alpha": 0.66}, "fill")[2]


def test_what_was_approved_is_shown_whatever_the_catalogue_says_later(work):
    Artwork.objects.filter(pk=work.artwork_id).update(title="A secret", subjects="secret", maker="Nobody")
    for html in (page("work", work.pk), page("works"), page("provenance", work.pk)):
        assert "Pines in mist" in html
        assert "ecret" not in html
    assert visit(reverse("exhibitions:works") + "?q=secret").content.decode().count("hung-work") == 0


def test_a_detail_has_an_address_that_works_without_a_script(work):
    path = reverse("exhibitions:work", args=[work.pk])
    html = visit(f"{path}?xywh=10,20,30,40").content.decode()
    crop = re.search(r'viewer-still" src="([^"]+)"', html)[1]
    assert "/10,20,30,40/30,40/0/default.webp" in crop
    assert visit(crop).status_code == 200
    for junk in ("1,2,3", "a,b,c,d", "0,0,-5,9", "90,0,1,64", "99999999999999999999,0,50,50"):
        assert "/full/" in re.search(r'viewer-still" src="([^"]+)"', visit(f"{path}?xywh={junk}").content.decode())[1]


def test_citations_name_the_release(work):
    uri = "http://testserver" + reverse("exhibitions:work", args=[work.pk])
    html = page("work", work.pk)
    assert f"Guo Xi, Pines in mist. Northern Song dynasty (960–1127). AI reconstruction, version {work.number}" in html
    assert uri in html.split('id="citation">')[1].split("</p>")[0]
    bib = visit(reverse("exhibitions:cite", args=[work.pk, "bib"])).content.decode()
    assert bib.startswith("@misc{lacuna-")
    assert f"url = {{{uri}}}" in bib
    item = json.loads(visit(reverse("exhibitions:cite", args=[work.pk, "json"])).content)[0]
    assert (item["URL"], item["version"], item["author"]) == (uri, str(work.number), [{"literal": "Guo Xi"}])
    assert visit(reverse("exhibitions:cite", args=[work.pk, "pdf"])).status_code == 404


def test_search_and_facets_count_what_is_on_show(work, on_show):
    on_show(title="Old temple", technique="Ink on paper", subjects="temple, mist")
    on_show(title="Draft temple", publish=False)
    html = page("works")
    assert html.count("hung-work") == 2
    assert re.search(r'value="mist"[^>]*><span>mist</span> <small>2</small>', html)
    narrowed = visit(reverse("exhibitions:works") + "?subject=mist&technique=Ink+on+silk").content.decode()
    assert narrowed.count("hung-work") == 1
    assert re.search(
        r'value="Ink on paper"[^>]*><span>Ink on paper</span> <small>1</small>', narrowed
    )  # what else there is
    found = visit(reverse("exhibitions:works") + "?q=%E9%9B%BE%E6%9D%BE").content.decode()
    assert found.count("hung-work") == 1
    nothing = visit(reverse("exhibitions:works") + "?q=dragon")
    assert "Nothing on show fits" in nothing.content.decode()


def test_a_page_asks_as_much_for_many_works_as_for_one(work, hall, on_show, collection):
    names = ("list", "exhibition", "section", "works", "work")

    def questions():
        counts = []
        for name in names:
            visit(pages_of(work, hall)[name])
            with CaptureQueriesContext(connection) as asked:
                visit(pages_of(work, hall)[name])
            counts.append(len(asked))
        return counts

    before = questions()
    assert max(before) <= 8
    for number in range(3):
        more = on_show(title=f"More {number}")
        more.hangings.all().delete()
        services.hang(collection.created_by, hall, more)
    assert questions() == before


def test_rooms_without_anything_in_them_are_not_shown(hall, work):
    Section.objects.create(exhibition=hall, place=9, title="Empty room")
    assert "Empty room" not in page("exhibition", hall.slug)
    assert visit(reverse("exhibitions:section", args=[hall.slug, 2])).status_code == 404


# --- concerns -------------------------------------------------------------------------------------------------------


def complain(work, client=None, **fields):
    sent = {"kind": "fact", "text": "The maker is another.", "email": "", "website": ""} | fields
    return (client or Client()).post(reverse("exhibitions:report", args=[work.pk]), sent)


def test_a_concern_is_answered_under_a_link_of_its_own(work, curator, mailoutbox):
    from django.utils import timezone

    from portal.exhibitions.letters import send_answers

    answer = complain(work, Client(enforce_csrf_checks=True), email="v@example.org")
    assert answer.status_code == 302
    assert not answer.cookies
    concern = Concern.objects.get()
    notice = Notice.objects.get(person=curator, kind="concern")
    assert addresses([notice.event])[notice.event_id] == reverse("curating:concern", args=[concern.pk])
    assert "The maker is another." in visit(answer["Location"]).content.decode()
    services.answer(curator, concern, "You are right.")
    assert "You are right." in visit(answer["Location"]).content.decode()
    assert send_answers(timezone.now()) == 1
    assert send_answers(timezone.now()) == 0
    assert answer["Location"] in mailoutbox[0].body
    assert visit(answer["Location"][:-2] + "x/").status_code == 404
    assert visit(reverse("exhibitions:concern", args=[concern.pk])).status_code == 404


def test_the_form_says_what_it_asks_for(work):
    html = visit(reverse("exhibitions:report", args=[work.pk])).content.decode()
    for words in ("What is it about?</label>", "Your words</label>", "E-mail <span"):
        assert words in html


def test_what_is_no_report_is_refused_and_a_program_is_not_heard(work):
    assert complain(work, text="no").status_code == 400
    assert complain(work, kind="spam").status_code == 400
    assert complain(work, email="nobody").status_code == 400
    assert complain(work, website="http://spam.example").status_code == 302
    assert not Concern.objects.exists()


def test_too_many_reports_of_one_visitor_or_of_one_work_are_refused(work, monkeypatch):
    from portal.exhibitions.services import concerns

    codes = [complain(work).status_code for _ in range(concerns.PER_VISITOR + 1)]
    assert codes == [302] * concerns.PER_VISITOR + [429]
    monkeypatch.setattr(concerns, "PER_WORK", Concern.objects.count())
    assert complain(work, Client(REMOTE_ADDR="192.0.2.9")).status_code == 429
    assert Concern.objects.count() == concerns.PER_VISITOR
