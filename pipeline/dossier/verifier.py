"""The check as one file, `controleer.py`: the modules of `checking` joined, with the sentences of both languages in it."""

import ast
import json
from importlib import resources

from pipeline.texts import Language, texts

# In the order in which one needs the other.
MODULES = ("report", "files", "chain", "signatures", "outside", "seal", "dossier", "bundle", "command")
_ROOM = "pipeline.dossier.checking"
_HEADER = '''#!/usr/bin/env python3
"""Controleert een dossier of bundel van Wederhoor: python3 controleer.py [MAP OF ZIP] [--key SLEUTELS] [--receipt BEWIJS]

Checks a dossier or bundle of Wederhoor. Needs Python 3.9 or later and, for the signatures, the package `cryptography`.
Reads only, writes nothing, uses no network. Generated from the modules pipeline/dossier/checking of Wederhoor.
"""

from __future__ import annotations
'''


def verifier_source() -> str:
    """The source of the single-file verifier."""
    parts = [_HEADER, *(_without_imports_of_our_own(_source(name)) for name in MODULES)]
    parts += [
        f"TEXTS = json.loads({json.dumps(_sentences(), ensure_ascii=True)!r})\n",
        'if __name__ == "__main__":\n    sys.exit(main())\n',
    ]
    return "\n\n".join(parts)


def _source(name: str) -> str:
    return resources.files(_ROOM).joinpath(f"{name}.py").read_text(encoding="utf-8")


def _without_imports_of_our_own(source: str) -> str:
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module and (node.module.startswith(_ROOM) or node.module == "__future__"):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return "\n".join(lines).strip("\n") + "\n"


def _sentences() -> dict[str, dict[str, str]]:
    return {
        language.value: {key.removeprefix("verify."): say.raw(key) for key in say.all_keys() if key.startswith("verify.")}
        for language, say in ((language, texts(language)) for language in Language)
    }
