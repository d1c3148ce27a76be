// selfJoinFilter(): a pass over the events collects, for each filter, the keys of those that pass
// it; then the events pass whose key is in all of these sets.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "exec/aggregate/key_sets.h"
#include "exec/filter/filter_logic.h"
#include "exec/filter/key_set.h"
#include "exec/filter/text_predicate.h"
#include "exec/limits.h"
#include "exec/plan/inputs.h"
#include "exec/plan/registry_rows.h"

namespace logwood::exec {

namespace {

bool are_joined(const FoundKeys& keys, std::uint64_t hash) {
    return std::ranges::all_of(keys.sets(),
                               [hash](const KeySet& set) { return set.contains(hash); });
}

class SelfJoinFilter final : public Filter {
 public:
    SelfJoinFilter(std::vector<std::string> key, std::shared_ptr<const FoundKeys> keys)
        : key_(std::move(key)), keys_(std::move(keys)) {
        auto is_joined = [joined = keys_.get()](std::string_view text) {
            return are_joined(*joined, key_hash(text));
        };
        if (key_.size() == 1) by_text_ = field_filter(key_[0], text_predicate(is_joined));
    }

    Result<Mask> test(Batch& batch) const override {
        if (!keys_->are_ready())
            return fail(Code::kInternal, "selfJoinFilter() is asked before it knows the keys");
        if (by_text_) return by_text_->test(batch);
        TRY(auto hashes, key_hashes(key_, batch));
        Mask mask(batch.rows());
        for (std::size_t row = 0; row < mask.size(); ++row)
            mask[row] = hashes[row] != 0 && are_joined(*keys_, hashes[row]);
        return mask;
    }
    int cost() const override { return 3; }

 private:
    std::vector<std::string> key_;
    std::shared_ptr<const FoundKeys> keys_;
    FilterPtr by_text_;  ///< For a key of one field.
};

lang::Checked<std::vector<FilterPtr>> filters_of(const std::vector<const lang::Pipeline*>& where,
                                                 Compiler& compiler) {
    std::vector<FilterPtr> filters;
    for (const auto* one : where) {
        LANG_TRY(auto filter, compiler.filter(*one));
        filters.push_back(std::move(filter));
    }
    return filters;
}

/// The pass that finds the keys; the same one when the call is compiled again.
lang::Checked<std::shared_ptr<const FoundKeys>> keys_of(const lang::BoundCall& call,
                                                        Compiler& compiler) {
    auto where = call.pipelines("where");
    if (where.empty()) return wrong_argument(call, "where", "at least one filter is needed");
    if (where.size() > kSelfJoinFiltersMax)
        return wrong_argument(call, "where",
                              fmt::format("at most {} filters are possible", kSelfJoinFiltersMax));
    auto& inputs = *compiler.inputs();
    if (auto known = inputs.made(where[0])) return std::static_pointer_cast<const FoundKeys>(known);
    Plan plan;
    plan.stages.resize(2);
    LANG_TRY(plan.stages[0].steps, compiler.steps_before(call));
    LANG_TRY(auto any, filters_of(where, compiler));
    plan.stages[0].steps.push_back(filter_step(or_filter(std::move(any))));
    std::vector<KeyPart> parts(where.size());
    LANG_TRY(auto each, filters_of(where, compiler));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i].key = call.fields("field");
        // The step before leaves what passes any of them.
        if (parts.size() > 1) parts[i].steps.push_back(filter_step(std::move(each[i])));
    }
    plan.stages[0].aggregate = key_sets_aggregate(std::move(parts));
    auto keys = std::make_shared<FoundKeys>();
    auto take = [keys, function = std::string(call.name()), count = where.size()](
                    const ResultRows& rows) { return keys->take(function, count, rows); };
    LANG_TRY_OK(inputs.add_pass(call, where[0], keys, std::move(plan), take));
    return keys;
}

}  // namespace

lang::Checked<FilterPtr> make_self_join_filter(const lang::BoundCall& call, Compiler& compiler) {
    if (!compiler.inputs())
        return lang::wrong(call.span(), fmt::format("{}() cannot be used here", call.name()));
    auto key = call.fields("field");
    if (key.empty()) return wrong_argument(call, "field", "a field is needed");
    LANG_TRY(auto keys, keys_of(call, compiler));
    FilterPtr filter = std::make_unique<SelfJoinFilter>(std::move(key), std::move(keys));
    if (!call.boolean("prefilter")) return filter;
    LANG_TRY(auto any, filters_of(call.pipelines("where"), compiler));
    std::vector<FilterPtr> both;
    both.push_back(or_filter(std::move(any)));
    both.push_back(std::move(filter));
    return and_filter(std::move(both));
}

lang::Checked<OperatorPtr> make_self_join_step(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto filter, make_self_join_filter(call, compiler));
    return filter_step(std::move(filter));
}

}  // namespace logwood::exec
