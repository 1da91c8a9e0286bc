"""What all figures share: the Axes, ticks in two languages, names shown as they are, nothing loaded too soon."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pandas as pd
import pytest
from matplotlib.figure import Figure

import kundenmetrik as km
from tests import builders

SCORE = km.nps([10] * 40 + [8] * 30 + [3] * 30)
FIGURES = {
    "forest": lambda **options: km.plot.forest(SCORE, **options),
    "histogram": lambda **options: km.plot.histogram(SCORE, **options),
    "survival": lambda **options: km.plot.survival(
        km.retention.survival([3, 5, 5, 8], [True, True, False, True], unit="month"), **options
    ),
    "control_chart": lambda **options: km.plot.control_chart(
        km.monitoring.control_chart([3, 4, 2, 14], [900, 1000, 950, 1100]), **options
    ),
    "kano": lambda **options: km.plot.kano(
        km.kano.from_counts({"chat": {"A": 9, "O": 5, "M": 2, "I": 4, "R": 0, "Q": 0}}), **options
    ),
    "lorenz": lambda **options: km.plot.lorenz(km.clv.lorenz([1, 1, 2, 6]), **options),
}


@pytest.mark.parametrize("name", FIGURES)
def test_it_draws_on_the_axes_it_is_given_and_returns_them(name: str) -> None:
    ax = Figure().add_subplot()
    assert FIGURES[name](ax=ax) is ax
    assert ax.has_data()


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_it_makes_a_figure_of_its_own_with_labelled_axes(name: str, language: str) -> None:
    ax = FIGURES[name](language=language)
    assert builders.png(ax).startswith(b"\x89PNG")
    assert ax.get_xlabel()
    assert ax.get_ylabel() or name == "forest"
    assert "�" not in ax.get_xlabel() + ax.get_ylabel()


@pytest.mark.parametrize("name", FIGURES)
def test_numbers_on_the_axes_have_the_marks_of_the_language(name: str) -> None:
    german, english = (FIGURES[name](language=language) for language in ("de", "en"))
    written = builders.ticks(german.yaxis) + builders.ticks(german.xaxis)
    assert not any("." in text for text in written if not any(letter.isalpha() for letter in text))
    swapped = [text.translate(str.maketrans(",.", ".,")) for text in builders.ticks(english.yaxis)]
    assert name == "forest" or builders.ticks(german.yaxis) == swapped


@pytest.mark.parametrize("name", FIGURES)
def test_unknown_languages_and_strange_axes_are_refused(name: str) -> None:
    with pytest.raises(km.errors.UnknownName, match="language"):
        FIGURES[name](language="fr")
    strange: list[object] = [Figure(), "x", 1.5, []]
    for given in strange:
        with pytest.raises(km.errors.InvalidType, match="ax must be a matplotlib Axes"):
            FIGURES[name](ax=given)


@pytest.mark.parametrize("draw", [name for name in km.plot.__all__ if name != "forest"])  # type: ignore[attr-defined]
def test_what_is_no_result_is_refused(draw: str) -> None:
    with pytest.raises(km.errors.InvalidType):
        getattr(km.plot, draw)([1, 2, 3])


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_survives_a_pickle(name: str) -> None:
    ax = FIGURES[name](language="de")
    assert pickle.loads(pickle.dumps(ax.figure)).axes[0].get_xlabel() == ax.get_xlabel()


def test_ticks_have_as_many_decimal_places_as_they_need() -> None:
    ax = FIGURES["forest"](language="de")
    for places, written in [
        ([0, 0.25, 0.5], ["0,00", "0,25", "0,50"]),
        ([0, 1000, 2000], ["0", "1.000", "2.000"]),
        ([-0.1, 0, 0.1], ["−0,1", "0,0", "0,1"]),
    ]:
        ax.set_xticks(places)
        ax.set_xlim(places[0], places[-1])
        assert builders.ticks(ax.xaxis) == written


def test_names_are_shown_as_they_are() -> None:
    names = ["_private", "a $x$ b", "100 % \\sum", "line\x1b[31m"]
    ax = km.plot.forest(dict.fromkeys(names, SCORE))
    builders.png(ax)
    shown = [label.get_text().replace(r"\$", "$") for label in ax.get_yticklabels()]
    assert shown == ["_private", "a $x$ b", "100 % \\sum", "line�[31m"]


def test_an_underscore_does_not_hide_a_line_from_the_legend() -> None:
    days = pd.to_datetime(["2025-01-01", "2025-02-01"] * 2 + ["2025-01-02"] * 4)
    frame = {"g": ["_a", "b"] * 4, "nps": [9, 3] * 4, "day": days}
    ax = km.plot.trend(km.measure(frame, km.NPS("nps"), by="g", period="month", date="day"))
    builders.png(ax)
    assert builders.legend(ax) == ["_a", "b"]


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_plot_loads_no_matplotlib_and_drawing_no_pyplot() -> None:
    code = "import sys, kundenmetrik as km; km.plot.trend; print('matplotlib' in sys.modules)\n"
    code += "km.plot.forest(km.nps([10, 3])).figure.savefig(__import__('io').BytesIO())\n"
    code += "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    assert run(code).split() == ["False", "True", "False"]


def test_without_matplotlib_the_error_says_what_to_install() -> None:
    code = "import sys; sys.modules['matplotlib'] = None; import kundenmetrik as km\n"
    code += "try:\n    km.plot.forest(km.nps([10, 3]))\nexcept ImportError as error:\n    print(error)"
    assert run(code) == 'drawing needs matplotlib: pip install "kundenmetrik[plot]"'
