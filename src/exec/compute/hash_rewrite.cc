// hashRewrite(), hashMatch(): texts replaced by digests that still can be searched for.
//
// The digest is that of the salt and the text, cut to `bits`, in base64 without padding.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "exec/columns/column_maker.h"
#include "exec/filter/text_predicate.h"
#include "exec/plan/registry_values.h"
#include "exec/text/digest.h"

namespace logwood::exec {
namespace {

using model::Column;

struct SaltedHash {
    std::string salt;
    DigestKind kind = DigestKind::kSha256;
    std::size_t bytes = 32;

    std::string of(std::string_view text) const {
        auto digest = thread_digest(kind).of(salt + std::string(text));
        std::string out;
        append_base64(out, digest.first(std::min(bytes, digest.size())), false);
        return out;
    }
};

lang::Checked<SaltedHash> read(const lang::BoundCall& call) {
    SaltedHash hash;
    hash.salt = call.text("salt");
    if (call.text("hash") == "sha512") hash.kind = DigestKind::kSha512;
    auto bits = call.number("bits");
    if (!(bits >= 8 && bits <= 256) || std::fmod(bits, 8) != 0)
        return wrong_argument(call, "bits", "bits must be a multiple of 8 between 8 and 256");
    hash.bytes = static_cast<std::size_t>(bits) / 8;
    return hash;
}

class HashRewriteStep final : public Operator {
 public:
    HashRewriteStep(const lang::BoundCall& call, SaltedHash hash)
        : field_(call.text("field")),
          as_(call.text("as", field_)),
          hash_(std::move(hash)),
          in_rawstring_(call.boolean("replaceInRawstring")) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto texts, batch.column(field_));
        if (texts.kind() == Column::Kind::kMissing) return {};
        auto hashed = map_texts(texts, [this](std::string_view text, std::string& out) {
            out = hash_.of(text);
            return std::string_view(out);
        });
        if (in_rawstring_) TRY_OK(rewrite_rawstring(batch, texts, hashed));
        return batch.assign(as_, Values(hashed));
    }

 private:
    static Result<void> rewrite_rawstring(Batch& batch, const Column& texts, const Column& hashed) {
        TRY(auto raw, batch.column("@rawstring"));
        if (raw.kind() == Column::Kind::kMissing) return {};
        ColumnMaker maker(batch.rows());
        maker.keep_alive(raw);
        std::string changed;
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            auto text = texts[row];
            auto before = raw[row];
            bool may_occur =
                !model::is_missing(text) && !text.empty() && !model::is_missing(before);
            auto at = may_occur ? before.find(text) : std::string_view::npos;
            if (at == std::string_view::npos) {
                maker.add_borrowed(before);
                continue;
            }
            changed.clear();
            std::size_t from = 0;
            for (; at != std::string_view::npos; at = before.find(text, from)) {
                changed += before.substr(from, at - from);
                changed += hashed[row];
                from = at + text.size();
            }
            changed += before.substr(from);
            maker.add(changed);
        }
        batch.replace("@rawstring", Values(maker.finish()));
        return {};
    }

    std::string field_;
    std::string as_;
    SaltedHash hash_;
    bool in_rawstring_;
};

}  // namespace

lang::Checked<OperatorPtr> make_hash_rewrite(const lang::BoundCall& call, Compiler&) {
    LANG_TRY(auto hash, read(call));
    return std::make_unique<HashRewriteStep>(call, std::move(hash));
}

lang::Checked<FilterPtr> make_hash_match(const lang::BoundCall& call, Compiler&) {
    LANG_TRY(auto hash, read(call));
    auto wanted = hash.of(call.text("input"));
    if (call.has("field"))
        return field_filter(call.text("field"), text_predicate([wanted](std::string_view text) {
                                return text == wanted;
                            }));
    return field_filter("@rawstring", text_predicate([wanted](std::string_view text) {
                            return text.find(wanted) != std::string_view::npos;
                        }));
}

}  // namespace logwood::exec
