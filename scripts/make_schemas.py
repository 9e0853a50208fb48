"""Write the JSON Schema of every document to pipeline/schemas/. Run it after a change to a document's type."""

from pipeline.schemas import DOCUMENTS, schema_text
from pipeline.shipped import SCHEMAS

for name in DOCUMENTS:
    (SCHEMAS / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")
