#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "exec/query.h"
#include "model/batch_source.h"
#include "model/time_range.h"

namespace logwood::search {

/// Records of one repository that came in together, as one run of rows for all live queries. A
/// column is made when the first query asks for it, with its distinct texts found once if they are
/// few. Immutable to the outside, any thread.
class MicroBatch : public std::enable_shared_from_this<MicroBatch> {
 public:
    struct Part {
        std::shared_ptr<const model::PlacedRecord> placed;
        /// Where the rows come from; empty: from the record itself, in its order.
        std::vector<model::Coordinates> coordinates;
    };

    /// At least one part, all of one repository; of the rows only those of `times` are meant.
    MicroBatch(std::vector<Part> parts, model::TimeRange times);

    RepoId repo() const { return parts_[0].placed->record.repo; }
    const model::TimeRange& times() const { return times_; }
    const model::TimeBounds& bounds() const { return bounds_; }
    std::size_t rows() const { return event_times_.size(); }
    std::uint64_t raw_bytes() const { return raw_bytes_; }
    /// False when no row has tags that can pass the query.
    bool may_match(const exec::Query& query) const;
    /// The rows, for one scan.
    std::unique_ptr<model::RowSource> source() const;

 private:
    class Source;

    model::Column column(std::string_view field) const;
    model::Column make_column(std::string_view field) const;
    const std::vector<std::string_view>& fields() const;
    const std::vector<std::int64_t>& ingest_times() const;
    const std::vector<model::Coordinates>& coordinates() const;

    std::vector<Part> parts_;
    model::TimeRange times_;
    model::TimeBounds bounds_;
    std::uint64_t raw_bytes_ = 0;
    std::vector<std::int64_t> event_times_;
    std::vector<const model::TagSet*> tag_sets_;  ///< Each once.
    std::set<std::string> tag_fields_;

    mutable std::mutex mutex_;  ///< Guards what is made on demand.
    mutable std::map<std::string, model::Column, std::less<>> columns_;
    mutable std::vector<std::string_view> fields_;
    mutable std::vector<std::int64_t> ingest_times_;
    mutable std::vector<model::Coordinates> coordinates_;
};

/// The rows as a column; a dictionary when there are few distinct texts. `owner` keeps them alive.
model::Column encode_texts(std::vector<std::string_view> texts, std::shared_ptr<const void> owner);

}  // namespace logwood::search
