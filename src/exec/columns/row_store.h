#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "exec/columns/batch.h"
#include "exec/columns/row_table.h"
#include "exec/columns/text_table.h"

namespace logwood::exec {

/// Whole rows taken out of batches, packed: (field number, length, bytes) for each field present.
using PackedRow = std::string;

/// Packs and unpacks rows; knows the names of fields by number. One thread at a time.
class RowPacker {
 public:
    /// Packs those rows of the batch, all fields or those named.
    Result<std::vector<PackedRow>> pack(Batch& batch, std::span<const std::uint32_t> rows,
                                        const std::vector<std::string>* fields);
    /// Packs a row of another packer anew.
    PackedRow repack(const PackedRow& row, const RowPacker& from);
    /// The rows as columns, in order.
    RowTable table(std::span<const PackedRow* const> rows) const;

    void write(ByteWriter& out) const { fields_.write(out); }
    Result<void> read(ByteReader& in) { return fields_.read(in); }
    /// kCorrupt when the bytes are no row of this packer.
    Result<void> check(const PackedRow& row) const;
    std::size_t memory() const { return fields_.memory(); }

 private:
    TextTable fields_;
};

void write_order(ByteWriter& out, const model::OrderKey& order);
Result<model::OrderKey> read_order(ByteReader& in);

}  // namespace logwood::exec
