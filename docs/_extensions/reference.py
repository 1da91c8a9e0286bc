"""The directive of the reference pages, and the proof that no public name is missing from them."""

import inspect
import sys
from importlib import import_module
from types import ModuleType
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

FRONT = "kundenmetrik"


class Reference(SphinxDirective):
    """A table of the names in the content, followed by the entry of each; the argument is the module users call.

    ``:members:`` names the members that users of these classes call, where most others are for the library itself.
    """

    required_arguments = 1
    option_spec: ClassVar = {"members": directives.unchanged}
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the table and the entries."""
        home = self.arguments[0]
        names = " ".join(self.content).split()
        table = [name for name in names if callable(getattr(import_module(home), name))]
        lines = [".. autosummary::", "   :nosignatures:", "", *(f"   {name}" for name in table), ""] if table else []
        entries = [entry(home, name, self.options.get("members")) for name in names]
        self.env.ref_context["py:module"] = home
        return self.parse_text_to_nodes("\n".join([*lines, *entries]))


def entry(home: str, name: str, members: str | None) -> str:
    """Return the directive that documents a name."""
    thing = getattr(import_module(home), name)
    if not callable(thing):
        return f".. py:data:: {name}\n   :module: {home}\n\n   {constant(name, thing)}\n"
    if not inspect.isclass(thing):
        return f".. autofunction:: {home}.{name}\n"
    kind = "autoexception" if issubclass(thing, BaseException) else "autoclass"
    options = "" if members is None else f"   :members: {members}\n" if members else "   :no-members:\n"
    return f".. {kind}:: {home}.{name}\n{options}\n{fields(thing)}"


def fields(thing: type) -> str:
    """Return what the fields of a record hold, which is said where they are declared."""
    lines = []
    for name, field in getattr(thing, "model_fields", {}).items():
        lines.append(f"   {name}{'' if field.is_required() else ' : optional'}\n      {field.description}\n")
    return "\n".join(["   .. rubric:: Fields\n", *lines]) if lines else ""


def constant(name: str, thing: object) -> str:
    """Return what stands below a constant where it is made: its families only pass it on."""
    for module in [name for name in sys.modules if name.startswith(f"{FRONT}.")]:
        if vars(sys.modules[module]).get(name) is thing:
            said = ModuleAnalyzer.for_module(module).find_attr_docs().get(("", name))
            if said:
                return " ".join(said).strip()
    raise LookupError(f"nothing is said about {name}")


def public() -> list[tuple[str, object]]:
    """Return each public name with what it stands for; modules stand for their names."""
    front = import_module(FRONT)
    modules = [thing for thing in vars_of(front).values() if isinstance(thing, ModuleType)]
    inner = [thing for module in modules for thing in vars_of(module).values() if isinstance(thing, ModuleType)]
    every = [(module.__name__, vars_of(module)) for module in [front, *modules, *inner]]
    found = [(f"{home}.{name}", thing) for home, names in every for name, thing in names.items()]
    return [(name, thing) for name, thing in found if not isinstance(thing, ModuleType)]


def vars_of(module: ModuleType) -> dict[str, object]:
    """Return the public names of a module."""
    return {name: getattr(module, name) for name in module.__all__}


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of each public thing that has no entry under any of its names."""
    entries = env.domains.python_domain.objects
    shown = {id(thing) for name, thing in public() if name in entries}
    for name in sorted(name for name, thing in public() if id(thing) not in shown):
        logging.getLogger(__name__).warning("%s is public and on no page of the reference", name)


def trim(app: Sphinx, tree: nodes.document) -> None:
    """Take the blank line off the end of code blocks: doctest needs it, a reader does not."""
    for block in tree.findall(nodes.literal_block):
        if block.rawsource == block.astext():
            block.rawsource = block.rawsource.rstrip()
            block.children = [nodes.Text(block.rawsource)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive, the check and the trimming."""
    app.add_directive("reference", Reference)
    app.connect("doctree-read", trim)
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True}
