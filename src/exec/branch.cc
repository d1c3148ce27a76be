// Each branch runs on a fork of the batch that holds the rows not taken yet. What comes out is put
// together by the rows' places in the batch (`trace`): a branch may drop and multiply rows.
#include "exec/branch.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/column_maker.h"

namespace logwood::exec {
namespace {

/// Where each row of the result comes from: branch, row there, row of the batch before.
struct Origins {
    std::vector<std::uint32_t> which;
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> parents;
};

Origins order_origins(const std::vector<std::vector<std::uint32_t>>& traces) {
    Origins all;
    for (std::uint32_t branch = 0; branch < traces.size(); ++branch) {
        for (std::uint32_t row = 0; row < traces[branch].size(); ++row) {
            all.which.push_back(branch);
            all.rows.push_back(row);
            all.parents.push_back(traces[branch][row]);
        }
    }
    if (std::ranges::is_sorted(all.parents)) return all;
    std::vector<std::uint32_t> order(all.rows.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::pair(all.parents[i], i); });
    Origins sorted;
    for (auto i : order) {
        sorted.which.push_back(all.which[i]);
        sorted.rows.push_back(all.rows[i]);
        sorted.parents.push_back(all.parents[i]);
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
        return join(batch, children, order_origins(traces));
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
