"""The CDNOW customers of the literature: fits and forecasts beside what was printed of them.

pip install --no-deps lifetimes
python examples/cdnow.py
"""

from __future__ import annotations

from importlib import metadata

import pandas as pd

from kundenmetrik import clv

PRINTED = {
    "BetaGeo": "r .243, alpha 4.414, a .793, b 2.426, log-likelihood -9582.4 (Fader, Hardie and Lee 2005)",
    "ModifiedBetaGeo": "r .525, alpha 6.183, a .891, b 1.614 (tests of lifetimes)",
    "ParetoNBD": "r .553, alpha 10.578, s .606, beta 11.669, log-likelihood -9595.0 (Fader, Hardie and Lee 2005)",
}


def log() -> pd.DataFrame | None:
    """Return the purchases of a tenth of the customers, which are a file of the lifetimes package."""
    try:
        files = metadata.files("lifetimes") or []
    except metadata.PackageNotFoundError:
        return None
    path = next((file.locate() for file in files if file.name == "CDNOW_sample.txt"), None)
    if path is None:
        return None
    names = ["master", "customer_id", "day", "discs", "amount"]
    rows = pd.read_csv(str(path), sep=r"\s+", header=None, names=names)
    return rows.assign(occurred_at=pd.to_datetime(rows["day"].astype(str)))


def main() -> None:
    pd.set_option("display.width", 140, "display.max_columns", 20)
    rows = log()
    if rows is None:
        print("The CDNOW data are not installed; they come with the lifetimes package: pip install --no-deps lifetimes")
        return
    parts = clv.split(rows[["customer_id", "occurred_at", "amount"]], at="1997-09-30", observed_until="1998-06-30")
    print(parts.calibration)

    fits = [model.fit(parts.calibration) for model in (clv.BetaGeo(), clv.ModifiedBetaGeo(), clv.ParetoNBD())]
    for fit in fits:
        own = ", ".join(f"{name} {value:.3f}" for name, value in fit.params.items())
        print(f"\n{fit.model.name}: {own}, log-likelihood {fit.log_likelihood:.1f}")
        print(f"  printed: {PRINTED[fit.model.name]}")
        print(f"  customer 1 in the next 39 weeks: {fit.expected_purchases('39 weeks').value[0]:.3f} purchases")

    print("\nThe 39 weeks that followed:\n")
    chosen = ["model", "delta_aic", "relative_bias", "log_score", "crps"]
    print(clv.compare([*fits, clv.NBD().fit(parts.calibration)], parts)[chosen].round(3).to_string(index=False))

    spend = clv.GammaGamma().fit(parts.calibration, invalid="exclude")
    print(f"\nGamma-Gamma: {', '.join(f'{name} {value:.2f}' for name, value in spend.params.items())}")
    print("  printed: p 6.25, q 3.74, v 15.44 (Fader and Hardie 2013)")
    print(spend.expected_spend_new())

    value = clv.lifetime_value(fits[2], spend, horizon="12 months", annual_discount=0.15, margin=0.30, confidence=0.95)
    print(f"\n{value.total}")


if __name__ == "__main__":
    main()
