"""The customers of the web shop: who stays, who leaves, how long they stay, and what a subscription is worth.

python examples/retention.py
"""

from __future__ import annotations

import pandas as pd

import kundenmetrik as km
from kundenmetrik import retention


def main() -> None:
    pd.set_option("display.width", 140, "display.max_columns", 20)
    shop, until = km.datasets.webshop(n_customers=3000, seed=7), "2025-12-31"

    print("The ledger: every customer has one state in every quarter.\n")
    book = retention.ledger(shop.customers, period="quarter", observed_until=until, by="segment")
    print(book.total().to_frame().drop(columns="notes").to_string(index=False))

    print("\nRetention per quarter by segment, pooled over the quarters:\n")
    rates = book.rate().total("segment").to_frame()
    print(rates[["segment", "value", "low", "high", "n"]].round(4).to_string(index=False))

    print("\nCohorts of buyers by quarter (empty: cannot be seen yet):\n")
    cohorts = retention.cohorts(shop.interactions, period="quarter", observed_until=until)
    print(cohorts)
    print("\n", cohorts.weighted_mean().round(3).to_string(index=False), sep="")

    print("\nHow long they stay, in months:\n")
    stays = retention.tenures(shop.customers, observed_until=until, unit="month", by="segment")
    curve = stays.survival()
    for (segment,) in curve.groups.keys:
        one = curve[segment]
        print(f"{segment}: {one.at(12)}\n{'':>9}{one.restricted_mean(18)}")
    print(stays.logrank())

    print("\nA silence of how many days means a customer is lost?\n")
    print(retention.inactivity(shop.interactions, observed_until=until).to_frame().round(3).to_string(index=False))

    print("\nA subscription with 1,000 customers at the start (Fader and Hardie 2007, Regular):\n")
    fit = retention.ShiftedBetaGeo().fit([1000, 631, 468, 382, 326, 289, 262, 241], unit="year")
    print(fit)
    print(fit.project(1000, 10).round(3).to_string(index=False))
    print(fit.lifetime(annual_discount=0.10))
    print(f"alike instead of different: {retention.Geometric().fit(fit.renewals).lifetime(annual_discount=0.10)}")


if __name__ == "__main__":
    main()
