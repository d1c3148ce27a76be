// Reading: the library's tree becomes JSON, whose reader knows all spellings. Writing: texts as
// JSON strings, which YAML takes too, and the script as a block, for people.
#include "api/parser_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>
#include <vector>

#include "api/limits.h"
#include "api/parser_json.h"
#include "base/json_text.h"
#include "base/utf8.h"

namespace logwood::api {

namespace {

namespace json = boost::json;

constexpr std::string_view kSchemas = "https://schemas.humio.com/parser/v";
constexpr std::string_view kVersions[] = {"0.1.0", "0.2.0", "0.3.0"};

Error wrong_yaml(const YAML::Mark& mark, std::string_view what) {
    if (mark.is_null()) return malformed(std::string(what));
    return malformed(fmt::format("line {}, column {}: {}", mark.line + 1, mark.column + 1, what));
}

/// Aliases make a tree of a graph: the copies are counted.
class Converter {
 public:
    Result<json::value> convert(const YAML::Node& node, int depth) {
        if (++nodes_ > kYamlNodesMax || depth > kYamlDepthMax)
            return fail(wrong_yaml(node.Mark(), "too many or too deep values"));
        if (node.IsSequence()) return sequence(node, depth);
        if (node.IsMap()) return mapping(node, depth);
        if (!node.IsScalar()) return json::value();
        bytes_ += node.Scalar().size();
        if (bytes_ > kYamlBytesMax) return fail(wrong_yaml(node.Mark(), "too much text"));
        return json::value(json::string(node.Scalar()));
    }

 private:
    Result<json::value> sequence(const YAML::Node& node, int depth) {
        json::array out;
        for (const auto& item : node) {
            TRY(auto value, convert(item, depth + 1));
            out.push_back(std::move(value));
        }
        return json::value(std::move(out));
    }
    Result<json::value> mapping(const YAML::Node& node, int depth) {
        json::object out;
        for (const auto& item : node) {
            if (!item.first.IsScalar())
                return fail(wrong_yaml(item.first.Mark(), "a key must be a text"));
            TRY(auto value, convert(item.second, depth + 1));
            bool is_new = out.emplace(item.first.Scalar(), std::move(value)).second;
            if (!is_new)
                return fail(wrong_yaml(item.first.Mark(), fmt::format("the key {} is there twice",
                                                                      item.first.Scalar())));
        }
        return json::value(std::move(out));
    }

    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
};

/// The one document as JSON; the library throws for what it cannot read.
Result<json::value> document_of(std::string_view text) {
    try {
        auto documents = YAML::LoadAll(std::string(text));
        if (documents.size() != 1) return fail(malformed("one YAML document is expected"));
        return Converter().convert(documents[0], 0);
    } catch (const YAML::Exception& error) {
        return fail(wrong_yaml(error.mark, error.msg));
    }
}

Result<void> check_schema(const JsonObject& object) {
    TRY(auto schema, object.text("$schema"));
    if (!schema) return {};
    auto is_known = [&](std::string_view version) {
        return *schema == std::string(kSchemas) + std::string(version);
    };
    if (std::ranges::any_of(kVersions, is_known)) return {};
    return fail(malformed(fmt::format("$schema: {} is not known; {}0.1.0 to v0.3.0 are",
                                      schema->substr(0, 200), kSchemas)));
}

/// True when a literal block gives back exactly the text. YAML breaks lines at more characters than
/// the line feed, and does not take all that are not printable.
bool may_be_block(std::string_view text) {
    if (text.find_first_not_of(" \n") == text.npos || text.ends_with("\n\n")) return false;
    if (text[0] == ' ' || text[0] == '\t' || text[0] == '\n') return false;
    for (auto bad : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"})
        if (text.find(bad) != text.npos) return false;
    if (!is_utf8(text)) return false;
    return std::ranges::none_of(text, [](char c) {
        auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
    });
}

std::string block(std::string_view text) {
    if (!may_be_block(text)) return quoted_json(text);
    bool ends_line = text.ends_with('\n');
    if (ends_line) text.remove_suffix(1);
    std::string out = ends_line ? "|" : "|-";
    while (true) {
        auto end = text.find('\n');
        auto line = text.substr(0, end);
        out += line.empty() ? "\n" : "\n  ";
        out += line;
        if (end == text.npos) return out;
        text.remove_prefix(end + 1);
    }
}

void write_list(std::string& out, std::string_view indent, std::string_view key,
                const std::vector<std::string>& texts) {
    out += fmt::format("{}{}:{}\n", indent, key, texts.empty() ? " []" : "");
    for (auto& text : texts) out += fmt::format("{}- {}\n", indent, quoted_json(text));
}

void write_assertion(std::string& out, const global::OutputAssertion& assertion) {
    constexpr std::string_view kIndent = "    ";
    out += fmt::format("  - outputEventIndex: {}\n", assertion.output);
    if (!assertion.values.empty()) {
        out += fmt::format("{}fieldsHaveValues:\n", kIndent);
        for (auto& [field, value] : assertion.values) {
            auto key = quoted_json(field);
            // YAML takes no longer keys than 1024 bytes but in this form.
            bool is_long = key.size() > 1000;
            out += fmt::format("{}  {}{}{}: {}\n", kIndent, is_long ? "? " : "", key,
                               is_long ? "\n      " : "", quoted_json(value));
        }
    }
    if (!assertion.absent.empty()) write_list(out, kIndent, "fieldsNotPresent", assertion.absent);
}

}  // namespace

Result<global::Parser> parser_from_yaml(std::string_view text) {
    if (!is_utf8(text)) return fail(malformed("the YAML is not UTF-8"));
    TRY(auto document, document_of(text));
    TRY(auto object, JsonObject::of(std::move(document)));
    TRY_OK(check_schema(object));
    global::Parser parser;
    TRY(auto name, object.text("name"));
    parser.name = name.value_or("");
    if (!object.find("script")) return fail(malformed("script: a text is required"));
    TRY_OK(read_parser(object, parser));
    return parser;
}

std::string parser_to_yaml(const global::Parser& parser) {
    auto out = fmt::format("name: {}\n$schema: {}0.3.0\n", quoted_json(parser.name), kSchemas);
    if (!parser.description.empty())
        out += fmt::format("description: {}\n", quoted_json(parser.description));
    out += fmt::format("script: {}\n", block(parser.script));
    write_list(out, "", "tagFields", parser.tag_fields);
    write_list(out, "", "fieldsToBeRemovedBeforeParsing", parser.fields_to_remove);
    out += parser.test_cases.empty() ? "testCases: []\n" : "testCases:\n";
    for (auto& test : parser.test_cases) {
        out += fmt::format("- event:\n    rawString: {}\n", quoted_json(test.raw));
        if (!test.assertions.empty()) out += "  assertions:\n";
        for (auto& assertion : test.assertions) write_assertion(out, assertion);
    }
    return out;
}

}  // namespace logwood::api
