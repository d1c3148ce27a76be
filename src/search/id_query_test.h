#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "exec/query.h"

namespace logwood::search {

/// All ids of rows in the interval, each as often as it was seen.
class IdQuery : public exec::Query {
 public:
    struct Ids : exec::Partial {
        std::multiset<std::string> ids;
        std::size_t memory() const override { return ids.size(); }
        std::uint64_t matched() const override { return ids.size(); }
    };

    explicit IdQuery(model::TimeRange interval = {}, std::string host = {})
        : interval_(interval), host_(std::move(host)) {}

    bool is_aggregate() const override { return true; }
    model::TimeRange interval() const override { return interval_; }
    std::string filter_text() const override { return "*"; }
    bool may_match_tag(std::string_view tag, std::string_view value) const override {
        return host_.empty() || tag != "#host" || value == host_;
    }
    std::unique_ptr<exec::Partial> start() const override { return std::make_unique<Ids>(); }
    Result<void> scan(const model::RowSource& source, exec::Partial& into) const override {
        TRY(auto ids, source.column("id"));
        TRY(auto hosts, source.column("#host"));
        TRY(auto times, source.event_times());
        for (std::size_t row = 0; row < source.rows(); ++row)
            if (interval_.contains({times[row]}) && (host_.empty() || hosts[row] == host_))
                static_cast<Ids&>(into).ids.emplace(ids[row]);
        return {};
    }
    Result<void> scan_timed(const model::RowSource&, const exec::TimedScan&) const override {
        return fail(Code::kUnsupported, "not in this fake");
    }
    Result<void> merge(exec::Partial& into, const exec::Partial& from) const override {
        auto& ids = static_cast<const Ids&>(from).ids;
        static_cast<Ids&>(into).ids.insert(ids.begin(), ids.end());
        return {};
    }
    std::string serialise(const exec::Partial&) const override { return {}; }
    Result<std::unique_ptr<exec::Partial>> deserialise(std::string_view) const override {
        return fail(Code::kUnsupported, "not in this fake");
    }
    Result<exec::ResultRows> finish(const exec::Partial& partial) const override {
        exec::ResultRows result{.fields = {"id"}};
        for (auto& id : static_cast<const Ids&>(partial).ids)
            result.rows.push_back({.values = {{0, id}}});
        return result;
    }
    Result<exec::ResultRows> export_rows(const model::RowSource& source) const override {
        Ids ids;
        TRY_OK(scan(source, ids));
        return finish(ids);
    }
    bool is_settled_before(const exec::Partial&, std::int64_t) const override { return false; }

 private:
    model::TimeRange interval_;
    std::string host_;
};

}  // namespace logwood::search
