// Signatures of functions on texts: parsing, formatting, hashing, encoding, searching.
#include "lang/catalogue/catalogue.h"

namespace logwood::lang {
namespace {

using enum FunctionKind;

#define CHARSET "charset: enum(UTF-8|ISO-8859-1|UTF-16LE|UTF-16BE) = UTF-8"

constexpr CatalogueEntry kEntries[] = {
    {"base64Decode", kCompute, 0, "field!*: field; as: field = _base64Decode; " CHARSET},
    {"base64Encode", kCompute, 0, "field!*: field; as: field = _base64Encode"},
    {"communityId", kCompute, 0,
     "proto!: field; sourceip!: field; destinationip!: field; sourceport: field; "
     "destinationport: field; icmptype: field; icmpcode: field; seed: number = 0; "
     "as: field = _community_id"},
    {"concat", kCompute, 0, "field|fields!*: fields; as: field = _concat"},
    {"crypto:md5", kCompute, 0, "field!*: fields; as: field = _md5"},
    {"crypto:sha1", kCompute, 0, "field!*: fields; as: field = _sha1"},
    {"crypto:sha256", kCompute, 0, "field!*: fields; as: field = _sha256"},
    {"format", kCompute, 0,
     "format!*: string; field|fields: fields; as: field = _format; timezone: string"},
    {"hash", kCompute, 0, "field!*: fields; as: field = _hash; limit: number; seed: string"},
    {"hashMatch", kFilter, 0,
     "input!*: string; salt!: string; field: field; hash: enum(sha256|sha512) = sha256; "
     "bits: number = 256"},
    {"hashRewrite", kTransform, 0,
     "field!*: field; salt!: string; as: field; hash: enum(sha256|sha512) = sha256; "
     "bits: number = 256; replaceInRawstring: bool = true"},
    {"json:prettyPrint", kCompute, 0,
     "field*: field = @rawstring; as: field; step: number = 2; strict: bool = false"},
    {"kvParse", kTransform, 0,
     "field*: fields = @rawstring; as|prefix: string; separator: string = =; "
     "separatorPadding: enum(unknown|no|yes) = unknown; override: bool = false; "
     "onDuplicate: enum(keepLast|keepFirst) = keepLast; excludeEmpty: bool = false"},
    {"length", kCompute, 0, "field!*: field; as: field = _length"},
    {"lower", kCompute, 0, "field!*: field; as: field = _lower; locale|type: string"},
    {"lowercase", kTransform, 0,
     "field!*: fields; include: enum(values|fields|both) = values; locale: string"},
    {"parseCEF", kTransform, 0,
     "field*: field = @rawstring; headerprefix: string = cef.; prefix: string = cef.ext.; "
     "labelprefix: string = cef.label.; keeplabels: bool = false"},
    {"parseCsv", kTransform, 0,
     "field*: field = @rawstring; columns!: fields; delimiter: string = ,; "
     "trim: bool = false; excludeEmpty: bool = false"},
    {"parseFixedWidth", kTransform, 0,
     "field*: field = @rawstring; columns!: fields; widths!: numbers; trim: bool = true"},
    {"parseHexString", kCompute, 0, "field!*: field; as: field = _parsehexstring; " CHARSET},
    {"parseJson", kTransform, 0,
     "field*: field = @rawstring; prefix: string; exclude: strings; include: strings; "
     "excludeEmpty: bool = false; handleNull: enum(keep|discard|empty) = keep; "
     "removePrefixes: strings"},
    {"parseLEEF", kTransform, 0,
     "field*: field = @rawstring; headerprefix: string = leef.; prefix: string = leef.ext.; "
     "labelprefix: string = leef.label; keeplabels: bool = false; delimiter: string; "
     "parsetime: bool = true; timezone: string = Z"},
    {"parseUri", kTransform, 0, "field!*: field; defaultBase: string; prefix: string"},
    {"parseUrl", kTransform, 0, "field*: field = url; as: field"},
    {"parseXml", kTransform, 0, "field*: field = @rawstring; prefix: string; strict: bool = false"},
    {"regex", kTransform, kUsableAsFilter,
     "regex!*: regex; field: field = @rawstring; flags: string = m; repeat: bool = false; "
     "strict: bool = true; limit: limit = 100"},
    {"replace", kCompute, 0,
     "regex!*: regex; with|replacement: string; field: field = @rawstring; "
     "flags: string = m; as: field"},
    {"shannonEntropy", kCompute, 0, "field!*: field; as: field = _shannonentropy"},
    {"stripAnsiCodes", kCompute, 0, "field*: field = @rawstring; as: field"},
    {"text:contains", kFilter, 0, "string!*: expr; substring!: expr"},
    {"text:editDistance", kCompute, 0,
     "target!*: expr; reference!: expr; maxDistance!: number; ignoreCase: bool = false; "
     "allowTranspositions: bool = true; as: field = _distance"},
    {"text:editDistanceAsArray", kTransform, 0,
     "target!*: expr; references!: exprs; maxDistance!: number; ignoreCase: bool = false; "
     "allowTranspositions: bool = true; asArray: array = _distance"},
    {"text:endsWith", kFilter, 0, "string!*: expr; substring!: expr"},
    {"text:length", kCompute, 0, "string!*: expr; as: field = _length"},
    {"text:positionOf", kCompute, 0,
     "string!*: expr; character|substring!: expr; begin: expr = 0; occurrence: expr = 1; "
     "as: field = _position"},
    {"text:startsWith", kFilter, 0, "string!*: expr; substring!: expr"},
    {"text:substring", kCompute, 0,
     "string!*: expr; begin: expr = 0; end: expr; as: field = _string"},
    {"text:trim", kCompute, 0,
     "field|string!*: expr; mode: enum(both|start|end) = both; as: field = _trim"},
    {"tokenHash", kCompute, 0, "field!*: field; as: field = _tokenHash"},
    {"upper", kCompute, 0, "field!*: field; as: field = _upper; locale: string"},
    {"urlDecode", kCompute, 0, "field!*: field; as: field = _urldecode"},
    {"urlEncode", kCompute, 0, "field!*: field; as: field = _urlencode; type: string"},
    {"wildcard", kFilter, 0,
     "pattern!*: string; field: fields; ignoreCase: bool = false; "
     "includeEverythingOnAsterisk: bool = false"},
    {"writeJson", kCompute, 0, "field*: fields = @rawstring; as: field = _json"},
    {"xml:prettyPrint", kCompute, 0,
     "field*: field = @rawstring; as: field; step: number = 2; width: number = 80; "
     "strict: bool = false"},
};

}  // namespace

std::span<const CatalogueEntry> text_catalogue() { return kEntries; }

}  // namespace logwood::lang
