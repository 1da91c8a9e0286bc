"""Answers as words, codes and numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType
from kundenmetrik.frame.reading.answers import answers as read_answers
from kundenmetrik.frame.reading.answers import step_faults

WORDS = ["sehr schlecht", "schlecht", "mittel", "gut", "sehr gut"]
SCALE = km.Scale(1, 5, labels=WORDS, missing_codes=("weiß nicht", 9))


@pytest.mark.parametrize(
    "dtype", [object, "string", "category", pd.CategoricalDtype([*WORDS[::-1], "weiß nicht"], ordered=True)], ids=str
)
def test_words_are_the_steps_of_their_scale_whatever_their_order(dtype: object) -> None:
    answers = pd.Series(["gut", "sehr gut", None, "weiß nicht", "schlecht"], dtype=dtype)
    found = km.csat(answers, scale=SCALE)
    assert found.counts.table.tolist() == [[0, 1, 0, 1, 1]]
    assert dict(found.excluded) == {"missing": 2}
    assert found == km.csat([4, 5, None, 9, 2], scale=SCALE) or found.value == km.csat([4, 5, 2]).value


def test_an_unknown_word_is_told_with_the_nearest() -> None:
    with pytest.raises(InvalidData, match=r"scores must be labels of the scale.*row 1: 'guth'.*Did you mean 'gut'"):
        km.csat(["gut", "guth"], scale=SCALE)
    with pytest.raises(InvalidType, match="scores must"):
        km.csat(["gut", "gut"])


ENDS = km.Scale(0, 10, labels={"10 (\u00e4u\u00dferst wahrscheinlich)": 10}, missing_codes=("wei\u00df nicht", 99))


@pytest.mark.parametrize(
    "given",
    [
        [10, 9, "10 (\u00e4u\u00dferst wahrscheinlich)", "wei\u00df nicht"],
        [10.0, np.int64(9), "10 (a\u0308u\u00dferst\u00a0wahrscheinlich)", 99],
        ["10", "9", " 10  (\u00c4u\u00dferst wahrscheinlich)", "Wei\u00df nicht "],
        pd.Series(["10", "9", "10", "99"], dtype="string"),
    ],
    ids=["numbers beside labels", "decomposed letters", "case and blanks", "texts of numbers"],
)
def test_numbers_stand_beside_the_labels_of_the_ends(given: object) -> None:
    found = km.nps(given, scale=ENDS)
    assert (found.value, found.n, dict(found.excluded)) == (100.0, 3, {"missing": 1})


def test_numbers_are_no_labels_where_a_label_begins_with_another_number() -> None:
    turned = km.Scale(1, 5, labels={"1 (sehr gut)": 5, "5 (schlecht)": 1})
    with pytest.raises(InvalidData, match=r"labels of the scale \(1 \(sehr gut\), 5 \(schlecht\)\).*row 0: '1'"):
        km.csat([1, "1 (sehr gut)"], scale=turned)
    for odd in ([8.5, "wei\u00df nicht"], ["11", "9"]):
        with pytest.raises(InvalidData, match="must be labels of the scale"):
            km.nps(odd, scale=ENDS)
    with pytest.raises(InvalidData, match="keys of one type"):
        km.nps([True, "10"], scale=ENDS)


def test_words_that_differ_in_case_only_are_told_apart() -> None:
    scale = km.Scale(1, 2, labels={"gut": 2, "Gut": 1})
    assert km.csat(["gut", "Gut", "gut"], scale=scale, satisfied=[2]).counts.table.tolist() == [[1, 2]]
    with pytest.raises(InvalidData, match="GUT"):
        km.csat(["GUT", "gut"], scale=scale, satisfied=[2])


def test_codes_for_no_answer_are_missing() -> None:
    coded = km.Scale(0, 10, missing_codes=(99, -1))
    for answers in (
        [9, 99, 10, -1],
        np.array([9, 99, 10, -1], dtype=np.int8),
        pd.Series([9, 99, 10, -1], dtype="Int16"),
    ):
        found = km.nps(answers, scale=coded)
        assert (found.value, dict(found.excluded)) == (100.0, {"missing": 2})
    with pytest.raises(InvalidData, match=r"Scale\(0, 10, missing_codes=\(99, -1,\)\)"):
        km.nps([9, 99, 10, -1])


def test_a_word_for_no_answer_stands_among_numbers() -> None:
    scale = km.Scale(0, 10, missing_codes=("weiß nicht",))
    for answers in ([9, "weiß nicht", 3], pd.Series([9, "weiß nicht", 3], dtype=object)):
        assert dict(km.nps(answers, scale=scale).excluded) == {"missing": 1}
    with pytest.raises(InvalidData, match="row 1: 'keine Angabe'"):
        km.nps([9, "keine Angabe", "weiß nicht"], scale=scale)


LONG = pd.DataFrame({"question": "csat", "score": ["gut", "egal", "schlecht", "sehr gut", None], "who": range(5)})
CSAT = km.CSAT(scale=SCALE)


@pytest.mark.parametrize(
    ("measured", "n", "lost"),
    [
        (lambda how: km.csat(LONG["score"], scale=SCALE, invalid=how), 3, {"missing": 1}),
        (lambda how: km.csat(LONG["score"], weight=[1.0] * 5, scale=SCALE, invalid=how), 3, {"not_a_step": 1}),
        (lambda how: km.measure(LONG, CSAT, invalid=how).overall(), 3, {"not_a_step": 1}),
        (
            lambda how: km.measure(LONG, CSAT, cluster="who", invalid=how).overall(),
            3,
            {"not_a_step": 1},
        ),
        (lambda how: km.csat(pd.Series(["egal", "gut"], dtype="category"), scale=SCALE, invalid=how), 1, {}),
        (lambda how: km.nps([10, "egal", 3, None], invalid=how), 2, {"missing": 1, "not_a_step": 1}),
        (lambda how: km.ces(["egal", 3, 7.0], invalid=how), 2, {"not_a_step": 1}),
    ],
)
def test_unknown_words_are_left_out_and_counted_as_kano_does(
    measured: Callable[[str], km.Estimate], n: int, lost: dict[str, int]
) -> None:
    with pytest.raises(InvalidData, match="egal"):
        measured("raise")
    found = measured("exclude")
    assert found.n_raw == n
    assert found.excluded["not_a_step"] == 1
    assert lost.items() <= dict(found.excluded).items()


def test_unknown_words_of_kano_and_of_surveys_have_one_reason() -> None:
    pairs = pd.DataFrame({"customer_id": [1, 2], "feature": "f", "functional": [1, 2], "dysfunctional": ["egal", 2]})
    kano = km.kano.classify(pairs, invalid="exclude")
    assert {reason for reason, count in kano.excluded.items() if count} == {"not_a_step"}
    assert set(km.nps([9, "egal"], invalid="exclude").excluded) == {"not_a_step"}


def test_numbers_as_text_are_no_unknown_words() -> None:
    for answers in ([10, "9"], ["7,5", 3], [1, "1e1"]):
        with pytest.raises(InvalidData, match="must be numbers, not text"):
            km.nps(answers, invalid="exclude")


@pytest.mark.parametrize("codes", [(None,), ([9],), ({},), (True,), (b"x",), np.array([99])], ids=repr)
def test_codes_are_numbers_or_words(codes: object) -> None:
    with pytest.raises(InvalidType, match=r"^missing_codes must be"):
        km.Scale(0, 10, missing_codes=codes)
    with pytest.raises(InvalidArgument, match="off the scale"):
        km.Scale(0, 10, missing_codes=(5,))
    assert km.Scale(0, 10, missing_codes={99}).missing_codes == (99,)
    assert km.Scale(0, 10, missing_codes="k. A.").missing_codes == ("k. A.",)


@pytest.mark.parametrize("labels", [5, "ja", [1, 2], [["a"], ["b"]], b"ab", range(1)], ids=repr)
def test_labels_are_words(labels: object) -> None:
    with pytest.raises(InvalidType, match=r"^labels must be"):
        km.Scale(1, 2, labels=labels)


@pytest.mark.parametrize("labels", [["a"], ["a", "a"], {"a": 3}, {"a": True}, {1: 1}], ids=repr)
def test_labels_fit_their_steps(labels: object) -> None:
    with pytest.raises(InvalidArgument, match=r"^labels must"):
        km.Scale(1, 2, labels=labels)


def test_codes_for_no_answer_are_missing_and_strange_ones_have_a_remedy() -> None:
    column = read_answers([3, 99, 2, "none"], "csat", missing_codes=(99, "none"))
    assert column.missing is not None
    assert column.missing.tolist() == [False, True, False, True]
    assert column.values[[0, 2]].tolist() == [3, 2]
    assert not step_faults(column, "csat", 1, 5)
    (fault,) = step_faults(read_answers([3, 99, 2], "csat"), "csat", 1, 5)
    assert (fault.rows, fault.values) == ((1,), (99,))
    assert "99" in fault.remedy
