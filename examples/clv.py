"""The customers of the web shop: who comes back, what they will be worth, and whether the forecast can be trusted.

python examples/clv.py
"""

from __future__ import annotations

import pandas as pd

import kundenmetrik as km
from kundenmetrik import clv


def main() -> None:
    pd.set_option("display.width", 140, "display.max_columns", 20)
    shop = km.datasets.webshop(n_customers=3000, seed=7)
    log, until = shop.interactions, "2025-12-31"

    base = clv.purchases(log, observed_until=until, refunds="net", customers=shop.customers)
    print(base)
    print(f"counted: {dict(base.counted)}; notes: {', '.join(base.notes)}")

    print("\nWhich model? Fitted until June 2025, judged by the half year that followed:\n")
    parts = clv.split(log, at="2025-06-30", observed_until=until, refunds="net")
    fits = [model.fit(parts.calibration) for model in (clv.BetaGeo(), clv.ModifiedBetaGeo(), clv.NBD())]
    table = clv.compare(fits, parts)
    print(table[["model", "delta_aic", "relative_bias", "log_score", "crps", "brier"]].round(3).to_string(index=False))

    print("\nPurchases by how often a customer had come back before:\n")
    print(clv.evaluate(fits[1], parts).conditional.round(2).to_string(index=False))

    print("\nThe next twelve months, at a margin of 30 % and a discount of 10 % a year:\n")
    fit = clv.ModifiedBetaGeo().fit(base)
    spend = clv.GammaGamma().fit(base, invalid="exclude")
    value = clv.lifetime_value(
        fit, spend, horizon="12 months", annual_discount=0.10, margin=0.30, period="quarter", confidence=0.95
    )
    print(value.total)
    print(value.cash_flow.round(2).to_string(index=False))

    print("\nThe five customers with the highest expected value:\n")
    print(value.to_frame().nlargest(5, "value").round(2).to_string(index=False))

    print("\nHow much of it do a few customers hold?\n")
    print(clv.top_share(value.value))
    print(clv.gini(value.value))

    print("\nBy segment:\n")
    segments = shop.customers.set_index("customer_id")["segment"]
    print(value.by(segments).round(2).to_string(index=False))

    print("\nWhat may a new contract customer cost who pays 100 a year and stays with 80 %?\n")
    for timing in ("start", "residual", "end"):
        print(f"{timing:>9}: {clv.contract_value(100, 0.8, 0.10, timing=timing, unit='year').value:8.2f}")
    print(clv.break_even_retention(100, 300, 0.10, unit="year"))


if __name__ == "__main__":
    main()
