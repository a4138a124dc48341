"""What an address may ask to compare: whatever it says, two to four pictures of this work, or a sentence."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.catalogue.services import attach_master
from restoration.comparing import choices, choose
from restoration.figures import Figures
from restoration.judging import judge_candidate
from restoration.services import order_restoration
from tests.factories import ArtworkFactory, CollectionFactory, mask_for, person, picture_upload
from tests.pages.conftest import finish, sealed_picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chosen(curator, artwork):
    """A function: the values of ?show= → the keys of the panes, and what was said."""

    def chosen(*show, of=artwork):
        panes, said = choose(curator, of, show)
        return [pane.key for pane in panes], said

    return chosen


def keys(candidates):
    return [str(it.pk) for it in candidates]


def test_the_panes_stand_in_the_order_of_the_address(chosen, candidates):
    one, two, three = keys(candidates)
    assert chosen(f"{two},original,{three}") == ([two, "original", three], [])
    assert chosen("original", two.upper(), f"{two},{one}") == (["original", two, one], [])


def test_nothing_asked_shows_the_original_and_the_best(chosen, candidates, curator):
    assert chosen() == (["original", keys(candidates)[2]], [])  # the latest
    judge_candidate(curator, candidates[2], "rejected", reason="blurred")
    assert chosen()[0] == ["original", keys(candidates)[0]]
    judge_candidate(curator, candidates[1], "picked")
    assert chosen()[0] == ["original", keys(candidates)[1]]
    assert chosen("original")[0] == ["original", keys(candidates)[1]]
    assert chosen(keys(candidates)[0])[0] == ["original", keys(candidates)[0]]


def test_what_is_foreign_or_junk_is_left_out_with_a_sentence(chosen, candidates, collection, curator):
    other = ArtworkFactory(collection=collection)
    foreign = finish(
        order_restoration(curator, other, mask=mask_for(other), engine="telea"), [sealed_picture(collection, seed=77)]
    ).candidates.get()
    one, two, _three = keys(candidates)
    panes, said = chosen(f"{one},{foreign.pk},{two}", "'; drop table", str(uuid.uuid4()), str(other.master_id))
    assert panes == [one, two]
    assert said == ["4 of the pictures asked for do not belong to this work and were left out."]


def test_at_most_four_are_shown(chosen, candidates, curator, artwork, mask, work):
    order_restoration(curator, artwork, mask=mask, engine="navier-stokes", candidates=1)
    work()
    more = keys(artwork.restorations.first().candidates.all())
    panes, said = chosen("original", *keys(candidates), *more)
    assert panes == ["original", *keys(candidates)]
    assert said == ["At most four pictures are compared at once; the first four are shown."]


def test_a_picture_of_another_size_is_left_out_with_a_sentence(chosen, candidates, artwork, curator):
    attach_master(curator, artwork, picture_upload(seed=8, width=200, height=100))
    artwork.refresh_from_db()
    one = keys(candidates)[0]
    assert chosen(f"original,{one}")[0] == ["original", one]  # the photograph it was made from
    panes, said = chosen(one, str(artwork.master_id))
    assert panes == ["original", one]
    assert "another size" in said[0]


def test_an_earlier_photograph_of_the_same_size_can_lie_there(chosen, candidates, artwork, curator):
    first = str(artwork.master_id)
    attach_master(curator, artwork, picture_upload(seed=8, width=256, height=192))
    artwork.refresh_from_db()
    one = keys(candidates)[0]
    assert chosen(f"{artwork.master_id},{first},{one}") == ([str(artwork.master_id), first, one], [])
    assert chosen(f"original,{first},{one}")[0] == ["original", one]  # which is that one


def test_a_work_with_nothing_shows_nothing(chosen, collection, visit):
    bare = ArtworkFactory(collection=collection)
    assert chosen("original", of=bare) == ([], [])
    empty = ArtworkFactory(collection=collection, master=None)
    for work in (bare, empty):
        html = visit(reverse("restoration:compare", args=[work.pk])).content.decode()
        assert "nothing to compare yet" in html


def test_a_choice_adds_or_takes_away(curator, artwork, candidates):
    one, two, three = keys(candidates)
    panes, _said = choose(curator, artwork, [f"original,{one}"])
    offered = {it.pane.key: it.show for it in choices(curator, artwork, panes)}
    assert offered == {
        "original": "",
        one: "",
        two: f"original,{one},{two}",
        three: f"original,{one},{three}",
    }
    panes, _said = choose(curator, artwork, [f"original,{one},{two},{three}"])
    offered = {it.pane.key: it.show for it in choices(curator, artwork, panes)}
    assert offered["original"] == f"{one},{two},{three}"


@pytest.mark.parametrize(
    "query", ["", "show=,,,", "show=%00", "show=original,original", "mode=x&at=1e999&pair=9,9&by=NaN"]
)
def test_the_page_bears_any_address(visit, artwork, candidates, query):
    response = visit(f"{reverse('restoration:compare', args=[artwork.pk])}?{query}")
    assert response.status_code == 200
    assert response.content.decode().count("data-pane=") == 2


def test_the_page_asks_as_much_for_four_as_for_two(visit, artwork, candidates, curator):
    def queries(show):
        path = f"{reverse('restoration:compare', args=[artwork.pk])}?show={','.join(show)}"
        visit(path)
        with CaptureQueriesContext(connection) as captured:
            assert visit(path).status_code == 200
        return len(captured)

    one, two, three = keys(candidates)
    for candidate in candidates:
        judge_candidate(curator, candidate, "rejected", reason="seam")
        judge_candidate(curator, candidate, "picked")
    before = queries(["original", one])
    assert queries(["original", one, two, three]) == before
    assert before < 40


def test_who_may_only_look_judges_nothing(visit, artwork, candidates, collection):
    path = reverse("restoration:compare", args=[artwork.pk])
    html = visit(path, user=person("consultant", collection)).content.decode()
    assert 'method="post"' not in html.split("<main")[1]
    for name in ("compare", "candidates", "stencil"):
        assert (
            visit(reverse(f"restoration:{name}", args=[artwork.pk]), user=CollectionFactory().created_by).status_code
            == 404
        )


def test_the_numbers_are_said_in_words(visit, artwork, candidates):
    html = visit(reverse("restoration:compare", args=[artwork.pk])).content.decode()
    for words in ("Every pixel outside the mask is the master", '<b class="zero">0</b>', '<th scope="row">Seam</th>'):
        assert words in html, words


def test_an_engine_without_chance_has_no_seed(candidates):
    assert [Figures(it).seed for it in candidates] == [candidates[0].seed, candidates[1].seed, None]


def test_a_stencil_is_a_hole_where_a_mask_is_and_only_there(visit, artwork, candidates):
    import pyvips

    from tests.factories import mask_pixels

    path = f"{reverse('restoration:stencil', args=[artwork.pk])}?show=original,{candidates[0].pk}"
    layer = pyvips.Image.new_from_buffer(visit(path).content, "").numpy()
    assert layer.shape == (192, 256, 4)
    assert not layer[..., :3].any()
    assert ((layer[..., 3] == 0) == (mask_pixels(256, 192) > 0)).all()
    assert set(layer[..., 3].ravel()) == {0, 255}
    assert visit(f"{reverse('restoration:stencil', args=[artwork.pk])}?show={artwork.master_id},junk").status_code in (
        200,
        404,
    )
