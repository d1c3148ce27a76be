// CSV as in RFC 4180: the first line names the columns, `"` quotes, blanks count. A row with fewer
// values than there are columns lacks the others; blank lines are passed over.
#include <fmt/format.h>
#include <simdjson.h>

#include "exec/limits.h"
#include "exec/lookup/lookup_table.h"

namespace logwood::exec {

namespace {

class CsvReader {
 public:
    explicit CsvReader(std::string_view text) : text_(text) {}

    bool at_end() const { return at_ >= text_.size(); }
    std::size_t line() const { return line_; }
    /// Passes an empty line; false when the line is not empty.
    bool skip_blank_line() {
        auto rest = text_.substr(at_);
        if (!rest.starts_with('\n') && !rest.starts_with("\r\n")) return false;
        at_ += rest[0] == '\n' ? 1 : 2;
        ++line_;
        return true;
    }
    /// Calls take(number, value) for each value of the line and moves behind it.
    template <typename Take>
    Result<void> read_line(Take take) {
        for (std::size_t number = 0;; ++number) {
            TRY(auto value, read_value());
            TRY_OK(take(number, value));
            if (at_end()) return {};
            auto separator = text_[at_++];
            if (separator == ',') continue;
            if (separator == '\r') ++at_;  // \r\n
            ++line_;
            return {};
        }
    }
    std::unexpected<Error> wrong(std::string_view what) const {
        return fail(Code::kInvalidArgument, fmt::format("line {}: {}", line_, what));
    }

 private:
    /// Ends at a comma, a line's end or the text's.
    Result<std::string_view> read_value() {
        if (!at_end() && text_[at_] == '"') return read_quoted();
        auto begin = at_;
        while (!is_behind_value()) ++at_;
        return text_.substr(begin, at_ - begin);
    }
    Result<std::string_view> read_quoted() {
        auto first_line = line_;
        scratch_.clear();
        for (++at_;; ++at_) {
            if (at_end()) {
                line_ = first_line;
                return wrong("a quoted value has no end");
            }
            if (text_[at_] == '"') {
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
                ++at_;
            }
            line_ += text_[at_] == '\n';
            scratch_ += text_[at_];
        }
        ++at_;
        if (!is_behind_value()) return wrong("there is text behind a quoted value");
        return std::string_view(scratch_);
    }
    bool is_behind_value() const {
        if (at_end() || text_[at_] == ',' || text_[at_] == '\n') return true;
        return text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::string scratch_;
};

}  // namespace

Result<LookupTablePtr> parse_lookup_csv(std::string_view content) {
    if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
    if (!simdjson::validate_utf8(content.data(), content.size()))
        return fail(Code::kInvalidArgument, "the file is not UTF-8 text");
    CsvReader reader(content);
    while (!reader.at_end() && reader.skip_blank_line()) {
    }
    if (reader.at_end())
        return fail(Code::kInvalidArgument, "the file is empty; its first line must name columns");
    LookupTableBuilder builder;
    TRY_OK(reader.read_line([&](std::size_t number, std::string_view name) -> Result<void> {
        if (name.empty()) return reader.wrong("a column has no name");
        if (builder.columns() >= kLookupColumnsMax)
            return reader.wrong(fmt::format("more than {} columns", kLookupColumnsMax));
        if (builder.column(name) != number)
            return reader.wrong(fmt::format("two columns are named `{}`", name));
        return {};
    }));
    auto columns = builder.columns();
    while (!reader.at_end()) {
        if (reader.skip_blank_line()) continue;
        auto line = reader.line();
        TRY_OK(reader.read_line([&](std::size_t number, std::string_view value) -> Result<void> {
            if (number >= columns)
                return fail(Code::kInvalidArgument,
                            fmt::format("line {}: more values than the {} columns of the first "
                                        "line",
                                        line, columns));
            builder.set(number, value);
            return {};
        }));
        builder.end_row();
    }
    return builder.finish();
}

}  // namespace logwood::exec
