// selectLast(): each field's newest value. selectFromMin(), selectFromMax(): fields of the event
// with the smallest or largest number. Ties go to the event that is later in the total order.
#include <optional>

#include "exec/aggregate/sparse_aggregate.h"
#include "exec/columns/row_store.h"
#include "exec/plan/registry_values.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

using model::OrderKey;

void write_optional(ByteWriter& out, const std::optional<std::string>& text) {
    out.put<std::uint8_t>(text.has_value());
    if (text) out.put_string(*text);
}

Result<std::optional<std::string>> read_optional(ByteReader& in) {
    TRY(auto has_text, in.get<std::uint8_t>());
    if (has_text > 1) return fail(Code::kCorrupt, "select: bad flag");
    if (has_text == 0) return std::nullopt;
    TRY(auto text, in.get_string());
    return std::string(text);
}

struct SelectLast {
    struct Value {
        OrderKey order;
        std::optional<std::string> text;
    };
    using Group = std::vector<Value>;  ///< Empty, or one a field.
    std::vector<std::string> fields;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto times, batch.times());
        for (std::size_t i = 0; i < fields.size(); ++i) {
            TRY(auto column, batch.column(fields[i]));
            if (column.kind() == model::Column::Kind::kMissing) continue;
            for (std::size_t row = 0; row < column.rows(); ++row) {
                auto text = column[row];
                if (model::is_missing(text)) continue;
                auto& group = into[groups[row]];
                group.resize(fields.size());
                if (group[i].text && times[row] < group[i].order.time_ns) continue;
                TRY(auto order, batch.order(row));
                take(group[i], order, text);
            }
        }
        return {};
    }
    static void take(Value& into, const OrderKey& order, std::string_view text) {
        if (into.text && order < into.order) return;
        into.order = order;
        into.text = text;
    }
    void merge(Group& into, const Group& from) const {
        if (from.empty()) return;
        into.resize(fields.size());
        for (std::size_t i = 0; i < from.size(); ++i)
            if (from[i].text) take(into[i], from[i].order, *from[i].text);
    }
    void write(ByteWriter& out, const Group& group) const {
        out.put<std::uint8_t>(!group.empty());
        for (auto& value : group) {
            write_order(out, value.order);
            write_optional(out, value.text);
        }
    }
    Result<Group> read(ByteReader& in) const {
        Group group;
        TRY(auto has_values, in.get<std::uint8_t>());
        if (has_values == 0) return group;
        group.resize(fields.size());
        for (auto& value : group) {
            TRY(value.order, read_order(in));
            TRY(value.text, read_optional(in));
        }
        return group;
    }
    std::vector<std::string> outputs() const { return fields; }
    bool has_row(const Group& group) const { return !group.empty(); }
    std::string_view text(const Group& group, std::size_t i, std::string&) const {
        return group[i].text ? std::string_view(*group[i].text) : model::kMissing;
    }
    void finish(const std::vector<Group>&, RowTable&) const {}
    std::size_t memory(const Group& group) const {
        auto bytes = group.capacity() * sizeof(Value);
        for (auto& value : group) bytes += value.text ? value.text->capacity() : 0;
        return bytes;
    }
};

/// State of selectFromMin/Max; texts of the fields included.
struct SelectFrom {
    struct Group {
        double number = kNullNumber;
        OrderKey order;
        std::vector<std::optional<std::string>> texts;
    };
    std::string field;
    std::vector<std::string> fields;
    bool is_max = false;

    bool wins(const Group& over, double number, const OrderKey& order) const {
        if (is_null(over.number)) return true;
        if (number != over.number) return is_max ? number > over.number : number < over.number;
        return over.order < order;
    }
    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto numbers, batch.numbers(field));
        // First which row wins each group, so that texts are copied once.
        std::vector<std::uint32_t> winners(into.size(), kNoGroup);
        for (std::uint32_t row = 0; row < numbers->size(); ++row) {
            double number = (*numbers)[row];
            auto& group = into[groups[row]];
            bool may_win =
                is_null(group.number) || (is_max ? number >= group.number : number <= group.number);
            if (is_null(number) || !may_win) continue;
            TRY(auto order, batch.order(row));
            if (!wins(group, number, order)) continue;
            group.number = number;
            group.order = order;
            winners[groups[row]] = row;
        }
        for (std::size_t i = 0; i < fields.size(); ++i) {
            TRY(auto column, batch.column(fields[i]));
            for (std::size_t g = 0; g < winners.size(); ++g) {
                if (winners[g] == kNoGroup) continue;
                into[g].texts.resize(fields.size());
                auto text = column[winners[g]];
                into[g].texts[i] =
                    model::is_missing(text) ? std::nullopt : std::optional<std::string>(text);
            }
        }
        return {};
    }
    void merge(Group& into, const Group& from) const {
        if (!is_null(from.number) && wins(into, from.number, from.order)) into = from;
    }
    void write(ByteWriter& out, const Group& group) const {
        write_number(out, group.number);
        if (is_null(group.number)) return;
        write_order(out, group.order);
        for (auto& text : group.texts) write_optional(out, text);
    }
    Result<Group> read(ByteReader& in) const {
        Group group;
        TRY(group.number, read_number(in));
        if (is_null(group.number)) return group;
        TRY(group.order, read_order(in));
        group.texts.resize(fields.size());
        for (auto& text : group.texts) {
            TRY(text, read_optional(in));
        }
        return group;
    }
    std::vector<std::string> outputs() const { return fields; }
    bool has_row(const Group& group) const { return !is_null(group.number); }
    std::string_view text(const Group& group, std::size_t i, std::string&) const {
        return group.texts[i] ? std::string_view(*group.texts[i]) : model::kMissing;
    }
    void finish(const std::vector<Group>&, RowTable&) const {}
    std::size_t memory(const Group& group) const {
        auto bytes = group.texts.capacity() * sizeof(group.texts[0]);
        for (auto& text : group.texts) bytes += text ? text->capacity() : 0;
        return bytes;
    }
};

}  // namespace

lang::Checked<AggregatePtr> make_select_last(const lang::BoundCall& call, Compiler&) {
    return sparse_aggregate(SelectLast{call.fields("fields")});
}

lang::Checked<AggregatePtr> make_select_from_min(const lang::BoundCall& call, Compiler&) {
    return sparse_aggregate(SelectFrom{call.text("field"), call.fields("include"), false});
}

lang::Checked<AggregatePtr> make_select_from_max(const lang::BoundCall& call, Compiler&) {
    return sparse_aggregate(SelectFrom{call.text("field"), call.fields("include"), true});
}

}  // namespace logwood::exec
