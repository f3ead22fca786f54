"""What folders' names, file names and tables say: which digit, and whether that is certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.files import limits
from core.my_digits import label_tables
from core.my_digits.digit_names import digit_of
from core.my_digits.label_tables import LabelTable
from core.my_digits.labelling import Rule, is_sure, labellings

ROOT = Path("/pictures")


def said(*names: str, tables: tuple[LabelTable, ...] = (), root: Path = ROOT) -> dict[Rule, list[int | None]]:
    """What each rule says of pictures of these names."""
    found = labellings([root / name for name in names], root, tables)
    return {each.rule: list(each.labels) for each in found}


def sure(*names: str, tables: tuple[LabelTable, ...] = (), root: Path = ROOT) -> list[int | None] | None:
    """The labels that are taken without asking; None where it has to be asked."""
    found = labellings([root / name for name in names], root, tables)
    return list(found[0].labels) if is_sure(found) else None


def table(text: str, folder: Path = ROOT) -> tuple[LabelTable, ...]:
    return (LabelTable(folder, text),)


# A name


@pytest.mark.parametrize(
    ("digit", "names"),
    [
        (
            0,
            [
                "0",
                "zero",
                "ZERO",
                "Zeros",
                "zeroes",
                "Sample001",
                "sample001",
                "零",
                "〇",
                "０",
                "digit_0",
                "00",
            ],
        ),
        (1, ["one", "ones", "一", "Sample002", "Class 1", "1_one"]),
        (2, ["two", "二", "class_2", "2"]),
        (3, ["three", "三", "label3", "３"]),
        (4, ["four", "四", "Class 4", "class-4", "digit-4", "CLASS4", "(4)"]),
        (5, ["five", "五", "no. 5", "number 5", "05"]),
        (6, ["six", "sixes", "六", "第6类", "数字6"]),
        (7, ["seven", "七", "num7", " 7 ", "7.0", "标签七", "digit seven"]),
        (8, ["eight", "八", "cls 8", "nr 8"]),
        (9, ["nine", "九", "Sample010", "digits 9", "nine (9)"]),
    ],
)
def test_a_name_says_its_digit(digit: int, names: list[str]) -> None:
    assert [digit_of(name) for name in names] == [digit] * len(names)


NO_DIGITS = "|10|ten|train|mnist|page 4|scan7|4 of 20|3_7|one two|²|Sample000|Sample011|Sample062|2024|004|v1"
NO_DIGITS += "|test_1|十|七八|zéro|class|1.5|half"


@pytest.mark.parametrize("name", NO_DIGITS.split("|"))
def test_a_name_that_is_no_digit_says_none(name: str) -> None:
    assert digit_of(name) is None


# Folders


def test_a_folders_name_wins_over_a_files_number() -> None:
    assert sure("zero/13.png", "zero/3.png", "nine/7.png") == [0, 0, 9]
    assert sure("Class 4/1.png", "Class 5/2.png") == [4, 5]
    assert sure("Sample001/img001-001.png", "Sample010/img010-001.png", "Sample011/img011-001.png") == [
        0,
        9,
        None,
    ]
    assert sure("train/3/70.png", "test/5/1.png") == [3, 5]
    assert sure("7/old/3_a.png", "digit_2/x.png") == [7, 2]


def test_the_folder_that_was_chosen_counts_where_none_in_it_says_a_digit() -> None:
    assert sure("a.png", "more/b.png", root=ROOT / "7") == [7, 7]
    assert sure("4/a.png", "5/b.png", root=ROOT / "7") == [4, 5]


def test_folders_whose_numbers_go_on_past_9_are_asked_about() -> None:
    names = [f"{folder}/a{folder}.png" for folder in range(1, 13)]
    assert sure(*names) is None
    assert said(*names)[Rule.FOLDER] == [*range(1, 10), None, None, None]
    assert sure("class 1/a.png", "class 10/b.png") is None


def test_two_levels_of_digits_are_asked_about_unless_the_outer_ones_are_numbers() -> None:
    assert sure("1/7/a.png", "2/8/b.png") is None
    assert said("1/7/a.png", "2/8/b.png") == {Rule.FOLDER: [7, 8], Rule.OUTER_FOLDER: [1, 2]}
    assert sure("1/7/a.png", "12/8/b.png") == [7, 8]
    assert sure("7/seven/a.png", "8/x/b.png") == [7, 8]
    assert sure("7/1/a.png", "8/12/b.png") is None
    assert said("7/1/a.png", "8/12/b.png")[Rule.OUTER_FOLDER] == [7, 8]
    assert sure("7/11/a.png", "8/12/b.png") is None
    assert said("7/11/a.png", "8/12/b.png") == {Rule.OUTER_FOLDER: [7, 8]}


def test_pictures_outside_the_labelled_folders_are_asked_about_if_their_names_say_something() -> None:
    assert sure("7/a.png", "b.png") == [7, None]
    assert sure("7/a.png", "4_b.png", "5_b.png") is None
    assert sure("7/a.png", "img_4.png") == [7, None]  # that alone would not have been certain


# File names


def test_names_that_begin_with_a_digit_say_it() -> None:
    assert sure("7_0001.png", "3_0001.png", "3_0002.png") == [7, 3, 3]
    assert sure("4_first.png", "5-b.jpg", "6.png") == [4, 5, 6]
    assert sure("７_a.png", "3 (2).png") == [7, 3]
    assert sure(*(f"{digit}.png" for digit in range(10))) == list(range(10))


def test_a_number_after_a_word_for_label_says_it() -> None:
    assert sure("img_0001_label_7.png", "img_0002_label_3.png") == [7, 3]
    assert sure("Digit 7 a.png", "digit-4 b.png", "num3.png") == [7, 4, 3]


def test_numbers_that_go_on_past_9_are_numbers() -> None:
    names = [f"{number}.png" for number in range(1, 21)]
    assert sure(*names) is None
    assert said(*names) == {Rule.FIRST_NUMBER: [*range(1, 10), *[None] * 11]}
    assert said("img_0001.png", "img_0002.png") == {}
    assert sure("7_a.png", "70_b.png") is None


def test_numbers_that_only_count_are_asked_about() -> None:
    assert sure("1.png", "2.png", "3.png") is None
    assert sure("0.png", "1.png") is None
    assert sure("a/1.png", "a/2.png", "b/7.png", "b/3.png") is None
    assert sure("a/2.png", "a/3.png") == [2, 3]


def test_numbers_that_may_be_anything_are_asked_about() -> None:
    assert sure("a7.png", "b3.png") is None
    assert said("a7.png", "b3.png") == {Rule.FIRST_NUMBER: [7, 3]}
    assert sure("hsf_0_00012.png", "hsf_1_00013.png") is None
    assert sure("2_a.png", "2_b.png") is None  # as the second of several series
    assert said("1_scan_7.png", "1_scan_4.png") == {Rule.FIRST_NUMBER: [1, 1], Rule.LAST_NUMBER: [7, 4]}
    assert sure("7_a.png") == [7]


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["3_7.png", "3_8.png", "4_7.png", "4_2.png"], None),  # the first may be the writer
        (["a/3_7.png", "a/4_7.png", "b/3_2.png"], None),
        (["3_2.png", "3_3.png", "4_2.png"], None),
        (["7_0.png", "7_1.png", "3_0.png"], [7, 7, 3]),  # the last number the pictures of a digit
        (["7_2.png", "7_1.png", "3_1.png"], [7, 7, 3]),
        (["a/7_1.png", "b/7_1.png", "b/3_2.png", "b/3_1.png"], [7, 7, 3, 3]),
        (["7_v2.png", "3_v2.png"], [7, 3]),  # they are all the same
        (["7_5.png", "3.png"], [7, 3]),  # not all have a last number
        (["7_5.png", "3_12.png"], [7, 3]),
        (["label_7_2.png", "label_3_5.png"], [7, 3]),
    ],
)
def test_a_last_number_that_could_be_the_digit_is_asked_about(
    names: list[str], labels: list[int] | None
) -> None:
    assert sure(*names) == labels


def test_names_without_anything_say_nothing() -> None:
    assert said("seven.png", "a.png", "mnist/x/70.png") == {}


# Tables


NAMES = ("1.png", "2.png", "3.png", "sub/20.png")


@pytest.mark.parametrize(
    "text",
    [
        "filename,label\n1.png,7\n2.png,2\n3.png,1\nsub/20.png,0\n",
        "1.png,7\n2.png,2\n3.png,1\nsub/20.png,0",
        "label;file\r\n7;1.png\r\n2;2.png\r\n1;3.png\r\n0;20.png\r\n",
        '"file"\t"digit"\n"1.png"\t"7"\n"2.png"\t"2"\n"3.png"\t"1"\n"sub\\20.png"\t"0"\n',
        "1 7\n2 2\n3 1\n20 0\n",
        "id,label\n1,7.0\n2,2.0\n3,1.0\nsub/20,0.0\n",
        "1.PNG, seven\n./2.png, two\n/home/me/3.png, one\nSUB/20.png, Class 0\n",
        "file,width,height,label\n1.png,28,9,7\n2.png,28,9,2\n3.png,28,9,1\nsub/20.png,28,9,0\n",
        "file,fold,label\n1.png,1,7\n2.png,2,2\n3.png,1,1\nsub/20.png,2,0\n",
    ],
)
def test_a_table_says_which_digits_pictures_show(text: str) -> None:
    found = labellings([ROOT / name for name in NAMES], ROOT, table(text))
    assert (found[0].rule, found[0].labels) == (Rule.TABLE, (7, 2, 1, 0))
    assert is_sure(found)


def test_a_table_is_read_from_its_file_with_or_without_a_mark_at_its_beginning(tmp_path: Path) -> None:
    for content in ("﻿1.png,7\n2.png,3".encode(), "1.png\t7\n2.png\t3".encode("utf-16")):
        (tmp_path / "labels.csv").write_bytes(content)
        read = label_tables.read(tmp_path / "labels.csv")
        assert read is not None and read.folder == tmp_path
        assert sure("1.png", "2.png", tables=(read,), root=tmp_path) == [7, 3]


def test_a_file_that_is_no_table_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    assert label_tables.read(path) is None
    path.write_bytes(bytes(limits.TABLES_FILE + 1))
    assert label_tables.read(path) is None
    texts = ("", "1.png", "1.png,ten\n2.png,12", '"1.png,7', "\0\0,\0", "a" * 300_000 + ",7", "7,7\n3,3")
    for text in texts:
        assert said("a/x.png", "1.png", tables=table(text)).get(Rule.TABLE) is None, text[:20]


def test_a_table_counts_for_its_own_folder_and_those_in_it() -> None:
    tables = table("1.png,7", ROOT / "a") + table("1.png,3", ROOT / "b")
    assert sure("a/1.png", "b/1.png", "c/1.png", tables=tables) == [7, 3, None]


def test_the_separator_is_found_where_the_first_lines_name_other_pictures() -> None:
    others = "".join(f"other{number}.png;{number % 10}\n" for number in range(300))
    assert sure("1.png", "2.png", tables=table(f"{others}1.png;7\n2.png;3\n")) == [7, 3]


def test_a_name_that_several_pictures_have_is_matched_by_its_path_only() -> None:
    assert said("a/x.png", "b/x.png", tables=table("x.png,7\nb/x.png,3"))[Rule.TABLE] == [None, 3]


def test_tables_that_contradict_themselves_are_asked_about() -> None:
    assert said("x.png", "y.png", tables=table("x.png,7\nx.png,3\ny.png,1"))[Rule.TABLE] == [None, 1]
    assert sure("x.png", "y.png", tables=table("x.png,7\nx.png,3\ny.png,1")) is None
    assert sure("x.png", "y.png", tables=table("x.png,7\ny.png,1") + table("x.png,7\ny.png,2")) is None
    assert sure("x.png", "y.png", tables=table("x.png,7,3\ny.png,1,4")) is None  # which column is it?


def test_a_table_that_says_one_digit_of_all_is_asked_about() -> None:
    assert sure("x.png", "y.png", tables=table("x.png,0\ny.png,0")) is None
    assert sure("x.png", tables=table("x.png,0")) == [0]


def test_a_table_and_folders_that_differ_are_asked_about() -> None:
    assert sure("7/x.png", "3/y.png", tables=table("x.png,7\ny.png,3")) == [7, 3]
    assert sure("7/x.png", "3/y.png", tables=table("x.png,7\ny.png,4")) is None
    assert sure("7/x.png", "3/y.png", tables=table("x.png,7")) is None  # the folder labels more
    assert sure("1/7.png", "12/8.png", tables=table("1/7.png,3\n12/8.png,4")) is None
