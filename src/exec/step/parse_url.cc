// parseUrl(), parseUri(): the parts of an address (RFC 3986), nothing decoded.
#include <algorithm>
#include <cctype>
#include <memory>
#include <string>

#include "exec/columns/field_collector.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

struct UriParts {
    std::string_view scheme;
    std::string_view user;
    std::string_view password;
    std::string_view host;
    std::string_view port;
    std::string_view path;
    std::string_view query;
    std::string_view fragment;
    bool has_authority = false;
};

bool is_scheme(std::string_view text) {
    if (text.empty() || !std::isalpha(static_cast<unsigned char>(text[0]))) return false;
    for (char c : text)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '+' && c != '-' && c != '.')
            return false;
    return true;
}

/// Takes what stands behind the first `mark` off `text`.
std::string_view take_tail(std::string_view& text, char mark) {
    auto at = text.find(mark);
    if (at == std::string_view::npos) return {};
    auto tail = text.substr(at + 1);
    text = text.substr(0, at);
    return tail;
}

void split_authority(std::string_view authority, UriParts& parts) {
    if (auto at = authority.rfind('@'); at != std::string_view::npos) {
        parts.user = authority.substr(0, at);
        parts.password = take_tail(parts.user, ':');
        authority.remove_prefix(at + 1);
    }
    auto bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
    auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    parts.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) parts.port = authority.substr(colon + 1);
}

UriParts split_uri(std::string_view text) {
    UriParts parts;
    parts.fragment = take_tail(text, '#');
    parts.query = take_tail(text, '?');
    auto colon = text.find(':');
    if (colon != std::string_view::npos && is_scheme(text.substr(0, colon))) {
        parts.scheme = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    if (text.starts_with("//")) {
        parts.has_authority = true;
        text.remove_prefix(2);
        auto end = std::min(text.find('/'), text.size());
        split_authority(text.substr(0, end), parts);
        text.remove_prefix(end);
    }
    parts.path = text;
    return parts;
}

class ParseUriStep final : public Operator {
 public:
    ParseUriStep(std::string field, std::string prefix, std::string base, const char* host_name,
                 bool needs_authority)
        : field_(std::move(field)),
          prefix_(std::move(prefix)),
          base_(std::move(base)),
          host_name_(host_name),
          needs_authority_(needs_authority) {}

    Result<void> run(Batch& batch) const override {
        FieldCollector collector;
        auto parse = [this](std::string_view text, FieldCollector& into) -> Result<void> {
            give(text, into);
            return {};
        };
        return parse_field(batch, field_, collector, parse, false);
    }

 private:
    void give(std::string_view text, FieldCollector& into) const {
        auto parts = split_uri(text);
        std::string absolute;
        if (!parts.has_authority && !base_.empty()) {
            absolute = base_ + std::string(text);
            parts = split_uri(absolute);
        }
        if (needs_authority_ && !parts.has_authority) return;
        auto put = [&](const char* name, std::string_view value) {
            if (!value.empty()) into.field(prefix_ + "." + name, value);
        };
        put("scheme", parts.scheme);
        put("username", parts.user);
        put("password", parts.password);
        put(host_name_, parts.host);
        put("port", parts.port);
        if (parts.has_authority || !parts.path.empty()) into.field(prefix_ + ".path", parts.path);
        put("query", parts.query);
        put("fragment", parts.fragment);
    }

    std::string field_;
    std::string prefix_;
    std::string base_;
    const char* host_name_;
    bool needs_authority_;
};

}  // namespace

lang::Checked<OperatorPtr> make_parse_url(const lang::BoundCall& call, Compiler&) {
    auto field = call.text("field");
    return std::make_unique<ParseUriStep>(field, call.text("as", field), "", "host", false);
}

lang::Checked<OperatorPtr> make_parse_uri(const lang::BoundCall& call, Compiler&) {
    auto field = call.text("field");
    auto prefix = call.text("prefix", field);
    if (prefix.empty()) return wrong_argument(call, "prefix", "the prefix is empty");
    auto base = call.text("defaultBase");
    if (!base.empty() && !base.ends_with("//"))
        return wrong_argument(call, "defaultBase", "a base such as https:// is needed");
    return std::make_unique<ParseUriStep>(field, prefix, base, "hostname", true);
}

}  // namespace logwood::exec
