"""The walk of studies in docs/integrators.md, run word for word against a real web server."""

import pytest

from portal.accounts.services import create_token
from review.models import Sheet, Study
from tests.walks import walk


@pytest.mark.xdist_group("servers")
def test_the_documented_walk_sets_a_study_up_and_an_expert_scores(live_site, running, coordinator, tmp_path):
    going = running("scoring")
    expert = going.seats.select_related("user").first().user
    keys = [create_token(user, name="walk", scopes=["review"], days=1)[1] for user in (coordinator, expert)]
    said = walk("Studies", live_site, keys[0], tmp_path, EXPERT=keys[1])
    made = Study.objects.exclude(pk=going.pk).get()
    assert (made.title_zh, made.items.count(), made.items.filter(calibration=True).count()) == ("山", 5, 2)
    assert made.rendition_side
    assert "The benchmark set for calibration needs three pictures or more." in said
    assert (tmp_path / "blind.jpg").read_bytes()[:2] == b"\xff\xd8"
    sheet = Sheet.objects.get(presentation__seat__user=expert, presentation__round=0)
    assert sheet.submitted_at
    assert said.splitlines()[-1] == "True"
