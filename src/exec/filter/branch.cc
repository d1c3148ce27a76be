// Each branch runs on a fork of the batch that holds the rows not taken yet. What comes out is put
// together by the rows' places in the batch (`trace`): a branch may drop and multiply rows.
#include "exec/filter/branch.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/columns/column_maker.h"

namespace logwood::exec {
namespace {

/// Where each row of the result comes from: branch, row there, row of the batch before.
struct Origins {
    std::vector<std::uint32_t> which;
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> parents;
};

/// Sorts by parent row, counting; rows of one parent stay in their order.
Origins order_origins(const std::vector<std::vector<std::uint32_t>>& traces, std::size_t parents) {
    std::vector<std::uint32_t> next(parents + 1);
    for (auto& trace : traces)
        for (auto parent : trace) ++next[parent + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    Origins sorted;
    sorted.which.resize(next.back());
    sorted.rows.resize(next.back());
    sorted.parents.resize(next.back());
    for (std::uint32_t branch = 0; branch < traces.size(); ++branch) {
        for (std::uint32_t row = 0; row < traces[branch].size(); ++row) {
            auto at = next[traces[branch][row]]++;
            sorted.which[at] = branch;
            sorted.rows[at] = row;
            sorted.parents[at] = traces[branch][row];
        }
    }
    return sorted;
}

class BranchStep final : public Operator {
 public:
    explicit BranchStep(std::vector<std::vector<OperatorPtr>> branches)
        : branches_(std::move(branches)) {}

    Result<void> run(Batch& batch) const override {
        std::vector<Batch> children;
        std::vector<std::vector<std::uint32_t>> traces;
        std::vector<std::uint32_t> open(batch.rows());
        std::iota(open.begin(), open.end(), 0U);
        std::vector<std::uint8_t> taken(batch.rows());
        for (auto& branch : branches_) {
            if (open.empty()) break;
            auto child = batch.fork();
            if (open.size() < batch.rows()) child.rearrange(open);
            TRY_OK(run_all(branch, child));
            for (auto row : child.discarded()) {
                taken[row] = 1;
                batch.note_discarded(row);
            }
            if (child.rows() > 0) {
                traces.push_back(child.trace());
                children.push_back(std::move(child));
                for (auto row : traces.back()) taken[row] = 1;
            }
            std::erase_if(open, [&](std::uint32_t row) { return taken[row] != 0; });
        }
        return join(batch, children, order_origins(traces, batch.rows()));
    }

 private:
    static Result<void> join(Batch& batch, std::vector<Batch>& children, const Origins& origins) {
        std::vector<std::string> changed;
        for (auto& child : children)
            for (auto& field : child.changed_fields())
                if (std::ranges::find(changed, field) == changed.end()) changed.push_back(field);
        std::vector<std::pair<std::string, model::Column>> columns;
        for (auto& field : changed) {
            std::vector<model::Column> parts;
            for (auto& child : children) {
                TRY(auto part, child.column(field));
                parts.push_back(std::move(part));
            }
            columns.emplace_back(field, interleave(parts, origins.which, origins.rows));
        }
        bool is_identity = origins.parents.size() == batch.rows();
        for (std::size_t row = 0; is_identity && row < batch.rows(); ++row)
            is_identity = origins.parents[row] == row;
        if (!is_identity) batch.rearrange(origins.parents);
        for (auto& [field, column] : columns) batch.replace(field, Values(std::move(column)));
        return {};
    }

    std::vector<std::vector<OperatorPtr>> branches_;
};

}  // namespace

OperatorPtr branch_step(std::vector<std::vector<OperatorPtr>> branches) {
    return std::make_unique<BranchStep>(std::move(branches));
}

}  // namespace logwood::exec
