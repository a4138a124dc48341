"""What a coordinator meets from the empty list to the unblinded result, and what others meet there."""

import csv
import io
import json
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.catalogue.models import Collection
from review import exports
from review.models import Argument, Nomination, Seat, Study
from review.services import people, studies, unblinding
from review.statistics.table import read_csv
from tests.factories import ArtworkFactory, painting_for, person
from tests.review.conftest import candidate_for, fresh, score_all

pytestmark = pytest.mark.django_db
PAGES = ("study", "pictures", "panel", "rubric", "rules")
FORMULA = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


@pytest.fixture
def ask(client, coordinator):
    """Ask for a page of the study as the coordinator (or as `user`)."""

    def ask(name: str, /, *args, user=coordinator, **query):
        client.force_login(user)
        return client.get(reverse(f"review:{name}", args=args), query)

    return ask


@pytest.fixture
def post(client, coordinator):
    """Send a form to a page of the study, as the coordinator (or as `user`)."""

    def post(name: str, /, *args, user=coordinator, **data):
        client.force_login(user)
        return client.post(reverse(f"review:{name}", args=args), data)

    return post


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_empty_list_teaches_and_leads_to_a_new_study(ask, post, collection):
    assert "A study goes this way:" in text(ask("studies"))
    assert 'method="post"' in text(ask("study-new"))
    assert post("study-new", title="", collection=collection.pk).status_code == 200
    made = post("study-new", title="Hills", collection=collection.pk)
    study = Study.objects.get()
    assert made["Location"] == reverse("review:study", args=[study.pk])
    assert "Hills" in text(ask("studies"))
    copied = post("study-new", title="Hills again", collection=collection.pk, source=study.pk)
    assert Study.objects.get(title="Hills again").copied_from == study
    assert "At least two pictures are needed" in text(ask("study", copied["Location"].split("/")[-2]))


def test_words_and_rules_of_a_draft_change_and_mistakes_are_said(ask, post, study_draft):
    study = study_draft(0, 0, 0)
    form = {
        **{"title": "Rivers", "calibration_bar": "0.9", "calibration_rounds": "2", "delphi_rounds": "1"},
        **{"delphi_change": "0.2", "least_reason": "5", "deadline": "2099-01-01T12:00"},
    }
    assert post("rules", study.pk, **form | {"calibration_bar": "7"}).status_code == 200
    assert post("rules", study.pk, **form).status_code == 302
    study = fresh(study)
    assert (study.title, float(study.calibration_bar), study.deadline.year) == ("Rivers", 0.9, 2099)
    assert "Rivers" in text(ask("rules", study.pk))


def rubric_form(response) -> dict[str, str]:
    """The rubric as the page shows it, ready to be sent."""
    forms = response.context["forms"]
    fields = {f"{form.prefix}-{name}": form[name].value() or "" for form in forms for name in form.fields}
    fields = {name: value for name, value in fields.items() if not name.endswith("DELETE")}
    return fields | {"form-TOTAL_FORMS": len(forms), "form-INITIAL_FORMS": forms.initial_form_count()}


def test_the_rubric_of_a_draft_changes_and_its_weights_add_up(ask, post, study_draft):
    study = study_draft(0, 0, 0)
    form = rubric_form(ask("rubric", study.pk))
    assert "The weights lie above 0" in text(post("rubric", study.pk, **form | {"form-0-weight": "0.5"}))
    assert "cannot be the key" in text(post("rubric", study.pk, **form | {"form-0-key": "total"}))
    changed = form | {"form-0-weight": "0.5", "form-1-weight": "0.2", "form-0-name_en": "Technique"}
    assert post("rubric", study.pk, **changed).status_code == 302
    assert str(study.dimensions.get(key="type").weight) == "0.500"
    words = ("key", "name_en", "question_en", *(f"level{value}_en" for value in range(1, 6)))
    one_more = {f"form-4-{name}": "seal" for name in words} | {"form-4-weight": "0.1", "form-0-weight": "0.3"}
    assert post("rubric", study.pk, **form | one_more).status_code == 302
    assert study.dimensions.get(key="seal").position == 4
    fewer = rubric_form(ask("rubric", study.pk)) | {"form-0-weight": "0.6", "form-1-DELETE": "on"}
    assert post("rubric", study.pk, **fewer).status_code == 302
    assert set(study.dimensions.values_list("key", flat=True)) == {"type", "relation", "composition", "seal"}


def test_pictures_are_taken_in_and_out_of_a_draft(ask, post, study_draft, collection):
    study = study_draft(0, 0, 0)
    work, painting, other = ArtworkFactory(collection=collection), painting_for(collection), ArtworkFactory()
    nomination = Nomination.objects.get(candidate=candidate_for(work))
    offered = text(ask("pictures", study.pk))
    assert str(nomination.pk) in offered
    assert str(other.pk) not in offered
    taken = {"nomination": nomination.pk, "painting": painting.pk, "artwork": [work.pk, other.pk]}
    assert post("pictures", study.pk, **taken).status_code == 302
    assert sorted(study.items.values_list("origin", flat=True)) == ["artwork", "candidate", "painting"]
    nomination.refresh_from_db()
    assert nomination.state == "taken"
    item = study.items.get(origin="candidate")
    assert post("picture-remove", study.pk, item.pk).status_code == 302
    assert post("picture-remove", study.pk, item.pk).status_code == 404
    nomination.refresh_from_db()
    assert (nomination.state, study.items.count()) == ("waiting", 2)


def test_experts_are_invited_written_to_again_ended_and_replaced(ask, post, study_draft):
    study = study_draft(0, 0, 0)
    assert "Nobody has been invited yet." in text(ask("panel", study.pk))
    assert post("panel", study.pk, email="no address", language="en").status_code == 200
    assert post("panel", study.pk, email="Lin@example.org", language="zh-hans", name="Lin").status_code == 302
    seat = study.seats.get()
    assert (seat.email, seat.language, seat.letter) == ("lin@example.org", "zh-hans", "invitation")
    Seat.objects.update(letter="")
    post("seat", seat.pk, move="resend")
    post("seat", seat.pk, move="end", reason="Too late.")
    seat.refresh_from_db()
    assert (seat.letter, seat.state, seat.reason) == ("invitation", "withdrawn", "Too late.")
    assert post("seat", seat.pk, move="resend").status_code == 400
    assert post("seat", seat.pk, move="replace", email="wu@example.org").status_code == 302
    assert study.seats.get(email="wu@example.org").replaces == seat
    assert post("seat", seat.pk, move="no such move").status_code == 404
    assert "Lin" in text(ask("panel", study.pk))


def test_every_move_from_the_draft_to_the_result(ask, post, study_draft, seated):
    study = study_draft()
    assert "What still blocks the start" in text(ask("study", study.pk))
    assert post("move", study.pk, move="start").status_code == 400
    assert post("move", study.pk, move="no such move").status_code == 404
    seated(study)
    post("move", study.pk, move="renditions")
    assert "Ready to start" in text(ask("study", study.pk))
    for _twice in range(2):
        assert post("move", study.pk, move="start").status_code == 302
    assert "Calibration, round 1" in text(ask("study", study.pk))
    assert "experts have not submitted" in post("move", study.pk, move="calibration").content.decode()
    score_all(fresh(study), 1, lambda item, seat, number: 1 + number % 5)
    post("move", study.pk, move="calibration")
    page = text(ask("study", study.pk))
    assert "Calibration so far" in page
    assert "W 1.000" in page
    score_all(fresh(study), 0, lambda item, seat, number: 1 if seat.label == 1 and not number else 4)
    post("move", study.pk, move="scoring")
    assert "0 of 4 outlying scores have been answered" in text(ask("study", study.pk))
    assert post("move", study.pk, move="discussion").status_code == 400
    assert Argument.objects.filter(discussion__study=study, flagged=True).count() == 4
    post("move", study.pk, move="discussion", unfinished="on")
    assert fresh(study).state == "closed"
    assert reverse("review:result", args=[study.pk]) in text(ask("study", study.pk))
    assert post("move", study.pk, move="abandon", because="x").status_code == 400


def test_a_study_is_ended_with_a_reason_and_its_pages_stay(ask, post, study_draft):
    study = study_draft(1, 0, 0)
    assert post("move", study.pk, move="abandon", because=" ").status_code == 400
    assert post("move", study.pk, move="abandon", because="No money.").status_code == 302
    assert "No money." in text(ask("study", study.pk))
    for name in PAGES:
        text(ask(name, study.pk))
    assert ask("result", study.pk).status_code == 404


@pytest.mark.parametrize("state", ["calibration", "delphi"])
def test_pages_of_a_running_study_change_nothing_and_name_no_code(state, ask, running):
    study = running(state)
    pages = {name: text(ask(name, study.pk)).split("<main")[1] for name in PAGES}
    codes = study.items.values_list("code", flat=True)
    assert not [code for code in codes for page in pages.values() if code[:8] in page]
    changing = {name for name, page in pages.items() if 'method="post"' in page and "disabled" not in page}
    assert changing == {"study", "panel"}  # its moves, and the places of experts


def test_the_panel_is_listed_as_it_was_invited_and_not_by_number(ask, running):
    """Who could read the numbers off the list could read off the files who gave which score."""
    study = running("calibration")
    shown = re.findall(r"<h2>(E \d)</h2>", text(ask("panel", study.pk)))
    assert shown == [f"E {number}" for number in range(5)]
    assert [f"E {number}" for number in range(5)] != list(study.seats.order_by("label").values_list("name", flat=True))


def queries(ask, *args) -> int:
    text(ask(*args))  # whatever is remembered from the first time
    with CaptureQueriesContext(connection) as captured:
        text(ask(*args))
    return len(captured)


def test_pages_ask_as_much_for_many_as_for_few(ask, study_draft, coordinator, collection):
    study = study_draft(2, 1, 1, restored=1)
    people.invite(coordinator, study, email="a@example.org")
    candidate_for(ArtworkFactory(collection=collection))  # offered, as is the painting
    painting_for(collection)
    before = [queries(ask, name, study.pk) for name in PAGES] + [queries(ask, "studies")]
    works = [ArtworkFactory(collection=collection) for _ in range(3)]
    paintings = [painting_for(collection) for _ in range(2)]
    studies.add_items(coordinator, study, artworks=works, paintings=paintings, candidates=map(candidate_for, works))
    for number in range(3):
        people.invite(coordinator, study, email=f"b{number}@example.org")
        study_draft(1, 0, 0)
        candidate_for(ArtworkFactory(collection=collection))
        painting_for(collection)
    assert [queries(ask, name, study.pk) for name in PAGES] + [queries(ask, "studies")] == before


def test_an_empty_form_is_refused_in_words_everywhere(ask, post, running):
    study = running("delphi")
    seat, item = study.seats.first(), study.items.first()
    for name in (*PAGES[1:], "move", "unblind"):
        assert post(name, study.pk).status_code in (200, 302, 400, 404), name
    assert post("seat", seat.pk).status_code == 404
    assert post("picture-remove", study.pk, item.pk).status_code == 400


def test_who_does_not_coordinate_finds_nothing(ask, post, study_draft, curator, stranger):
    study = study_draft(1, 0, 0)
    elsewhere = person("coordinator", Collection.objects.create(name="Elsewhere", created_by=curator))
    for user in (curator, stranger, elsewhere):
        assert [ask(name, study.pk, user=user).status_code for name in PAGES] == [404] * 5
        assert post("move", study.pk, user=user, move="abandon", because="x").status_code == 404
        assert post("picture-remove", study.pk, study.items.get().pk, user=user).status_code == 404
        assert str(study) not in text(ask("studies", user=user))
    assert fresh(study).state == "draft"


def names_of(study: Study) -> set[str]:
    return {str(item.artwork or item.painting.round.caption) for item in study.items.filter(calibration=False)}


def test_the_result_is_by_code_until_two_people_have_unblinded_it(ask, post, running, second, curator, stranger):
    study = running("closed")
    codes = {code[:8] for code in study.items.filter(calibration=False).values_list("code", flat=True)}
    blind = text(ask("result", study.pk))
    assert {code for code in codes if code in blind} == codes
    assert not [name for name in names_of(study) if name in blind]
    assert text(ask("result", study.pk, user=curator))
    assert ask("result", study.pk, user=stranger).status_code == 404
    assert post("unblind", study.pk, user=curator, move="ask", reason="I wonder.").status_code == 403
    assert post("unblind", study.pk, move="ask", reason=" ").status_code == 400
    assert post("unblind", study.pk, move="agree").status_code == 400
    assert post("unblind", study.pk, move="ask", reason="The study is over.").status_code == 302
    assert post("unblind", study.pk, move="agree").status_code == 400
    assert "A second person has to agree." in text(ask("result", study.pk))
    assert "Agree, and unblind" in text(ask("result", study.pk, user=second))
    assert not [name for name in names_of(study) if name in text(ask("result", study.pk, user=second))]
    assert post("unblind", study.pk, user=second, move="agree").status_code == 302
    assert unblinding.is_unblinded(study)
    open_now = text(ask("result", study.pk))
    assert {name for name in names_of(study) if name in open_now} == names_of(study)
    assert not [code for code in codes if code in open_now]


def test_scores_are_handed_out_as_files_that_can_be_read_again(ask, running, tmp_path, stranger):
    study = running("closed")
    sent = ask("scores", study.pk, "csv")
    assert re.fullmatch(r'attachment; filename="study-[0-9a-f]{8}\.csv"', sent["Content-Disposition"])
    (tmp_path / "scores.csv").write_bytes(sent.content)
    table = read_csv(tmp_path / "scores.csv")
    assert (len(table.items), len(table.raters), len(table.dimensions)) == (4, 5, 4)
    assert set(table.items) == set(study.items.filter(calibration=False).values_list("code", flat=True))
    assert {float(value) for scores in table.dimensions.values() for value in scores.flat} == {4.0}
    assert sum(map(float, table.weights.values())) == 1
    book = openpyxl.load_workbook(io.BytesIO(ask("scores", study.pk, "xlsx").content))
    assert book["scores"].max_row == 1 + 4 * 5 * 4
    report = json.loads(ask("scores", study.pk, "json").content)
    assert report["data_sha256"] == study.result.data_sha256
    assert ask("scores", study.pk, "csv", user=stranger).status_code == 404


def test_no_cell_is_ever_a_formula(monkeypatch, study_draft):
    rows = [(word, word, word, "4", "0.5") for word in FORMULA]
    monkeypatch.setattr(exports, "rows_of", lambda study: iter(rows))
    lines = list(csv.reader(io.StringIO(exports.as_csv(None)[0].decode(), newline="")))[1:]
    assert all(cell.startswith("'") for line in lines for cell in line[:3])
    sheet = openpyxl.load_workbook(io.BytesIO(exports.as_xlsx(None)[0]))["scores"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=3) for cell in row} == {"s"}
    assert exports.plain("expert 1") == "expert 1"


def test_the_pages_speak_chinese_and_hold_no_inline_script(ask, running, client):
    study = running("closed")
    client.cookies["django_language"] = "zh-hans"
    for name in (*PAGES, "result"):
        page = text(ask(name, study.pk))
        assert re.search(r"[\u4e00-\u9fff]", page.split("<main")[1]), name
        assert not re.search(r"<style|\sstyle=|\son\w+=", page), name
