"""What holds for every record: frozen, strict, complete, silent about values, at home in JSON and hypothesis."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kundenmetrik.models import Customer, Interaction, KanoAnswer, Record, SurveyResponse

DAY = datetime(2025, 1, 1)
SMALLEST: dict[type[Record], dict[str, Any]] = {
    Customer: {"customer_id": 1, "acquired_at": DAY},
    Interaction: {"interaction_id": 1, "customer_id": 1, "kind": "visit", "occurred_at": DAY},
    SurveyResponse: {"response_id": 1, "question": "nps", "score": 9},
    KanoAnswer: {"customer_id": 1, "feature": "app", "functional": 1, "dysfunctional": 5},
}
each = pytest.mark.parametrize("model", list(SMALLEST))


@each
def test_the_required_fields_are_enough_and_each_is_needed(model: type[Record]) -> None:
    fields = SMALLEST[model]
    assert model(**fields)
    for name in fields:
        with pytest.raises(ValidationError, match=name):
            model(**{other: value for other, value in fields.items() if other != name})


@each
def test_a_record_is_frozen_and_hashable(model: type[Record]) -> None:
    record = model(**SMALLEST[model])
    with pytest.raises(ValidationError, match="frozen"):
        setattr(record, next(iter(SMALLEST[model])), 2)
    assert len({record, model(**SMALLEST[model])}) == 1


@each
def test_an_unknown_field_is_refused(model: type[Record]) -> None:
    with pytest.raises(ValidationError, match="colour"):
        model(**SMALLEST[model], colour="red")  # type: ignore[call-arg]


@each
def test_every_field_says_what_it_is(model: type[Record]) -> None:
    assert all(field.description for field in model.model_fields.values())
    described = model.model_json_schema()["properties"]
    assert all("description" in field for field in described.values())


@each
def test_a_record_survives_pickle_and_copy(model: type[Record]) -> None:
    record = model(**SMALLEST[model])
    assert pickle.loads(pickle.dumps(record)) == copy.deepcopy(record) == record


@each
def test_an_error_does_not_repeat_the_value(model: type[Record]) -> None:
    secret = "Anna Muster, Bahnhofstraße 1"
    for name in SMALLEST[model]:
        with pytest.raises(ValidationError) as caught:
            model(**SMALLEST[model] | {name: [secret]})
        assert secret not in str(caught.value)


@each
@given(data=st.data())
def test_hypothesis_draws_any_record_from_its_type(model: type[Record], data: Any) -> None:
    record = data.draw(st.from_type(model))
    assert model.model_validate_json(record.model_dump_json()) == record


def test_the_models_import_neither_numpy_nor_pandas_nor_hypothesis() -> None:
    code = (
        "import sys, types, pathlib, importlib.util as find\n"
        "root = pathlib.Path(find.find_spec('kundenmetrik').origin).parent\n"
        "package = types.ModuleType('kundenmetrik')\n"
        "package.__path__ = [str(root)]\n"
        "sys.modules['kundenmetrik'] = package\n"
        "import kundenmetrik.models as models\n"
        "models.Customer.model_json_schema()\n"
        "print(sorted({'numpy', 'pandas', 'scipy', 'hypothesis'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rules_hold_without_assertions() -> None:
    code = (
        "from datetime import datetime as t\nimport kundenmetrik.models as m\n"
        "try: m.Customer(customer_id=1, acquired_at=t(2025, 1, 2), churned_at=t(2025, 1, 1))\n"
        "except ValueError as error: print(error.errors()[0]['type'])"
    )
    done = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "not_before"
