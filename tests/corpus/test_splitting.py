"""Albums, series and scrolls stay together, and everybody gets the same split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.corpus.errors import CorpusError
from generation.corpus.splitting import TEST, drawn, split
from generation.corpus.works import RANGE, Row, album, table


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("甲_花卉册（十一开）30.3×30.3cm-3", "花卉册"),
        ("花卉册（十一开）30.3×30.3cm-4", "花卉册"),
        ("仿古山水十二开-10", "仿古山水十二开"),
        ("寫生冊 桃花", "寫生冊"),
        ("甲_设色山水长卷_1668年__24×867cm-8", "设色山水长卷"),
        ("奇观图-2", "奇观图"),
        ("Rivers (detail)", "Rivers"),
        ("12", "12"),
    ],
)
def test_the_leaves_of_an_album_have_its_name(title, name):
    assert album(title, "甲") == name


def test_one_title_by_two_painters_is_two_works():
    assert Row("a.png", title="山水册1", artist="甲").work != Row("b.png", title="山水册1", artist="乙").work


def test_untitled_pictures_with_near_numbers_are_one_work():
    rows = [Row(f"x/met_{number}.webp", set="s", museum="met") for number in (0, RANGE - 1, RANGE)]
    assert rows[0].work == rows[1].work != rows[2].work


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["train", "test", ""])), unique_by=lambda it: it[0]))
def test_no_work_lies_in_two_parts_and_what_is_kept_for_testing_stays_there(numbers):
    rows = [Row(f"x/a_{number}.png", split=part, set="s") for number, part in numbers]
    parts = split(rows)
    works: dict[str, set] = {}
    for row in rows:
        works.setdefault(row.work, set()).add(parts[row.file])
        assert row.split != "test" or parts[row.file] == TEST
    assert all(len(found) == 1 for found in works.values())


def test_eight_of_ten_works_are_for_training():
    parts = [drawn(f"work {number}") for number in range(4000)]
    assert parts.count("train") / 4000 == pytest.approx(0.8, abs=0.02)
    assert parts.count("validation") / 4000 == pytest.approx(0.1, abs=0.015)


def test_the_draw_is_the_same_for_ever():
    names = ("甲/花卉册", "s/met/0", "s/met/1", "s/met/12")
    assert [drawn(name) for name in names] == ["train", "validation", "train", "test"]


def test_more_works_change_the_part_of_none():
    few = [Row(f"x/a_{number}.png") for number in range(0, 200, RANGE)]
    many = [*few, *(Row(f"y/b_{number}.png", set="t") for number in range(50))]
    assert split(few).items() <= split(many).items()


def test_a_table_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(CorpusError, match=r"no metadata\.csv"):
        table(tmp_path)
    (tmp_path / "metadata.csv").write_text("name\nx\n")
    with pytest.raises(CorpusError, match="column called file"):
        table(tmp_path)
    (tmp_path / "metadata.csv").write_bytes(b"file\n\xff\xfe\n")
    with pytest.raises(CorpusError, match="no UTF-8"):
        table(tmp_path)
