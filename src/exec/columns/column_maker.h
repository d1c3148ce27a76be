#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exec/columns/text_arena.h"
#include "exec/work_limit.h"
#include "model/column.h"

namespace logwood::exec {

/// Makes a column row by row.
class ColumnMaker {
 public:
    explicit ColumnMaker(std::size_t rows_expected = 0);
    /// Copies the text; kMissing adds a row without value, and so does all once the thread's
    /// WorkLimit is over.
    void add(std::string_view text);
    /// Keeps the view: `text` must live as long as what was given to keep_alive(), or for ever.
    void add_borrowed(std::string_view text) { values_.push_back(text); }
    void keep_alive(std::shared_ptr<const void> owner);
    void keep_alive(const model::Column& column);
    std::size_t rows() const { return values_.size(); }
    /// The column; the maker is spent.
    model::Column finish();

 private:
    struct Storage {
        TextArena arena;
        std::vector<std::shared_ptr<const void>> owners;
    };
    std::shared_ptr<Storage> storage_;
    std::vector<std::string_view> values_;
};

/// The rows `from[0]`, `from[1]`, ... of a column.
model::Column gather(const model::Column& column, std::span<const std::uint32_t> from);

/// The same; kNoCode among `from` gives a row without value.
model::Column gather_or_missing(const model::Column& column, std::span<const std::uint32_t> from);

/// For each row where `from` has a value that value, else the one of `otherwise`.
model::Column first_present(const model::Column& from, const model::Column& otherwise);

/// Row i is row `rows[i]` of column `which[i]`. A dictionary when all columns have few texts.
model::Column interleave(std::span<const model::Column> columns,
                         std::span<const std::uint32_t> which, std::span<const std::uint32_t> rows);

/// Calls `f(text, scratch)` once for each distinct text that occurs (each row of a plain column)
/// and gives the column of its results. The result is a view of the text, of `scratch`, or of
/// static storage; kMissing gives none. Rows without value stay so. Once the thread's WorkLimit is
/// over, the rest has no value.
template <typename F>
model::Column map_texts(const model::Column& in, F&& f);

/// Reads each distinct text once: `f(text) -> T`; rows without value get `missing`, and so does the
/// rest once the thread's WorkLimit is over.
template <typename T, typename F>
std::vector<T> map_rows(const model::Column& in, T missing, F&& f);

// --- implementation ------------------------------------------------------------------------------

namespace internal {

/// A dictionary far larger than the rows that use it is not worth a table over its codes.
inline bool codes_worth_a_table(const model::Column& column) {
    return column.values().size() <= 4 * column.rows() + 1024;
}

}  // namespace internal

template <typename T, typename F>
std::vector<T> map_rows(const model::Column& in, T missing, F&& f) {
    using Kind = model::Column::Kind;
    auto values = in.values();
    std::vector<T> out;
    if (in.kind() == Kind::kMissing || in.rows() == 0) return std::vector<T>(in.rows(), missing);
    if (in.kind() == Kind::kConstant) return std::vector<T>(in.rows(), f(values[0]));
    out.resize(in.rows());
    if (in.kind() == Kind::kPlain || !internal::codes_worth_a_table(in)) {
        for (std::size_t row = 0; row < out.size(); ++row) {
            auto text = in[row];
            out[row] = model::is_missing(text) || WorkLimit::is_over() ? missing : f(text);
        }
        return out;
    }
    std::vector<T> results(values.size());
    std::vector<std::uint8_t> known(values.size());
    auto codes = in.codes();
    for (std::size_t row = 0; row < out.size(); ++row) {
        auto code = codes[row];
        if (code == model::Column::kNoCode) {
            out[row] = missing;
            continue;
        }
        if (!known[code]) {
            known[code] = 1;
            results[code] = WorkLimit::is_over() ? missing : f(values[code]);
        }
        out[row] = results[code];
    }
    return out;
}

template <typename F>
model::Column map_texts(const model::Column& in, F&& f) {
    using Kind = model::Column::Kind;
    constexpr auto kUnknown = model::Column::kNoCode - 1;
    std::string scratch;
    auto values = in.values();
    ColumnMaker maker(in.kind() == Kind::kPlain ? in.rows() : 0);
    maker.keep_alive(in);
    auto add = [&](std::string_view text) {
        bool is_skipped = model::is_missing(text) || WorkLimit::is_over();
        auto result = is_skipped ? model::kMissing : f(text, scratch);
        bool is_scratch =
            result.data() >= scratch.data() && result.data() <= scratch.data() + scratch.size();
        if (is_scratch)
            maker.add(result);
        else
            maker.add_borrowed(result);
        return result;
    };
    if (in.kind() == Kind::kMissing || in.rows() == 0) return model::Column::missing(in.rows());
    if (in.kind() == Kind::kConstant) {
        if (model::is_missing(add(values[0]))) return model::Column::missing(in.rows());
        auto one = maker.finish();
        return model::Column::constant(one[0], in.rows(), std::make_shared<model::Column>(one));
    }
    if (in.kind() == Kind::kPlain || !internal::codes_worth_a_table(in)) {
        for (std::size_t row = 0; row < in.rows(); ++row) add(in[row]);
        return maker.finish();
    }
    std::vector<std::uint32_t> table(values.size(), kUnknown);
    std::vector<std::uint32_t> codes(in.rows());
    std::uint32_t made = 0;
    for (std::size_t row = 0; row < codes.size(); ++row) {
        auto code = in.codes()[row];
        if (code == model::Column::kNoCode) {
            codes[row] = code;
            continue;
        }
        if (table[code] == kUnknown) {
            bool has_result = !model::is_missing(add(values[code]));
            table[code] = has_result ? made : model::Column::kNoCode;
            ++made;
        }
        codes[row] = table[code];
    }
    auto distinct = std::make_shared<model::Column>(maker.finish());
    return model::Column::dictionary(std::move(codes), distinct->values(), distinct);
}

}  // namespace logwood::exec
