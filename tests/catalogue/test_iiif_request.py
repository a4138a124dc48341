"""The five parameters of a IIIF image request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.iiif_request import MAX_AREA, parse
from portal.errors import UserError


def asked(region="full", size="max", rotation="0", quality="default", format="jpg", picture=(600, 400)):
    return parse(picture, region, size, rotation, quality, format)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("full", (0, 0, 600, 400)),
        ("square", (100, 0, 400, 400)),
        ("10,20,30,40", (10, 20, 30, 40)),
        ("590,390,100,100", (590, 390, 10, 10)),
        ("pct:25,50,50,25", (150, 200, 300, 100)),
        ("pct:33.3,0,33.4,100", (200, 0, 200, 400)),
    ],
)
def test_region(region, expected):
    answer = asked(region)
    assert (answer.x, answer.y, answer.w, answer.h) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("max", (600, 400)),
        ("300,", (300, 200)),
        (",100", (150, 100)),
        ("120,50", (120, 50)),
        ("!300,300", (300, 200)),
        ("!9000,9000", (600, 400)),  # as large as possible, never larger than the region
        ("^!1200,9000", (1200, 800)),
        ("^900,", (900, 600)),
        ("pct:50", (300, 200)),
        ("^pct:150", (900, 600)),
        ("1,", (1, 1)),
    ],
)
def test_size(size, expected):
    answer = asked(size=size)
    assert (answer.width, answer.height) == expected


def test_max_of_a_huge_picture_is_what_one_answer_holds():
    answer = asked(picture=(30_000, 20_000))
    assert answer.width * answer.height <= MAX_AREA
    assert answer.width / answer.height == pytest.approx(1.5, rel=0.001)


@pytest.mark.parametrize(("rotation", "mirror", "degrees"), [("90", False, 90), ("!0", True, 0), ("360", False, 0)])
def test_rotation(rotation, mirror, degrees):
    answer = asked(rotation=rotation)
    assert (answer.mirror, answer.degrees) == (mirror, degrees)


JUNK = [
    *(
        {"region": text}
        for text in ("", "all", "0,0,0,10", "600,0,10,10", "1,2,3", "-1,0,5,5", "1.5,0,5,5", "pct:0,0,0,9")
    ),
    *(
        {"size": text}
        for text in ("", "601,", "^", ",", "0,5", "0,", "pct:0", "pct:101", "!5,", "^99999,99999", "๓,", "5,5,5")
    ),
    *({"rotation": text} for text in ("", "45", "91", "-90", "!", "361", "nan")),
    *({"quality": text} for text in ("", "native", "Default")),
    *({"format": text} for text in ("", "tif", "exe", "JPG")),
]


@pytest.mark.parametrize("junk", JUNK, ids=str)
def test_junk_is_refused_with_one_sentence(junk):
    with pytest.raises(UserError) as raised:
        asked(**junk)
    assert str(raised.value).endswith(".")


numbers = st.one_of(st.integers(-5, 2000).map(str), st.floats(0, 200).map(str), st.text(max_size=5))
regions = st.one_of(
    st.just("full"), st.tuples(st.sampled_from(["", "pct:"]), *[numbers] * 4).map(lambda t: t[0] + ",".join(t[1:]))
)
sizes = st.tuples(
    st.sampled_from(["", "^", "!", "^!", "pct:", "^pct:"]), numbers, st.sampled_from([",", ""]), numbers
).map("".join)


@given(regions, sizes, st.integers(1, 5000), st.integers(1, 5000))
def test_whatever_is_asked_the_answer_lies_inside_the_picture_and_the_limits(region, size, width, height):
    try:
        answer = asked(region, size, picture=(width, height))
    except UserError:
        return
    assert 0 <= answer.x < answer.x + answer.w <= width
    assert 0 <= answer.y < answer.y + answer.h <= height
    assert answer.width >= 1
    assert answer.height >= 1
    assert answer.width * answer.height <= MAX_AREA
    if not size.startswith("^"):
        assert answer.width <= answer.w
        assert answer.height <= answer.h
