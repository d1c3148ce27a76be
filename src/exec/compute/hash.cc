// crypto:md5(), crypto:sha1(), crypto:sha256(), hash(), tokenHash(), sample(): numbers and digits
// that stand for a text.
#include <cmath>
#include <cstring>

#include "base/bytes.h"
#include "exec/compute/row_function.h"
#include "exec/filter/text_predicate.h"
#include "exec/plan/registry_values.h"
#include "exec/text/digest.h"
#include "exec/text/number_text.h"
#include "exec/text/token_hash.h"

namespace logwood::exec {
namespace {

using Row = std::span<const std::string_view>;

/// With one field a row without it has no digest; with several a missing one counts as empty.
Missing missing_rule(const std::vector<std::string>& fields) {
    return fields.size() == 1 ? Missing::kGivesNothing : Missing::kIsPassedOn;
}

lang::Checked<Compute> make_digest(const lang::BoundCall& call, DigestKind kind) {
    auto fields = call.fields("field");
    if (fields.empty()) return wrong_argument(call, "field", "at least one field is needed");
    auto digest = [kind](Row row, std::string& out) -> std::string_view {
        std::string joined;
        auto bytes = row[0];
        if (row.size() > 1) {
            for (auto text : row) joined += text;
            bytes = joined;
        }
        hex_text(out, thread_digest(kind).of(bytes));
        return out;
    };
    return Compute{call.text("as"), row_function(fields, missing_rule(fields), digest)};
}

/// A share of all 64-bit numbers.
std::uint64_t part_of_all(double percent) {
    constexpr double kAll = 18446744073709551616.0;  // 2^64
    auto part = percent / 100 * kAll;
    return part >= kAll ? UINT64_MAX : static_cast<std::uint64_t>(part);
}

}  // namespace

lang::Checked<Compute> make_crypto_md5(const lang::BoundCall& call, Compiler&) {
    return make_digest(call, DigestKind::kMd5);
}

lang::Checked<Compute> make_crypto_sha1(const lang::BoundCall& call, Compiler&) {
    return make_digest(call, DigestKind::kSha1);
}

lang::Checked<Compute> make_crypto_sha256(const lang::BoundCall& call, Compiler&) {
    return make_digest(call, DigestKind::kSha256);
}

lang::Checked<Compute> make_hash(const lang::BoundCall& call, Compiler&) {
    auto fields = call.fields("field");
    if (fields.empty()) return wrong_argument(call, "field", "at least one field is needed");
    constexpr double kHashes = 4294967296.0;  // 2^32
    auto limit = call.optional_number("limit").value_or(kHashes);
    if (!(limit >= 1 && limit <= kHashes) || std::trunc(limit) != limit)
        return wrong_argument(call, "limit", "the limit must be a whole number from 1 on");
    auto seed = checksum64(call.text("seed"));
    auto hash = [seed, modulus = static_cast<std::uint64_t>(limit)](
                    Row row, std::string& out) -> std::string_view {
        auto value = seed;
        // Each value seeds the next, so that ["ab", "c"] and ["a", "bc"] differ.
        for (auto text : row) value = checksum64(text, value);
        out = std::to_string((value >> 32) % modulus);
        return out;
    };
    return Compute{call.text("as"), row_function(fields, missing_rule(fields), hash)};
}

lang::Checked<Compute> make_token_hash(const lang::BoundCall& call, Compiler&) {
    auto hash = [](std::string_view text, std::string& out) -> std::string_view {
        auto value = token_hash(text);
        std::array<std::uint8_t, 4> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
        hex_text(out, bytes);
        return out;
    };
    return Compute{call.text("as"), text_function(call.text("field"), hash)};
}

lang::Checked<FilterPtr> make_sample(const lang::BoundCall& call, Compiler&) {
    auto percent = call.number("percentage");
    if (!(percent >= 0 && percent <= 100))
        return wrong_argument(call, "percentage", "the percentage must be between 0 and 100");
    auto bound = part_of_all(percent);
    return field_filter(call.text("field"), text_predicate([bound](std::string_view text) {
                            return bound == UINT64_MAX || checksum64(text) < bound;
                        }));
}

}  // namespace logwood::exec
