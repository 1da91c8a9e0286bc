"""Answers on a scale, clean and dirty, and the scales."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kundenmetrik.survey.scale import Scale


def scales(max_steps: int = 11) -> st.SearchStrategy[Scale]:
    """Draw scales in both directions.

    Parameters
    ----------
    max_steps : int
        The most steps a scale has.

    Returns
    -------
    SearchStrategy of Scale
        With at least two steps.
    """
    return st.builds(
        lambda low, steps, better: Scale(low, low + steps - 1, better),
        st.integers(-5, 5),
        st.integers(2, max_steps),
        st.booleans(),
    )


def clean_ratings(
    scale: Scale = Scale(0, 10), *, min_size: int = 0, max_size: int = 60
) -> st.SearchStrategy[list[int]]:
    """Draw lists of valid answers.

    Parameters
    ----------
    scale : Scale
        The scale of the answers.
    min_size, max_size : int
        How many answers there are.

    Returns
    -------
    SearchStrategy of list of int
        Whole steps of the scale.
    """
    return st.lists(st.integers(scale.low, scale.high), min_size=min_size, max_size=max_size)


def dirty_ratings(
    scale: Scale = Scale(0, 10), *, min_size: int = 0, max_size: int = 60
) -> st.SearchStrategy[list[Any]]:
    """Draw lists of answers as they come: valid, missing, off the scale, between two steps.

    Parameters
    ----------
    scale : Scale
        The scale of the valid answers.
    min_size, max_size : int
        How many answers there are.

    Returns
    -------
    SearchStrategy of list
        Numbers and None.
    """
    valid = st.integers(scale.low, scale.high)
    missing = st.sampled_from([None, float("nan")])
    off = st.sampled_from([scale.low - 1, scale.high + 1, 99, -1000, float("inf")]).filter(
        lambda value: not scale.low <= value <= scale.high
    )
    between = valid.filter(lambda step: step < scale.high).map(lambda step: step + 0.5)
    return st.lists(valid | missing | off | between, min_size=min_size, max_size=max_size)
