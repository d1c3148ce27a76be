// Parts lie between lines `--boundary`; the last one ends with `--boundary--`. Each has header
// lines, an empty line, and bytes that are taken as they are.
#include "api/multipart.h"

#include <algorithm>
#include <optional>

#include "api/json_body.h"
#include "http/message.h"

namespace logwood::api {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// The value of a parameter of a header field `kind; name=value; name="value"`.
std::optional<std::string> parameter(std::string_view field, std::string_view name) {
    auto at = std::min(field.find(';'), field.size());
    while (at < field.size()) {
        field.remove_prefix(at + 1);
        auto equals = field.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        auto key = trimmed(field.substr(0, equals));
        field = trimmed(field.substr(equals + 1));
        std::string value;
        if (field.starts_with('"')) {
            std::size_t end = 1;
            for (; end < field.size() && field[end] != '"'; ++end) {
                // Browsers do not escape backslashes (paths of Windows): only quotes are escaped.
                if (field[end] == '\\' && field.substr(end + 1).starts_with('"')) ++end;
                value += field[end];
            }
            if (end >= field.size()) return std::nullopt;
            field.remove_prefix(end + 1);
            at = std::min(field.find(';'), field.size());
        } else {
            at = std::min(field.find(';'), field.size());
            value = trimmed(field.substr(0, at));
        }
        if (http::equals_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

/// The value of a header field of a part.
std::string_view header_of(std::string_view head, std::string_view name) {
    while (!head.empty()) {
        auto end = std::min(head.find("\r\n"), head.size());
        auto line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        auto colon = line.find(':');
        if (colon != std::string_view::npos &&
            http::equals_ignoring_case(trimmed(line.substr(0, colon)), name))
            return trimmed(line.substr(colon + 1));
    }
    return {};
}

Error broken(std::string_view what) { return malformed("multipart: " + std::string(what)); }

}  // namespace

Result<FormFile> find_form_file(std::string_view content_type, std::string_view body,
                                std::string_view part_name) {
    constexpr std::size_t kBoundaryBytesMax = 70;  // RFC 2046
    auto kind = trimmed(content_type.substr(0, content_type.find(';')));
    auto boundary = parameter(content_type, "boundary");
    if (!http::equals_ignoring_case(kind, "multipart/form-data") || !boundary ||
        boundary->empty() || boundary->size() > kBoundaryBytesMax)
        return fail(broken("the content type must be multipart/form-data with a boundary"));
    auto delimiter = "\r\n--" + *boundary;
    std::size_t at = 0;
    if (body.starts_with(std::string_view(delimiter).substr(2)))
        at = delimiter.size() - 2;
    else if (auto first = body.find(delimiter); first != std::string_view::npos)
        at = first + delimiter.size();
    else
        return fail(broken("the body does not begin with the boundary"));
    while (!body.substr(at).starts_with("--")) {
        auto head = body.find("\r\n", at);
        if (head == std::string_view::npos) return fail(broken("a part is cut off"));
        auto head_end = body.find("\r\n\r\n", head);
        if (head_end == std::string_view::npos) return fail(broken("a part is cut off"));
        auto begin = head_end + 4;
        auto end = body.find(delimiter, begin);
        if (end == std::string_view::npos) return fail(broken("a part has no end"));
        auto disposition = header_of(body.substr(head, head_end - head), "content-disposition");
        auto file_name = parameter(disposition, "filename");
        if (file_name && parameter(disposition, "name") == part_name)
            return FormFile{
                .file_name = *std::move(file_name), .offset = begin, .size = end - begin};
        at = end + delimiter.size();
    }
    return fail(broken("there is no file in the part `" + std::string(part_name) + "`"));
}

}  // namespace logwood::api
