"""The Kano answers of the web shop: which features are must-be, which delight, and how sure is that.

python examples/kano.py
"""

from __future__ import annotations

import kundenmetrik as km


def main() -> None:
    shop = km.datasets.webshop(n_customers=2000, seed=1)
    table = km.kano.classify(shop.kano)

    print("Categories, with the probability that each is truly the most frequent:\n")
    print(table)

    print("\nThe category under every evaluation table and rule:\n")
    categories = km.kano.sensitivity(table)
    print(categories[["feature", "most_named", "stability"]].round(2).to_string(index=False))

    print("\nWhat annoys most when it is missing, with the ranks that sampling leaves open:\n")
    ranks = km.kano.rank(table, coefficient="worse").sort_values("rank")
    shown = ranks[["feature", "worse", "rank", "rank_low", "rank_high"]].round(2)
    print(shown.to_string(index=False))

    print("\nHow many people would settle the categories and the coefficients:\n")
    needed = km.kano.required_n(table)
    print(needed[["feature", "category", "n_category", "n_better", "n_worse", "notes"]].to_string(index=False))

    print("\nDo the segments answer alike?\n")
    people = shop.customers[["customer_id", "segment"]]
    by_segment = km.kano.classify(shop.kano.merge(people, on="customer_id"), by="segment")
    tests = km.kano.homogeneity_test(by_segment, method="permutation")
    print(tests[["feature", "p_value", "p_adjusted"]].round(3).to_string(index=False))

    print("\nA questionnaire for the next feature:\n")
    sheet = km.kano.questionnaire(["Lieferung zum Wunschtermin"], language="de")
    for text, part in sheet.groupby("text", sort=False):
        print(text)
        print("  " + " / ".join(part.label))


if __name__ == "__main__":
    main()
