#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/row_source.h"
#include "model/time_range.h"
#include "segment/byte_source.h"
#include "segment/summary.h"

namespace logwood::segment {

/// Counts the work of reading; may be shared by readers and threads.
struct ReadStats {
    std::atomic<std::uint64_t> bytes_read{0};     ///< Stored bytes fetched from the source.
    std::atomic<std::uint64_t> chunks_read{0};    ///< Chunks fetched, checked and decoded.
    std::atomic<std::uint64_t> bytes_skipped{0};  ///< Of row groups looked at, but not fetched.
    std::atomic<std::uint64_t> chunks_skipped{0};
};

struct OpenOptions {
    /// Where the tail starts, as Summary::tail_offset says; 0 when unknown, which costs a second
    /// read if the tail is larger than kTailGuessBytes.
    std::uint64_t tail_offset = 0;
    /// The segment that must be there; none = any.
    SegmentId expected_id;
    /// Counts the reads of open() and of the segment's dictionaries; must outlive the reader.
    ReadStats* stats = nullptr;
};

struct RowGroupInfo {
    std::uint64_t first_row = 0;
    std::uint32_t rows = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t stored_bytes = 0;
    std::uint32_t chunks = 0;
    model::TimeBounds event_times;
};

/// What the tail knows of a field.
struct FieldInfo {
    std::string name;
    std::uint64_t rows = 0;  ///< Rows that have the field.
    /// Smallest and largest value, when all values are integers in their canonical form.
    std::optional<std::pair<std::int64_t, std::int64_t>> integers;
    /// All distinct values, and the rows that have each, when they are few and short; else empty.
    std::span<const std::string_view> values;
    std::vector<std::uint64_t> counts;
};

/// A sealed segment, open for reading. Immutable: any thread may use it at any time.
class Reader : public std::enable_shared_from_this<Reader> {
 public:
    /// Reads and checks the tail, nothing else. kCorrupt when the bytes fail a check, kUnsupported
    /// when a newer version wrote them.
    static Result<std::shared_ptr<const Reader>> open(std::shared_ptr<const ByteSource> source,
                                                      const OpenOptions& options = {});
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// As the writer returned it, but for `checksum`, which is 0.
    const Summary& summary() const;
    std::span<const RowGroupInfo> row_groups() const;
    /// In no special order.
    std::span<const FieldInfo> fields() const;
    /// Null when no row has the field.
    const FieldInfo* find(std::string_view field) const;

    /// The rows of a row group, in the order of the segment (tag set, then event order). Nothing is
    /// read before it is asked for; every chunk is checked on every read. The source keeps the
    /// reader alive; `stats` must outlive the source, whose end counts what it skipped.
    std::unique_ptr<model::RowSource> row_group(std::size_t index,
                                                ReadStats* stats = nullptr) const;
    /// All texts of a field whose every value is in the segment's dictionary; nullopt when there
    /// are values outside. Reads the dictionary once and keeps it.
    Result<std::optional<std::span<const std::string_view>>> dictionary(
        std::string_view field) const;
    /// Heap bytes held now: the tail and the dictionaries read so far.
    std::size_t memory() const;
    /// Reads and decodes everything; kCorrupt with the position of the first bad chunk.
    Result<void> verify() const;

    struct Impl;
    /// For this module only.
    const Impl& impl() const { return *impl_; }

 private:
    explicit Reader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace logwood::segment
