// parseJson(): the members of a JSON text as fields.
#include <algorithm>
#include <optional>

#include "exec/columns/field_collector.h"
#include "exec/columns/field_path.h"
#include "exec/parse/json_flatten.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

struct JsonNames {
    std::vector<std::string> exclude;
    std::vector<std::string> include;
    std::vector<std::string> remove_prefixes;

    std::optional<std::string> operator()(std::string_view name) const {
        auto begins = [&](const std::string& path) { return path_begins(path, name); };
        if (std::ranges::any_of(exclude, begins) && std::ranges::none_of(include, begins))
            return std::nullopt;
        std::size_t longest = 0;
        for (auto& prefix : remove_prefixes)
            if (name.starts_with(prefix) && name.size() > prefix.size())
                longest = std::max(longest, prefix.size());
        return std::string(name.substr(longest));
    }
    bool is_plain() const { return exclude.empty() && remove_prefixes.empty(); }
};

class ParseJsonStep final : public Operator {
 public:
    explicit ParseJsonStep(const lang::BoundCall& call)
        : field_(call.text("field")),
          prefix_(call.text("prefix")),
          names_{call.texts("exclude"), call.texts("include"), call.texts("removePrefixes")} {
        using Nulls = JsonFlattenOptions::Nulls;
        auto nulls = call.text("handleNull");
        options_.nulls = nulls == "discard" ? Nulls::kDiscard
                         : nulls == "empty" ? Nulls::kEmpty
                                            : Nulls::kKeep;
        options_.exclude_empty = call.boolean("excludeEmpty");
        options_.prefix = prefix_;
    }

    Result<void> run(Batch& batch) const override {
        JsonFlattener flattener;
        FieldCollector::Rename rename;
        if (!names_.is_plain()) rename = names_;
        FieldCollector collector(rename);
        auto parse = [&](std::string_view text, FieldCollector& into) {
            return flattener.flatten(text, options_, into);
        };
        model::Column errors;
        TRY_OK(parse_field(batch, field_, collector, parse, false, &errors));
        return batch.set_errors(errors);
    }

 private:
    std::string field_;
    std::string prefix_;
    JsonNames names_;
    JsonFlattenOptions options_;
};

}  // namespace

lang::Checked<OperatorPtr> make_parse_json(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<ParseJsonStep>(call);
}

}  // namespace logwood::exec
