#pragma once

// For the tests of this module: random records, and rows as plain texts to compare.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "segment/reader.h"
#include "segment/writer.h"

namespace logwood::segment {

inline const SegmentId kTestId(Id128{0x1122334455667788, 0x99AABBCCDDEEFF00});
inline const RepoId kTestRepo(Id128{7, 9});
using Records = std::vector<std::shared_ptr<const model::PlacedRecord>>;

inline std::string random_text(std::mt19937_64& random, std::size_t kind) {
    auto number = random();
    switch (kind % 12) {
        case 0:
            return "constant";
        case 1:
            return fmt::format("user-{}", number % 5);
        case 2:
            return fmt::format("{}", static_cast<std::int64_t>(number) >> (number % 64));
        case 3:
            return fmt::format("{}.{:03}", number % 100, number / 100 % 1000);
        case 4:
            return fmt::format("2024-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", number % 12 + 1,
                               number % 28 + 1, number % 24, number % 60, number % 59,
                               number % 1000);
        case 5:
            return fmt::format("10.{}.{}.{}", number % 256, number / 256 % 256, number % 7);
        case 6:
            return fmt::format("{:016x}", number);
        case 7:
            return fmt::format("{{{:08X}-0000-4000-8000-{:012X}}}", number & 0xFFFFFFFF,
                               number >> 16);
        case 8:
            return number % 3 == 0 ? "" : "ünïcödé \xF0\x9F\x98\x80";
        case 9:
            return std::string(number % 3 == 0 ? 20'000 : number % 40, 'x') + "\0\n"[number % 2];
        case 10:
            return fmt::format("{}", number % 10 == 0 ? "-0" : fmt::format("{}", number % 1000));
        default: {
            std::string bytes;
            for (std::size_t i = 0; i < number % 50; ++i)
                bytes.push_back(static_cast<char>(random()));
            return bytes;
        }
    }
}

inline Records random_records(std::mt19937_64& random, std::size_t count, std::size_t rows_max) {
    Records records;
    std::int64_t base = 1'700'000'000'000'000'000;
    for (std::size_t r = 0; r < count; ++r) {
        auto placed = std::make_shared<model::PlacedRecord>();
        placed->epoch = model::Epoch(static_cast<std::uint32_t>(random() % 2));
        placed->partition = model::PartitionId(static_cast<std::uint32_t>(random() % 3));
        placed->offset = model::LogOffset(1000 + r);
        placed->record.repo = kTestRepo;
        placed->record.ingest_time.ns = base + static_cast<std::int64_t>(random() % 1'000'000);
        if (random() % 3 != 0)
            placed->record.tags.set("type", random() % 2 == 0 ? "json" : "syslog");
        model::EventBatchBuilder events;
        for (std::size_t row = 0, rows = random() % rows_max + 1; row < rows; ++row) {
            for (std::size_t field = 0; field < 30; ++field)
                if ((random() >> 20) % (field < 12 ? 8 : 3) != 0)
                    events.add(fmt::format("field{}", field), random_text(random, field));
            if (random() % 50 == 0) events.add(fmt::format("rare{}", random() % 9), "seldom");
            if (random() % 7 == 0) events.add("#type", "hidden?");
            if (random() % 9 != 0) events.add("@rawstring", random_text(random, random()));
            events.end_event(base + static_cast<std::int64_t>(random() % 86'400'000) * 1'000'000);
        }
        placed->record.events = events.finish();
        records.push_back(std::move(placed));
    }
    return records;
}

/// A row as one text, fields sorted by name.
inline std::string row_text(const std::map<std::string, std::string>& fields, std::int64_t time,
                            std::int64_t ingest_time, const model::Coordinates& at) {
    auto text = fmt::format("{} {} {}/{}/{}/{}", time, ingest_time, at.epoch.value,
                            at.partition.value, at.offset.value, at.index);
    for (auto& [name, value] : fields) text += fmt::format(" {}=<{}>", name, value);
    return text;
}

/// The rows of records in the order of the format, by the plainest means.
inline std::vector<std::string> plain_rows(const Records& records) {
    std::vector<std::tuple<model::TagSet, model::OrderKey, std::string>> rows;
    for (auto& placed : records) {
        auto& record = placed->record;
        for (std::uint32_t row = 0; row < record.events.rows(); ++row) {
            std::map<std::string, std::string> fields;
            auto& shape = record.events.shape(row);
            for (std::size_t i = 0; i < shape.size(); ++i)
                fields[record.events.parts().fields[shape[i]]] = record.events.value(row, i);
            for (auto& [name, value] : record.tags.entries()) fields["#" + name] = value;
            model::Coordinates at{placed->epoch, placed->partition, placed->offset, row};
            auto time = record.events.event_times()[row];
            rows.emplace_back(record.tags, model::OrderKey{time, at},
                              row_text(fields, time, record.ingest_time.ns, at));
        }
    }
    std::ranges::sort(rows);
    std::vector<std::string> texts;
    for (auto& row : rows) texts.push_back(std::get<2>(row));
    return texts;
}

inline Result<std::vector<std::string>> read_rows(const Reader& reader) {
    std::vector<std::string> texts;
    for (std::size_t index = 0; index < reader.row_groups().size(); ++index) {
        auto group = reader.row_group(index);
        TRY(auto times, group->event_times());
        TRY(auto ingest_times, group->ingest_times());
        TRY(auto coordinates, group->coordinates());
        TRY(auto names, group->fields());
        std::vector<std::map<std::string, std::string>> rows(group->rows());
        for (auto name : names) {
            TRY(auto column, group->column(name));
            for (std::size_t row = 0; row < rows.size(); ++row)
                if (!model::is_missing(column[row])) rows[row][std::string(name)] = column[row];
        }
        for (std::size_t row = 0; row < rows.size(); ++row)
            texts.push_back(row_text(rows[row], times[row], ingest_times[row], coordinates[row]));
    }
    return texts;
}

inline Result<std::vector<std::string>> read_rows(std::string bytes) {
    TRY(auto reader, Reader::open(make_memory_source(std::move(bytes))));
    TRY_OK(reader->verify());
    return read_rows(*reader);
}

}  // namespace logwood::segment
