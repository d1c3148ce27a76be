// bitfield:extractFlags(), bitfield:extractFlagsAsArray(), bitfield:extractFlagsAsString(): bits
// of a number by name.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

#include "exec/array/array_writer.h"
#include "exec/plan/registry_arrays.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

using model::Column;

struct Flag {
    unsigned bit = 0;
    std::string name;
};

/// The number modulo 2^64; nullopt: the text is no whole number.
std::optional<std::uint64_t> parse_bits(std::string_view text) {
    bool is_negative = text.starts_with('-');
    auto digits = is_negative ? text.substr(1) : text;
    bool is_plain =
        !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    std::uint64_t bits = 0;
    if (is_plain) {
        for (char c : digits) bits = bits * 10 + static_cast<std::uint64_t>(c - '0');
        return is_negative ? 0 - bits : bits;
    }
    constexpr double kModulus = 18446744073709551616.0;  // 2^64
    auto number = parse_number(text);
    if (is_null(number) || std::trunc(number) != number) return std::nullopt;
    bits = static_cast<std::uint64_t>(std::fmod(std::fabs(number), kModulus));
    return number < 0 ? 0 - bits : bits;
}

/// Flags in ascending order of their bits, which differ, as do their names.
lang::Checked<std::vector<Flag>> read_flags(const lang::BoundCall& call,
                                            std::string_view parameter) {
    std::vector<Flag> flags;
    for (auto& [bit, name] : call.pairs(parameter)) {
        auto number = parse_number(bit);
        if (!(number >= 0 && number <= 63) || std::trunc(number) != number)
            return wrong_argument(call, parameter, "`" + bit + "` is no bit: they are 0 to 63");
        auto index = static_cast<unsigned>(number);
        for (auto& known : flags)
            if (known.bit == index || known.name == name)
                return wrong_argument(call, parameter, "the bits and names must all differ");
        flags.push_back({index, name});
    }
    if (flags.empty()) return wrong_argument(call, parameter, "at least one flag is needed");
    std::ranges::sort(flags, {}, &Flag::bit);
    return flags;
}

class ExtractFlagsStep final : public Operator {
 public:
    ExtractFlagsStep(std::string field, std::vector<Flag> flags, bool only_true)
        : field_(std::move(field)), flags_(std::move(flags)), only_true_(only_true) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto column, batch.column(field_));
        for (auto& flag : flags_) {
            auto test = [&](std::string_view text, std::string&) -> std::string_view {
                auto bits = parse_bits(text);
                if (!bits) return model::kMissing;
                if ((*bits >> flag.bit & 1) != 0) return "true";
                return only_true_ ? model::kMissing : std::string_view("false");
            };
            TRY_OK(batch.assign(flag.name, Values(map_texts(column, test))));
        }
        return {};
    }

 private:
    std::string field_;
    std::vector<Flag> flags_;
    bool only_true_;
};

class FlagsAsArrayStep final : public Operator {
 public:
    FlagsAsArrayStep(std::string field, std::vector<Flag> flags, std::string array)
        : field_(std::move(field)), flags_(std::move(flags)), array_(std::move(array)) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto column, batch.column(field_));
        auto all = map_rows<std::optional<std::uint64_t>>(column, std::nullopt, parse_bits);
        ArrayWriter writer;
        for (auto& bits : all) {
            if (!bits) {
                writer.skip_row();
                continue;
            }
            writer.start_row();
            for (auto& flag : flags_)
                if ((*bits >> flag.bit & 1) != 0) writer.add(flag.name);
        }
        return writer.write(batch, array_, ArrayWriter::Surplus::kRemoved);
    }

 private:
    std::string field_;
    std::vector<Flag> flags_;
    std::string array_;
};

}  // namespace

lang::Checked<OperatorPtr> make_bitfield_flags(const lang::BoundCall& call, Compiler&) {
    LANG_TRY(auto flags, read_flags(call, "output"));
    return std::make_unique<ExtractFlagsStep>(call.text("field"), std::move(flags),
                                              call.boolean("onlyTrue"));
}

lang::Checked<OperatorPtr> make_bitfield_flags_as_array(const lang::BoundCall& call, Compiler&) {
    LANG_TRY(auto flags, read_flags(call, "flagNames"));
    return std::make_unique<FlagsAsArrayStep>(call.text("field"), std::move(flags),
                                              call.text("asArray"));
}

lang::Checked<Compute> make_bitfield_flags_as_string(const lang::BoundCall& call, Compiler&) {
    LANG_TRY(auto flags, read_flags(call, "flagNames"));
    auto join = [flags = std::move(flags), separator = call.text("separator")](
                    std::string_view text, std::string& out) -> std::string_view {
        auto bits = parse_bits(text);
        if (!bits) return model::kMissing;
        out.clear();
        bool is_first = true;
        for (auto& flag : flags) {
            if ((*bits >> flag.bit & 1) == 0) continue;
            if (!is_first) out += separator;
            is_first = false;
            out += flag.name;
        }
        return out;
    };
    return Compute{call.text("as"), text_function(call.text("field"), std::move(join))};
}

}  // namespace logwood::exec
