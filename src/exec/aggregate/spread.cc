// range(), stdDev(), linReg(): how numbers spread. Moments run by Welford's method and merge by
// Chan's, so that large values with small differences stay exact.
#include <algorithm>
#include <cmath>

#include "exec/aggregate/simple_aggregate.h"
#include "exec/plan/registry_values.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

struct Range {
    struct Group {
        double min = kNullNumber;
        double max = kNullNumber;
    };
    std::string field;
    std::string as;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto values, batch.numbers(field));
        for (std::size_t row = 0; row < values->size(); ++row)
            if (double value = (*values)[row]; !is_null(value))
                merge(into[groups[row]], {value, value});
        return {};
    }
    void merge(Group& into, const Group& from) const {
        into.min = std::fmin(into.min, from.min);
        into.max = std::fmax(into.max, from.max);
    }
    void write(ByteWriter& out, const Group& group) const {
        write_number(out, group.min);
        write_number(out, group.max);
    }
    Result<Group> read(ByteReader& in) const {
        Group group;
        TRY(group.min, read_number(in));
        TRY(group.max, read_number(in));
        return group;
    }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        if (is_null(group.min))
            out.clear();
        else
            out[0] = format_number(group.max - group.min);
    }
    std::size_t memory(const Group&) const { return 0; }
};

/// Running means and (co-)moments of pairs of numbers.
struct Moments {
    double count = 0;
    double mean_x = 0;
    double mean_y = 0;
    double square_x = 0;
    double square_y = 0;
    double product = 0;

    void add(double x, double y) {
        count += 1;
        double dx = x - mean_x;
        double dy = y - mean_y;
        mean_x += dx / count;
        mean_y += dy / count;
        square_x += dx * (x - mean_x);
        square_y += dy * (y - mean_y);
        product += dx * (y - mean_y);
    }
    void merge(const Moments& from) {
        if (from.count == 0) return;
        double total = count + from.count;
        double dx = from.mean_x - mean_x;
        double dy = from.mean_y - mean_y;
        double weight = count * from.count / total;
        square_x += from.square_x + dx * dx * weight;
        square_y += from.square_y + dy * dy * weight;
        product += from.product + dx * dy * weight;
        mean_x += dx * from.count / total;
        mean_y += dy * from.count / total;
        count = total;
    }
    void write(ByteWriter& out) const {
        for (double number : {count, mean_x, mean_y, square_x, square_y, product})
            write_number(out, number);
    }
    static Result<Moments> read(ByteReader& in) {
        Moments m;
        for (double* number :
             {&m.count, &m.mean_x, &m.mean_y, &m.square_x, &m.square_y, &m.product}) {
            TRY(*number, read_number(in));
        }
        return m;
    }
};

/// What the aggregates of moments share.
struct OfMoments {
    using Group = Moments;
    void merge(Group& into, const Group& from) const { into.merge(from); }
    void write(ByteWriter& out, const Group& group) const { group.write(out); }
    Result<Group> read(ByteReader& in) const { return Moments::read(in); }
    std::size_t memory(const Group&) const { return 0; }
};

/// The population's standard deviation.
struct StdDev : OfMoments {
    std::string field;
    std::string as;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto values, batch.numbers(field));
        for (std::size_t row = 0; row < values->size(); ++row)
            if (double value = (*values)[row]; !is_null(value)) into[groups[row]].add(value, 0);
        return {};
    }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        if (group.count == 0)
            out.clear();
        else
            out[0] = format_number(std::sqrt(std::max(0.0, group.square_x) / group.count));
    }
};

struct LinReg : OfMoments {
    std::string x;
    std::string y;
    std::string prefix;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto xs, batch.numbers(x));
        TRY(auto ys, batch.numbers(y));
        for (std::size_t row = 0; row < xs->size(); ++row)
            if (!is_null((*xs)[row]) && !is_null((*ys)[row]))
                into[groups[row]].add((*xs)[row], (*ys)[row]);
        return {};
    }
    std::vector<std::string> outputs() const {
        return {prefix + "slope", prefix + "intercept", prefix + "r2", prefix + "n"};
    }
    void row(const Group& m, std::vector<std::string>& out) const {
        if (m.count < 3 || m.square_x == 0 || m.square_y == 0) return out.clear();
        double slope = m.product / m.square_x;
        double fit = m.product * m.product / (m.square_x * m.square_y);
        double adjusted = 1 - (1 - fit) * (m.count - 1) / (m.count - 2);
        out[0] = format_number(slope);
        out[1] = format_number(m.mean_y - slope * m.mean_x);
        out[2] = format_number(adjusted);
        out[3] = format_number(m.count);
    }
};

}  // namespace

lang::Checked<AggregatePtr> make_range(const lang::BoundCall& call, Compiler&) {
    return simple_aggregate(Range{call.text("field"), call.text("as")});
}

lang::Checked<AggregatePtr> make_std_dev(const lang::BoundCall& call, Compiler&) {
    StdDev kernel;
    kernel.field = call.text("field");
    kernel.as = call.text("as");
    return simple_aggregate(std::move(kernel));
}

lang::Checked<AggregatePtr> make_lin_reg(const lang::BoundCall& call, Compiler&) {
    LinReg kernel;
    kernel.x = call.text("x");
    kernel.y = call.text("y");
    kernel.prefix = call.text("prefix");
    return simple_aggregate(std::move(kernel));
}

}  // namespace logwood::exec
