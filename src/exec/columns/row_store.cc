// Rows that outlive their batch: packed one by one, by number of field.
#include "exec/columns/row_store.h"

#include "exec/columns/column_maker.h"

namespace logwood::exec {
namespace {

/// Calls `each(field number, value)`; false when the bytes are no packed row.
template <typename F>
bool unpack(const PackedRow& row, F&& each) {
    ByteReader in(row);
    while (in.remaining() > 0) {
        auto field = in.get_varint();
        if (!field) return false;
        auto value = in.get_string();
        if (!value) return false;
        each(*field, *value);
    }
    return true;
}

}  // namespace

Result<std::vector<PackedRow>> RowPacker::pack(Batch& batch, std::span<const std::uint32_t> rows,
                                               const std::vector<std::string>* fields) {
    std::vector<PackedRow> packed(rows.size());
    if (rows.empty()) return packed;
    auto chosen = batch.fork();
    if (rows.size() < batch.rows()) chosen.rearrange({rows.begin(), rows.end()});
    bool is_cut = rows.size() < batch.rows();
    std::vector<std::string> all;
    if (!fields) {
        TRY(all, chosen.fields());
        fields = &all;
    }
    for (auto& field : *fields) {
        TRY(auto column, chosen.column(field));
        if (column.kind() == model::Column::Kind::kMissing) continue;
        auto number = fields_.number_of(field);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            auto text = column[is_cut ? i : rows[i]];
            if (model::is_missing(text)) continue;
            ByteWriter out(packed[i]);
            out.put_varint(number);
            out.put_string(text);
        }
    }
    return packed;
}

PackedRow RowPacker::repack(const PackedRow& row, const RowPacker& from) {
    PackedRow packed;
    ByteWriter out(packed);
    unpack(row, [&](std::uint64_t field, std::string_view value) {
        out.put_varint(fields_.number_of(from.fields_.text(static_cast<std::uint32_t>(field))));
        out.put_string(value);
    });
    return packed;
}

RowTable RowPacker::table(std::span<const PackedRow* const> rows) const {
    std::vector<std::vector<std::string_view>> values(fields_.size());
    auto arena = std::make_shared<TextArena>();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        unpack(*rows[i], [&](std::uint64_t field, std::string_view value) {
            auto& column = values[field];
            if (column.empty()) column.resize(rows.size(), model::kMissing);
            column[i] = arena->add(value);
        });
    }
    RowTable table;
    table.rows = rows.size();
    for (std::uint32_t field = 0; field < values.size(); ++field)
        if (!values[field].empty())
            table.columns.emplace_back(std::string(fields_.text(field)),
                                       model::Column::plain(std::move(values[field]), arena));
    return table;
}

Result<void> RowPacker::check(const PackedRow& row) const {
    bool is_known = true;
    bool is_whole = unpack(
        row, [&](std::uint64_t field, std::string_view) { is_known &= field < fields_.size(); });
    if (!is_whole || !is_known) return fail(Code::kCorrupt, "a packed row is damaged");
    return {};
}

void write_order(ByteWriter& out, const model::OrderKey& order) {
    out.put(order.time_ns);
    out.put_varint(order.at.epoch.value);
    out.put_varint(order.at.partition.value);
    out.put_varint(order.at.offset.value);
    out.put_varint(order.at.index);
}

Result<model::OrderKey> read_order(ByteReader& in) {
    model::OrderKey order;
    TRY(order.time_ns, in.get<std::int64_t>());
    TRY(auto epoch, in.get_varint());
    TRY(auto partition, in.get_varint());
    TRY(auto offset, in.get_varint());
    TRY(auto index, in.get_varint());
    order.at.epoch.value = static_cast<std::uint32_t>(epoch);
    order.at.partition.value = static_cast<std::uint32_t>(partition);
    order.at.offset.value = offset;
    order.at.index = static_cast<std::uint32_t>(index);
    return order;
}

}  // namespace logwood::exec
