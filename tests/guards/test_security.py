"""What SECURITY.md promises and a test can check: no network, no other programs, no files written, no pickle read."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidData

HOUSE = Path(__file__).parents[2] / "src" / "kundenmetrik"
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HOUSE.rglob("*.py"))}
BARRED = frozenset(
    {"asyncio", "dill", "ftplib", "http", "imaplib", "joblib", "marshal", "multiprocessing", "poplib", "requests"}
    | {"shelve", "smtplib", "socket", "ssl", "subprocess", "urllib", "webbrowser", "xmlrpc"}
)
BARRED_CALLS = {
    *("eval", "exec", "compile", "__import__"),
    *("pickle.load", "pickle.loads", "pickle.Unpickler", "pd.read_pickle", "np.load", "np.save", "np.savetxt"),
    *("os.system", "os.popen", "os.remove", "os.unlink", "warnings.simplefilter", "warnings.filterwarnings"),
    *("np.random.seed", "random.seed"),
}
WRITES = {
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "rmdir",
    "savefig",
    "to_csv",
    "to_pickle",
    "to_parquet",
    "tofile",
}
DAY = """
import sys
import kundenmetrik as km
import kundenmetrik.clv, kundenmetrik.kano, kundenmetrik.report, kundenmetrik.retention
found = []
def hook(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.remove", "os.mkdir", "shutil.", "pickle.")):
        found.append(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        found.append(f"open {arguments[0]}")
sys.addaudithook(hook)
shop = km.datasets.webshop(n_customers=60, seed=1)
repr(km.nps([10, 9, 3])), repr(km.compare(km.nps([10, 9]), km.nps([3, 4])))
table = km.measure(shop.responses, [km.NPS(), km.CSAT()], period="quarter", date="answered_at")
table.to_frame(), repr(table), table._repr_html_()
repr(km.report.scorecard(customers=shop.customers, interactions=shop.interactions, responses=shop.responses))
purchases = km.clv.purchases(shop.interactions, refunds="drop")
repr(purchases)
try:
    km.nps([11])
except km.errors.InvalidData as error:
    error.to_dict()
print(*found, sep="\\n")
"""
"""What a day's work does, watched by an audit hook from after the import on."""


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def _names_a_file(options: list[ast.keyword]) -> bool:
    """Return whether ``to_csv`` is told where to write; without a place it returns text."""
    return any(option.arg in (None, "path_or_buf") for option in options)


def faults(tree: ast.Module, *, may_write: bool = False) -> list[str]:
    """Return what a file imports or calls that is barred; the command writes where it is told to."""
    barred = BARRED_CALLS if may_write else BARRED_CALLS | WRITES
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found += [name.name for name in names if name.name.split(".")[0] in BARRED]
            case ast.ImportFrom(module=str(source)) if source.split(".")[0] in BARRED:
                found.append(source)
            case ast.Call(func=ast.Attribute(attr="to_csv"), args=[], keywords=options) if not _names_a_file(options):
                pass
            case ast.Call() if called(node) in barred or called(node).split(".")[-1] in barred & WRITES:
                found.append(f"{called(node)} in line {node.lineno}")
    return found


def test_nothing_is_imported_or_called_that_is_barred() -> None:
    barred = {
        path.relative_to(HOUSE).as_posix(): faults(tree, may_write=path.parent.name == "command")
        for path, tree in TREES.items()
    }
    assert not {path: found for path, found in barred.items() if found}
    assert faults(ast.parse("eval('1')"), may_write=True)


@pytest.mark.parametrize(
    "text",
    [
        *("import socket", "from urllib.request import urlopen", "eval('1')", "p.write_text('')"),
        *("frame.to_csv('a.csv')", "frame.to_csv(path_or_buf='a.csv')", "frame.to_csv(**options)"),
    ],
)
def test_what_is_barred_is_found(text: str) -> None:
    assert faults(ast.parse(text))


def test_a_days_work_opens_no_connection_and_writes_no_file() -> None:
    done = subprocess.run([sys.executable, "-B", "-c", DAY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_an_error_as_a_dictionary_holds_no_values_unless_asked() -> None:
    with pytest.raises(InvalidData) as raised:
        km.nps([7, 4711])
    assert "4711" not in str(raised.value.to_dict())
    assert "4711" in str(raised.value.to_dict(values=True))


def test_a_records_error_does_not_repeat_what_the_customer_wrote() -> None:
    with pytest.raises(ValueError, match="validation error") as raised:
        km.SurveyResponse(response_id="r1", question="nps", score="ten", comment="my secret")
    assert "my secret" not in str(raised.value)
    with pytest.raises(ValueError, match="comment") as raised:
        km.SurveyResponse(response_id="r1", question="nps", score=9, comment=["my secret"])
    assert "my secret" not in str(raised.value)
