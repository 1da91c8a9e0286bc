"""What customers say: NPS, CSAT and CES by touchpoint, what changed, and one column under several definitions.

python examples/survey.py
"""

from __future__ import annotations

import kundenmetrik as km


def main() -> None:
    shop = km.datasets.webshop(seed=2026)
    answers = shop.responses.merge(shop.customers[["customer_id", "segment"]], on="customer_id")

    print("One number each, over everybody; the same people answer several times, so they are clusters:\n")
    for estimate in km.measure(answers, [km.NPS(), km.CSAT(), km.CES()], cluster="customer_id"):
        print(estimate)

    print("\nSatisfaction by touchpoint, each against the others:\n")
    csat = answers[answers["question"] == "csat"]
    by_touchpoint = km.measure(csat, km.CSAT(), by="touchpoint")
    print(by_touchpoint.to_frame()[["touchpoint", "value", "low", "high", "n"]].round(1).to_string(index=False))
    print()
    against = by_touchpoint.compare(baseline="rest").to_frame()
    print(against[["touchpoint", "difference", "low", "high", "p_adjusted"]].round(3).to_string(index=False))

    print("\nNPS by segment and quarter: which movements are real?\n")
    table = km.measure(answers, km.NPS(), by="segment", period="quarter", date="answered_at")
    moved = table.compare(baseline="previous").to_frame()
    print(
        moved[moved["p_adjusted"] < 0.05][["segment", "period", "difference", "low", "high"]]
        .round(1)
        .to_string(index=False)
    )

    print("\nA steadier line from sums of counts, half a year at a time:\n")
    halves = km.rolling(km.measure(answers, km.NPS(), period="quarter", date="answered_at"), 2)
    print(halves.to_frame()[["period", "value", "low", "high", "n", "notes"]].round(1).to_string(index=False))

    print("\nThe same answers from 1 to 5 under every definition that fits:\n")
    definitions = km.survey.compare_definitions(csat["score"], scale=km.Scale(1, 5))
    print(definitions[["definition", "value", "low", "high"]].round(1).to_string(index=False))


if __name__ == "__main__":
    main()
