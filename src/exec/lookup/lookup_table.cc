// Values of a column lie back to back, so a table takes about as much memory as its file.
#include "exec/lookup/lookup_table.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"

namespace logwood::exec {

namespace {

bool has_ending(std::string_view name, std::string_view ending) {
    if (name.size() <= ending.size()) return false;
    auto tail = name.substr(name.size() - ending.size());
    return std::ranges::equal(tail, ending,
                              [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

}  // namespace

Result<LookupTablePtr> LookupTable::parse(std::string_view name, std::string_view content) {
    constexpr std::size_t kBytesEnd = std::size_t{1} << 31;
    if (content.size() >= kBytesEnd) return fail(Code::kTooLarge, "the file is too large");
    if (has_ending(name, ".csv")) return parse_lookup_csv(content);
    if (has_ending(name, ".json")) return parse_lookup_json(content);
    return fail(Code::kInvalidArgument, "the name of a lookup file must end in .csv or .json");
}

std::optional<std::size_t> LookupTable::find_column(std::string_view name) const {
    auto at = std::ranges::find(names_, name);
    if (at == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(at - names_.begin());
}

std::size_t LookupTable::memory() const {
    std::size_t bytes = 0;
    for (const auto& held : columns_)
        bytes += held.texts.capacity() + held.ends.capacity() * sizeof held.ends[0];
    std::lock_guard lock(mutex_);
    for (const auto& [key, made] : indexes_) bytes += made->memory();
    return bytes;
}

Result<const LookupIndex*> LookupTable::index(const LookupKey& key) const {
    std::lock_guard lock(mutex_);
    auto& made = indexes_[key];
    if (made) return made.get();
    switch (key.mode) {
        case LookupMode::kString:
            made = string_index(*this, key);
            break;
        case LookupMode::kCidr:
            made = cidr_index(*this, key);
            break;
        case LookupMode::kGlob: {
            auto globs = glob_index(*this, key);
            if (!globs) {
                indexes_.erase(key);
                return fail(std::move(globs).error());
            }
            made = *std::move(globs);
        }
    }
    return made.get();
}

std::size_t LookupTableBuilder::column(std::string_view name) {
    if (auto at = numbers_.find(name); at != numbers_.end()) return at->second;
    auto number = table_->names_.size();
    table_->names_.emplace_back(name);
    table_->columns_.emplace_back().ends.assign(table_->rows_, LookupTable::kAbsent);
    numbers_.emplace(name, number);
    return number;
}

void LookupTableBuilder::set(std::size_t column, std::string_view text) {
    auto& held = table_->columns_[column];
    if (held.ends.size() > table_->rows_) {  // set before
        held.ends.pop_back();
        held.texts.resize(held.ends.empty() ? 0 : held.ends.back() & ~LookupTable::kAbsent);
    }
    held.texts += text;
    held.ends.push_back(static_cast<std::uint32_t>(held.texts.size()));
}

void LookupTableBuilder::end_row() {
    auto rows = ++table_->rows_;
    for (auto& held : table_->columns_)
        if (held.ends.size() < rows)
            held.ends.push_back(static_cast<std::uint32_t>(held.texts.size()) |
                                LookupTable::kAbsent);
}

LookupTablePtr LookupTableBuilder::finish() {
    for (auto& held : table_->columns_) {
        held.texts.shrink_to_fit();
        held.ends.shrink_to_fit();
    }
    return std::exchange(table_, nullptr);
}

}  // namespace logwood::exec
