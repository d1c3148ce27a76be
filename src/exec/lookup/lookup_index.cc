// By equality: an open hash table of the last row of each key, and from each row the one before it
// with the same key.
#include "exec/lookup/lookup_index.h"

#include <bit>
#include <string>

#include "base/bytes.h"
#include "exec/lookup/lookup_table.h"
#include "exec/text/find_text.h"

namespace logwood::exec {

namespace {

constexpr std::uint32_t kNoRow = 0xFFFFFFFF;

class StringIndex final : public LookupIndex {
 public:
    StringIndex(const LookupTable& table, const LookupKey& key)
        : table_(table),
          key_(key),
          slots_(std::bit_ceil(2 * table.rows() + 1), kNoRow),
          before_(table.rows(), kNoRow) {
        std::vector<std::string_view> values(key.columns.size());
        for (std::uint32_t row = 0; row < table.rows(); ++row) {
            if (!read_row(row, values)) continue;
            auto& slot = slots_[slot_of(values)];
            before_[row] = slot;
            slot = row;
        }
    }

    void find(std::span<const std::string_view> values, std::size_t rows_max,
              std::vector<std::uint32_t>& rows) const override {
        auto row = slots_[slot_of(values)];
        for (std::size_t found = 0; row != kNoRow && found < rows_max; ++found) {
            rows.push_back(row);
            row = before_[row];
        }
    }

    std::size_t memory() const override { return 4 * (slots_.capacity() + before_.capacity()); }

 private:
    bool read_row(std::uint32_t row, std::span<std::string_view> values) const {
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = table_.value(row, key_.columns[i]);
            if (model::is_missing(values[i])) return false;
        }
        return true;
    }

    /// The slot that has these values, or the empty one where they belong.
    std::size_t slot_of(std::span<const std::string_view> values) const {
        std::vector<std::string> folded;
        std::uint64_t hash = 0;
        for (auto value : values) {
            if (key_.ignore_case) value = folded.emplace_back(fold(value));
            hash = checksum64(value, hash);
        }
        auto mask = slots_.size() - 1;
        for (auto slot = static_cast<std::size_t>(hash) & mask;; slot = (slot + 1) & mask) {
            auto row = slots_[slot];
            if (row == kNoRow) return slot;
            bool is_equal = true;
            for (std::size_t i = 0; i < values.size() && is_equal; ++i) {
                auto text = table_.value(row, key_.columns[i]);
                is_equal = key_.ignore_case ? same_text(text, folded[i], true) : text == values[i];
            }
            if (is_equal) return slot;
        }
    }

    const LookupTable& table_;
    LookupKey key_;
    std::vector<std::uint32_t> slots_;   ///< Rows.
    std::vector<std::uint32_t> before_;  ///< By row.
};

}  // namespace

std::unique_ptr<const LookupIndex> string_index(const LookupTable& table, const LookupKey& key) {
    return std::make_unique<StringIndex>(table, key);
}

}  // namespace logwood::exec
