"""What the API's description says of types: their docstrings, and whether more fields may come."""

import inspect
from typing import TYPE_CHECKING

import msgspec
from litestar.openapi.spec import Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator


class DescribedStructs(OpenAPISchemaPlugin):
    """Adds to the framework's own schema of a Struct what only its class tells."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Structs alone."""
        return not field_definition.is_union and field_definition.is_subclass_of(msgspec.Struct)

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: "SchemaCreator"
    ) -> Schema:
        """The framework's schema, with the docstring as its description."""
        other = next(
            plugin
            for plugin in schema_creator.plugins
            if isinstance(plugin, OpenAPISchemaPlugin)
            and plugin is not self
            and plugin.is_plugin_supported_field(field_definition)
        )
        schema = other.to_openapi_schema(field_definition, schema_creator)
        kind = field_definition.type_
        if said := vars(kind).get("__doc__"):
            schema.description = " ".join(inspect.cleandoc(said).split())
        if kind.__struct_config__.forbid_unknown_fields:
            schema.additional_properties = False
        return schema
