// By pattern: each row's patterns are tried, in the order of their texts.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "exec/limits.h"
#include "exec/lookup/lookup_table.h"
#include "exec/text/glob.h"

namespace logwood::exec {

namespace {

class GlobIndex final : public LookupIndex {
 public:
    GlobIndex(const LookupTable& table, const LookupKey& key) {
        std::vector<std::pair<std::vector<std::string_view>, std::uint32_t>> sorted;
        for (std::uint32_t row = 0; row < table.rows(); ++row) {
            std::vector<std::string_view> patterns;
            for (auto column : key.columns) patterns.push_back(table.value(row, column));
            if (std::ranges::none_of(patterns, model::is_missing))
                sorted.emplace_back(std::move(patterns), row);
        }
        std::ranges::sort(sorted);
        for (auto& [patterns, row] : sorted) {
            Candidate candidate{row, {}};
            for (auto pattern : patterns) {
                bytes_ += pattern.size() + 160;
                candidate.patterns.push_back(contains_predicate(pattern, key.ignore_case));
            }
            candidates_.push_back(std::move(candidate));
        }
    }

    void find(std::span<const std::string_view> values, std::size_t rows_max,
              std::vector<std::uint32_t>& rows) const override {
        auto left = rows_max;
        for (const auto& candidate : candidates_) {
            bool matches = true;
            for (std::size_t i = 0; i < values.size() && matches; ++i)
                matches = candidate.patterns[i]->matches(values[i]);
            if (!matches) continue;
            if (left-- == 0) return;
            rows.push_back(candidate.row);
        }
    }

    std::size_t memory() const override { return bytes_; }
    int cost() const override { return 20; }

 private:
    struct Candidate {
        std::uint32_t row;
        std::vector<TextPredicatePtr> patterns;
    };
    std::vector<Candidate> candidates_;
    std::size_t bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<const LookupIndex>> glob_index(const LookupTable& table,
                                                      const LookupKey& key) {
    if (table.rows() > kGlobRowsMax)
        return fail(Code::kInvalidArgument,
                    fmt::format("the file has {} rows, and mode=glob takes at most {}",
                                table.rows(), kGlobRowsMax));
    return std::make_unique<GlobIndex>(table, key);
}

}  // namespace logwood::exec
