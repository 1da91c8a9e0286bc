"""Customers with what is known about them before they buy: static covariates of purchasing and of dropout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_instance
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import numbers, size_fault


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, init=False)
class CustomerCovariates:
    r"""A customer base with static covariates, to be used wherever a model takes purchases.

    A covariate z of purchasing multiplies a customer's purchase rate by :math:`\exp(\gamma' z)`:
    :math:`\alpha_i = \alpha \exp(-\gamma' z_i)`. A covariate of dropout multiplies the dropout rate of the Pareto/NBD
    model by :math:`\exp(\gamma' z)`, :math:`\beta_i = \beta \exp(-\gamma' z_i)`, and the odds of dropout of the
    BG/NBD models, :math:`a_i = a \exp(\gamma' z_i)`. So a positive coefficient always means more purchases, or
    earlier dropout.

    Parameters
    ----------
    purchases : Purchases
        The customers.
    purchasing, dropout : DataFrame, optional
        One column per covariate. An index that holds the customer ids is aligned by them; a plain row count follows
        the rows.

    Raises
    ------
    InvalidData
        If values are missing or not finite, or a customer has no row.
    InvalidArgument
        If the rows do not fit, or a covariate is constant.

    Notes
    -----
    Other programs let dropout covariates of the BG/NBD model multiply a and b alike, which changes how much
    customers differ and leaves the mean dropout as it is. Here they move the mean.

    References
    ----------
    Fader and Hardie (2007), Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models, note 019.

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik.clv import CustomerCovariates, Purchases
    >>> base = Purchases.from_summary([2, 0], [30.43, 0], [38.86, 38.86], unit="week")
    >>> CustomerCovariates(base, purchasing=pd.DataFrame({"online": [1, 0]})).names
    ('purchasing.online',)
    """

    purchases: Purchases
    columns: tuple[tuple[str, str], ...] = field(default=())
    values: FloatArray

    def __init__(
        self, purchases: Purchases, *, purchasing: pd.DataFrame | None = None, dropout: pd.DataFrame | None = None
    ) -> None:
        check_instance(purchases, "purchases", Purchases, "be a customer base, from clv.purchases")
        given = {"purchasing": purchasing, "dropout": dropout}
        tables = {
            name: _rows_of_customers(table, purchases, name) for name, table in given.items() if table is not None
        }
        if not tables:
            raise InvalidArgument("purchasing", "be given where dropout is not")
        for name, table in tables.items():
            if not table.shape[1]:
                raise InvalidArgument(name, "have at least one column")
        columns = tuple((name, str(column)) for name, table in tables.items() for column in table.columns)
        values = np.column_stack([_numbers(table[column], column) for table in tables.values() for column in table])
        values.flags.writeable = False
        for place, content in (("purchases", purchases), ("columns", columns), ("values", values)):
            object.__setattr__(self, place, content)

    @property
    def names(self) -> tuple[str, ...]:
        """The coefficients: process and covariate."""
        return tuple(f"{process}.{column}" for process, column in self.columns)

    @property
    def unit(self) -> str:
        """The unit of time."""
        return self.purchases.unit

    def __len__(self) -> int:
        return len(self.purchases)


def _rows_of_customers(table: pd.DataFrame, purchases: Purchases, name: str) -> pd.DataFrame:
    """Return the rows in the order of the customers."""
    if not isinstance(table, pd.DataFrame):
        raise InvalidType(name, "be a DataFrame with one column per covariate", table)
    if isinstance(table.index, pd.RangeIndex):
        if len(table) != len(purchases):
            raise InvalidArgument(name, f"have {len(purchases):,} rows, one per customer", len(table))
        return table
    missing = ~pd.Index(purchases.customer_id).isin(table.index)
    refuse([fault_of(name, "have a row for every customer", missing, purchases.customer_id, "missing", private=True)])
    if table.index.has_duplicates:
        raise InvalidArgument(name, "have one row per customer")
    return table.loc[purchases.customer_id]


def _numbers(column: pd.Series[Any], name: object) -> FloatArray:
    values = numbers(column, str(name)).floats
    refuse([fault_of(str(name), "be given", np.isnan(values), code="missing"), size_fault(values, str(name))])
    return values
