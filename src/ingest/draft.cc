#include "ingest/draft.h"

#include "base/bytes.h"

namespace logwood::ingest {

void Draft::clear() {
    bytes_.clear();
    fields_.clear();
    time_ns.reset();
    has_failed_ = false;
}

void Draft::field(std::string_view name, std::string_view value) {
    auto name_at = bytes_.size();
    bytes_ += name;
    auto value_at = bytes_.size();
    bytes_ += value;
    fields_.push_back({name_at, value_at, bytes_.size()});
}

std::string_view Draft::name(std::size_t i) const {
    const auto& f = fields_[i];
    return std::string_view(bytes_).substr(f.name_at, f.value_at - f.name_at);
}

std::string_view Draft::value(std::size_t i) const {
    const auto& f = fields_[i];
    return std::string_view(bytes_).substr(f.value_at, f.value_end - f.value_at);
}

std::string_view Draft::find(std::string_view wanted) const {
    for (auto i = fields_.size(); i-- > 0;)
        if (name(i) == wanted) return value(i);
    return {};
}

std::uint64_t Draft::shape_hash() const {
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < fields_.size(); ++i) hash = checksum64(name(i), hash);
    return hash;
}

void Draft::fail(std::size_t count, std::string_view message) {
    truncate(count);
    has_failed_ = true;
    field("@error", "true");
    field("@error_msg", message);
    field("@event_parsed", "false");
}

}  // namespace logwood::ingest
