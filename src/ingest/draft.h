#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/columns/field_sink.h"

namespace logwood::ingest {

/// One event while it is decoded: its fields in order of arrival, copied, a name may come twice.
/// Reused from event to event.
class Draft final : public exec::FieldSink {
 public:
    void clear();
    void field(std::string_view name, std::string_view value) override;
    std::size_t size() const { return fields_.size(); }
    std::string_view name(std::size_t i) const;
    std::string_view value(std::size_t i) const;
    /// The last value of the name; null data() when there is none.
    std::string_view find(std::string_view wanted) const;
    /// Forgets the fields from position `count` on.
    void truncate(std::size_t count) { fields_.resize(count); }
    /// Marks the event as not parsed; fields from position `count` on are forgotten.
    void fail(std::size_t count, std::string_view message);
    bool has_failed() const { return has_failed_; }

    /// Of the names in their order.
    std::uint64_t shape_hash() const;

    /// Event time as the protocol or the parser gave it, ns since 1970.
    std::optional<std::int64_t> time_ns;

 private:
    struct Field {
        std::size_t name_at;
        std::size_t value_at;
        std::size_t value_end;
    };
    std::string bytes_;
    std::vector<Field> fields_;
    bool has_failed_ = false;
};

}  // namespace logwood::ingest
