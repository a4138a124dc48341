"""The walk of docs/integrators.md that draws a mask, run as a reader would run it."""

import pytest

from portal.accounts.services import create_token
from restoration.models import Mask
from tests.walks import walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.xdist_group("servers")
def test_a_program_draws_a_mask(live_site, artwork, curator, tmp_path):
    _row, key = create_token(curator, name="walk", scopes=["restoration"])
    walk("Drawing a mask", live_site, key, tmp_path)
    mask = Mask.objects.get()
    assert (mask.source, mask.note, mask.feather, mask.confirmed_by) == ("drawn", "Along the fold", 2, curator)
    assert round(mask.coverage["crack"] * artwork.master.width * artwork.master.height) == 3 * 35
