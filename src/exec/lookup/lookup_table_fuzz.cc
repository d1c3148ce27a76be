// Any bytes as a lookup file: refused, or a table whose values and indexes can be read.
#include <cstddef>
#include <string_view>
#include <vector>

#include "exec/lookup/lookup_table.h"

namespace {

using namespace logwood;

void use(const exec::LookupTable& table) {
    std::vector<std::uint32_t> rows;
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
        for (auto mode : {exec::LookupMode::kString, exec::LookupMode::kCidr}) {
            auto index = table.index({.columns = {column}, .mode = mode});
            ASSERT(index);
            for (std::size_t row = 0; row < table.rows(); ++row) {
                auto text = table.value(row, column);
                if (model::is_missing(text)) continue;
                rows.clear();
                (*index)->find(std::span(&text, 1), table.rows(), rows);
                // Equality finds at least the row itself.
                ASSERT(mode == exec::LookupMode::kCidr || !rows.empty());
            }
        }
    }
}

}  // namespace

// Input: a byte that chooses the format, then the file.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    constexpr std::size_t kBytesMax = 4096;  // reading all through all indexes is quadratic
    if (size == 0 || size > kBytesMax) return 0;
    std::string_view input(reinterpret_cast<const char*>(data), size);
    auto table = exec::LookupTable::parse(data[0] % 2 == 0 ? "a.csv" : "a.json", input.substr(1));
    if (table) use(**table);
    return 0;
}
