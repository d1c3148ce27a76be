#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "segment/columns/column_decoder.h"
#include "segment/frame.h"
#include "segment/reader.h"
#include "segment/row_index.h"
#include "segment/tail.h"

namespace logwood::segment {

struct LoadedDictionary {
    std::shared_ptr<const std::string> payload;  ///< Shared by the dictionaries of a pack.
    std::vector<std::string_view> values;
};

struct Reader::Impl {
    std::shared_ptr<const ByteSource> source;
    ReadStats* stats = nullptr;
    Tail tail;
    std::uint64_t tail_bytes = 0;
    std::vector<RowGroupInfo> groups;
    std::vector<std::uint64_t> group_offsets;
    std::vector<std::uint64_t> dictionary_offsets;
    std::vector<FieldInfo> fields;
    std::unordered_map<std::string_view, FieldId> field_ids;

    /// Reads and checks one chunk.
    Result<std::shared_ptr<const std::string>> read_chunk(ChunkKind kind, std::uint64_t offset,
                                                          std::uint32_t bytes,
                                                          ReadStats* counted) const;
    /// All texts of the field's dictionary, at an address that never changes.
    Result<std::span<const std::string_view>> dictionary(FieldId field) const;
    /// What find() and fields() return, offsets, and the check that all parts of the file adjoin.
    Result<void> index();
    Result<void> check_header() const;

    mutable std::mutex mutex;
    mutable std::vector<std::unique_ptr<const LoadedDictionary>> dictionaries;
    mutable std::unordered_map<std::uint32_t, std::shared_ptr<const std::string>> packs;
    mutable std::size_t dictionary_bytes = 0;

 private:
    Result<std::unique_ptr<const LoadedDictionary>> load(const TailField& field) const;
    Result<std::shared_ptr<const std::string>> dictionary_payload(const Piece& piece) const;
};

/// The part of a chunk's payload that a piece names; kCorrupt when it is not all there.
Result<std::string_view> part_of(std::string_view payload, const Piece& piece);

/// A field in a row group: only the rows that have it.
struct DenseColumn {
    std::vector<std::uint32_t> rows;               ///< Ascending.
    std::span<const std::string_view> dictionary;  ///< Lives as long as the reader.
    std::optional<std::uint32_t> constant;         ///< The code of all rows; else see `values`.
    DecodedColumn values;

    std::string_view text(std::size_t position) const {
        if (constant) return dictionary[*constant];
        return values.has_codes ? dictionary[values.codes[position]] : values.texts[position];
    }
};

/// A row group as rows. For merges also its frames.
class GroupSource final : public model::RowSource {
 public:
    GroupSource(std::shared_ptr<const Reader> reader, std::size_t index, ReadStats* stats);
    ~GroupSource() override;

    std::size_t rows() const override { return group_.rows; }
    RepoId repo() const override { return impl_.tail.summary.repo; }
    Result<model::Column> column(std::string_view field) const override;
    Result<std::optional<std::span<const std::string_view>>> dictionary(
        std::string_view field) const override;
    Result<std::vector<std::string_view>> fields() const override;
    std::optional<model::TimeBounds> time_bounds() const override { return group_.event_times; }
    Result<std::span<const std::int64_t>> event_times() const override;
    Result<std::span<const std::int64_t>> ingest_times() const override;
    Result<std::span<const model::Coordinates>> coordinates() const override;

    const TailGroup& tail() const { return group_; }
    Result<DenseColumn> dense(FieldId field) const;
    Result<const ShapeFrame*> shapes() const;
    Result<const CoordinateFrame*> coordinate_frame() const;

 private:
    struct Bytes {
        std::shared_ptr<const std::string> payload;
        std::string_view part;
    };
    Result<Bytes> read(const Piece& piece) const;
    const TailColumn* find(FieldId field) const;
    Result<DenseColumn> decode(const TailColumn& column, std::vector<std::uint32_t> rows) const;

    std::shared_ptr<const Reader> reader_;
    const Reader::Impl& impl_;
    const TailGroup& group_;
    std::uint64_t offset_;
    ReadStats* stats_;
    mutable std::vector<std::shared_ptr<const std::string>> packs_;
    mutable std::vector<bool> is_read_;
    mutable std::optional<std::vector<std::int64_t>> event_times_;
    mutable std::optional<ShapeFrame> shapes_;
    mutable std::optional<RowIndex> row_index_;
    mutable std::optional<CoordinateFrame> coordinate_frame_;
    mutable std::vector<std::int64_t> ingest_times_;
    mutable std::vector<model::Coordinates> coordinates_;
};

}  // namespace logwood::segment
