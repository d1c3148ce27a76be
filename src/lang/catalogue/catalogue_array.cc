// Signatures of functions on arrays and bit fields that work event by event.
#include "lang/catalogue/catalogue.h"

namespace logwood::lang {
namespace {

using enum FunctionKind;

constexpr CatalogueEntry kEntries[] = {
    {"array:append", kTransform, 0, "array!*: array; values!: exprs"},
    {"array:contains", kFilter, 0, "array!*: array; value!: string"},
    {"array:dedup", kTransform, 0, "array!*: array; asArray: array"},
    {"array:drop", kTransform, 0, "array!*: array"},
    {"array:eval", kTransform, 0,
     "array!*: array; function!: pipeline; asArray: array; var: field"},
    {"array:exists", kFilter, 0, "array!*: array; condition!: pipeline; var: field"},
    {"array:filter", kTransform, 0,
     "array!*: array; function!: pipeline; var: field; asArray: array"},
    {"array:length", kCompute, 0, "array!*: array; as: field = _length"},
    {"array:reduceRow", kTransform, 0,
     "array!*: array; var: field; function!: aggregates; as: field = _reduceRow"},
    {"array:regex", kFilter, 0, "array!*: array; regex!: regex; flags: string"},
    {"array:rename", kTransform, 0, "array!*: array; asArray!: array"},
    {"array:sort", kTransform, 0,
     "array!*: array; asArray: array; order: enum(asc|desc|ascending|descending) = asc; "
     "type: enum(string|number) = string"},
    {"bitfield:extractFlags", kTransform, 0,
     "field!: field; output!: pairs; onlyTrue: bool = false"},
    {"bitfield:extractFlagsAsArray", kTransform, 0,
     "field!: field; flagNames|output!: pairs; asArray: array = _flags"},
    {"bitfield:extractFlagsAsString", kCompute, 0,
     "field!: field; flagNames|output!: pairs; as: field = _flags; separator: string = \x20"},
    {"concatArray", kCompute, 0,
     "field!*: array; from: number = 0; to: number; separator: string; prefix: string; "
     "suffix: string; as: field = _concatArray"},
    {"objectArray:eval", kTransform, 0,
     "array!*: array; asArray!: array; function!: pipeline; var: field"},
    {"objectArray:exists", kFilter, 0, "array!*: array; condition!: pipeline; var: field"},
    {"split", kTransform, 0, "field*: array = _events; strip: bool = false"},
    {"splitString", kCompute, 0,
     "field*: field = @rawstring; by!: regex; index: number; as: field = _splitstring"},
};

}  // namespace

std::span<const CatalogueEntry> array_catalogue() { return kEntries; }

}  // namespace logwood::lang
