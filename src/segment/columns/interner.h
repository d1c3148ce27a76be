#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace logwood::segment {

/// The values of a column in a row group, each distinct text once. Texts are borrowed.
struct ColumnValues {
    std::vector<std::string_view> distinct;  ///< In the order of first use.
    std::vector<std::uint32_t> ids;          ///< Index in `distinct`, one a row that has a value.
    std::size_t distinct_bytes = 0;

    void clear() {
        distinct.clear();
        ids.clear();
        distinct_bytes = 0;
    }
};

/// Finds the distinct texts of one column after the other. Keeps its table between columns.
class Interner {
 public:
    Interner();

    /// Starts a column of at most `values_max` values.
    void start(ColumnValues& into, std::size_t values_max);
    /// Index of the text in `distinct`, where it is appended when new.
    std::uint32_t intern(std::string_view text);
    /// Interns the text of the next row. Long texts of which none repeats at first are from then on
    /// taken for distinct without a look.
    void add(std::string_view text);
    /// Adds a row with a text that intern() has given an index.
    void add_id(std::uint32_t id) { into_->ids.push_back(id); }

 private:
    struct Slot {
        std::uint32_t round = 0;  ///< Slots of earlier columns are free.
        std::uint32_t id = 0;
        std::uint64_t hash = 0;
    };
    std::vector<Slot> slots_;
    std::uint64_t mask_ = 0;
    std::uint32_t round_ = 0;
    ColumnValues* into_ = nullptr;
    std::string_view last_;
    std::uint32_t last_id_ = 0;
    bool takes_all_ = false;
};

}  // namespace logwood::segment
