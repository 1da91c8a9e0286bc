"""The complaints of the web shop: how many, of what, since when, and how soon they are answered.

python examples/complaints.py
"""

from __future__ import annotations

import kundenmetrik as km


def main() -> None:
    shop = km.datasets.webshop(n_customers=2000, seed=1)
    log = shop.interactions
    sold = log[log["product"].notna()]

    print("Complaints per 1,000 sales by product, each against the rest:\n")
    by_product = km.measure(sold, km.TGW(), by="product")
    compared = km.segments.compare_rates(by_product)
    shown = ["segment", "complaints", "sales", "value", "low", "high", "baseline_value", "p_adjusted", "clear"]
    print(compared.to_frame()[shown].round(3).to_string(index=False))

    print("\nThe places in that list which chance leaves open:\n")
    print(km.segments.rank(by_product).to_frame().round(1).to_string(index=False))

    print("\nMonth by month: the control chart, and the interval that knows how much the months scatter:\n")
    by_month = km.measure(log, km.TGW(), period="month", date="occurred_at")
    chart = km.monitoring.control_chart(by_month, method="laney")
    print(chart.to_frame().tail(6).round(1).to_string(index=False))
    print(km.complaints.dispersed_rate(by_month, method="quasi_poisson_t"))
    print(f"u' takes {chart.sigma_z:.2f} times Poisson's limits; {int(chart.signal.sum())} months lie outside")

    print("\nProducts in a funnel: which lie outside what chance alone would do?\n")
    funnel = km.segments.funnel(by_product, method="poisson").to_frame()
    print(funnel[["segment", "tgw", "lower_99.8", "upper_99.8", "signal"]].round(1).to_string(index=False))

    print("\nEarly warning: the second year watched for half as many again as in the first:\n")
    usual = 1000 * chart.complaints[:12].sum() / chart.sales[:12].sum()
    watch = km.monitoring.cusum(
        chart.complaints[12:], chart.sales[12:], target=usual, ratio=1.5, period=chart.period[12:]
    )
    print(watch.headline)
    print(watch.to_frame()[["period", "tgw", "statistic", "upper", "signal"]].tail(4).round(2).to_string(index=False))

    print("\nAgainst the sales of earlier months, because complaints come after the sale:\n")
    print(
        km.complaints.lag_matched(by_month, lags=(1, 2))
        .to_frame()[["basis", "tgw", "bias"]]
        .round(3)
        .to_string(index=False)
    )

    print("\nReasons, with the places they could have:\n")
    reasons = log.loc[log["kind"] == "complaint", "reason"]
    print(km.complaints.pareto(reasons).to_frame().round(3).to_string(index=False))

    print("\nWhat a unit goes through by its months in service:\n")
    ages = km.complaints.tgw_by_age(log, observed_until=shop.observed_until, match="latest_of_product")
    print(ages.cumulative().head(4).round(1).to_string(index=False))

    print("\nThe newest months, completed for complaints still to come:\n")
    triangle = km.complaints.sale_triangle(log, observed_until=shop.observed_until, match="latest_of_product", delays=6)
    late = km.complaints.nowcast(triangle)
    columns = ["period", "reported", "developed", "tgw_reported", "tgw", "tgw_low", "tgw_high"]
    print(late.to_frame()[columns].tail(4).round(2).to_string(index=False))

    print("\nHow soon complaints are answered, the open ones included:\n")
    office = km.complaints.BusinessHours(opens="09:00", closes="17:00")
    for clock in (km.complaints.ElapsedHours(), office):
        times = km.complaints.service_times(log, observed_until=shop.observed_until, clock=clock)
        print(f"{times.clock}: within 24 hours {times.within(24).value:.1%}, median {times.median().value:.1f} hours")


if __name__ == "__main__":
    main()
