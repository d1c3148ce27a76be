#include "cli/segment_dump.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "cli/table.h"
#include "segment/describe.h"

namespace logwood::cli {
namespace {

std::string time_text(std::int64_t ns) {
    return date::format("%F %T",
                        date::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(ns)));
}

std::string bounds_text(const model::TimeBounds& bounds) {
    if (bounds.min_ns > bounds.max_ns) return "none";
    return fmt::format("{} to {}", time_text(bounds.min_ns), time_text(bounds.max_ns));
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return "";
    return fmt::format("{:.1f}", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

void append_summary(const segment::Summary& summary, std::string& out) {
    auto level = summary.level == segment::Level::kMini ? "mini" : "merged";
    out += fmt::format("segment {}\nrepository {}\nlevel {}, version {}\n", summary.id.to_string(),
                       summary.repo.to_string(), level, segment::kVersion);
    auto ratio = summary.stored_bytes == 0 ? 0.0
                                           : static_cast<double>(summary.raw_bytes) /
                                                 static_cast<double>(summary.stored_bytes);
    out += fmt::format("rows {}, raw bytes {}, stored bytes {} ({:.1f} times smaller)\n",
                       summary.rows, summary.raw_bytes, summary.stored_bytes, ratio);
    out += fmt::format("event times {}\ningest times {}\n", bounds_text(summary.event_times),
                       bounds_text(summary.ingest_times));
    for (auto& range : summary.offsets)
        out += fmt::format("log: epoch {} partition {} offsets {} to {}\n", range.epoch.value,
                           range.partition.value, range.first.value, range.last.value);
    for (auto& day : summary.days)
        out += fmt::format("day {}: rows {}, raw bytes {}\n",
                           date::format("%F", date::sys_days(date::days(day.day))), day.rows,
                           day.raw_bytes);
    for (auto& tag : summary.tags)
        out += fmt::format("tag {}: {}{}\n", tag.name, fmt::join(tag.values, ", "),
                           tag.is_complete ? "" : ", ...");
}

void append_groups(const segment::Reader& reader, const segment::Description& description,
                   std::size_t width, std::string& out) {
    TextTable table(
        {"row group", "offset", "stored", "chunks", "rows", "raw", "first event", "last event"});
    auto groups = reader.row_groups();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        auto& group = groups[i];
        table.add({fmt::format("{}", i), fmt::format("{}", description.group_offsets[i]),
                   fmt::format("{}", group.stored_bytes), fmt::format("{}", group.chunks),
                   fmt::format("{}", group.rows), fmt::format("{}", group.raw_bytes),
                   time_text(group.event_times.min_ns), time_text(group.event_times.max_ns)});
    }
    out += '\n';
    table.render(width, out);
}

void append_columns(const segment::Description& description, std::uint64_t stored_bytes,
                    std::size_t width, std::string& out) {
    TextTable table({"column", "rows", "encodings", "values", "dictionary", "stored", "%"});
    auto frame = [&](std::string_view name, std::uint64_t bytes) {
        table.add({std::string(name), "", "frame", "", "", fmt::format("{}", bytes),
                   percent(bytes, stored_bytes)});
    };
    frame("(times)", description.frames.times);
    frame("(shapes)", description.frames.shapes);
    frame("(coordinates)", description.frames.coordinates);
    auto fields = description.fields;
    auto cost = [](const segment::FieldCost& field) {
        return field.column_bytes + field.dictionary_bytes;
    };
    std::ranges::sort(fields, [&](auto& a, auto& b) {
        return std::pair(cost(b), std::string_view(a.name)) <
               std::pair(cost(a), std::string_view(b.name));
    });
    for (auto& field : fields) {
        std::string encodings;
        for (auto encoding : field.encodings) {
            if (!encodings.empty()) encodings += ", ";
            encodings += segment::name_of(encoding);
        }
        table.add({field.name, fmt::format("{}", field.rows), encodings,
                   fmt::format("{}", field.dictionary_values),
                   fmt::format("{}", field.dictionary_bytes), fmt::format("{}", field.column_bytes),
                   percent(cost(field), stored_bytes)});
    }
    out += '\n';
    table.render(width, out);
}

}  // namespace

std::string dump_segment(const segment::Reader& reader, std::size_t width) {
    auto& summary = reader.summary();
    auto description = segment::describe(reader);
    std::string out;
    append_summary(summary, out);
    append_groups(reader, description, width, out);
    append_columns(description, summary.stored_bytes, width, out);
    out += '\n';
    if (description.dictionary_chunks > 0)
        out += fmt::format("dictionaries: offset {}, {} chunks, {} bytes\n",
                           description.dictionaries_offset, description.dictionary_chunks,
                           description.dictionary_bytes);
    out += fmt::format(
        "tail: offset {}, {} bytes with the trailer; {} fields, {} shapes, {} tag "
        "sets\n",
        summary.tail_offset, summary.stored_bytes - summary.tail_offset, description.fields.size(),
        description.shapes, description.tag_sets);
    return out;
}

std::string dump_checkpoint(const store::CheckpointLayout& layout, std::size_t width) {
    auto& range = layout.range;
    auto out =
        fmt::format("checkpoint of epoch {} partition {}, log offsets {} up to, without, {}\n\n",
                    range.epoch.value, range.partition.value, range.from.value, range.to.value);
    TextTable table({"section", "repository", "offset", "bytes", "checksum"});
    for (std::size_t i = 0; i < layout.sections.size(); ++i) {
        auto& section = layout.sections[i];
        table.add({fmt::format("{}", i), section.repo.to_string(),
                   fmt::format("{}", section.offset), fmt::format("{}", section.length),
                   fmt::format("{:016x}", section.checksum)});
    }
    table.render(width, out);
    return out;
}

}  // namespace logwood::cli
