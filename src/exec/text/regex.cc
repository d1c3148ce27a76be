// Two engines behind one face, and the literals that spare most texts from either.
#include "exec/text/regex.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <utility>

#include "exec/limits.h"
#include "exec/text/find_text.h"
#include "exec/text/glob.h"
#include "exec/text/regex_translate.h"
#include "exec/work_limit.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace logwood::exec {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// Is a text without this literal not worth trying? Empty: always try.
bool lacks(std::string_view text, const std::string& required) {
    return !required.empty() && find_text(text, required, 0, false) == std::string_view::npos;
}

Result<void> check_groups(std::size_t count) {
    if (count <= kRegexGroupsMax) return {};
    return fail(Code::kInvalidArgument,
                fmt::format("the regex has {} groups, and may have {}", count, kRegexGroupsMax));
}

class Re2Regex final : public Regex {
 public:
    static Result<RegexPtr> make(TranslatedRegex translated, const RegexOptions& options) {
        RE2::Options wanted;
        wanted.set_log_errors(false);
        wanted.set_max_mem(kRegexBytesMax);
        std::string flags;
        if (options.ignore_case) flags += 'i';
        if (options.dot_all) flags += 's';
        if (options.multi_line) flags += 'm';
        auto body =
            flags.empty() ? translated.body : fmt::format("(?{}:{})", flags, translated.body);
        auto made = std::make_shared<Re2Regex>(body, wanted);
        if (!made->re2_.ok()) return fail(Code::kInvalidArgument, made->re2_.error());
        made->named_groups_ = std::move(translated.named_groups);
        made->group_count_ = static_cast<std::size_t>(made->re2_.NumberOfCapturingGroups());
        TRY_OK(check_groups(made->group_count_));
        if (!options.ignore_case) made->required_ = std::move(translated.required);
        return made;
    }

    Re2Regex(const std::string& body, const RE2::Options& options) : re2_(body, options) {}

    bool find(std::string_view text) const override {
        if (lacks(text, required_) || WorkLimit::is_over()) return false;
        return re2_.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
    }

    bool find(std::string_view text, std::size_t start,
              std::vector<std::string_view>& groups) const override {
        if ((start == 0 && lacks(text, required_)) || WorkLimit::is_over()) return false;
        std::vector<re2::StringPiece> found(group_count_ + 1);
        if (!re2_.Match(piece(text), start, text.size(), RE2::UNANCHORED, found.data(),
                        static_cast<int>(found.size())))
            return false;
        groups.resize(found.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            groups[i] = found[i].data() ? std::string_view(found[i].data(), found[i].size())
                                        : model::kMissing;
        return true;
    }

 private:
    RE2 re2_;
    std::string required_;
};

class Pcre2Regex final : public Regex {
 public:
    static Result<RegexPtr> make(TranslatedRegex translated, const RegexOptions& options) {
        std::uint32_t flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY;
        if (options.ignore_case) flags |= PCRE2_CASELESS;
        if (options.dot_all) flags |= PCRE2_DOTALL;
        if (options.multi_line) flags |= PCRE2_MULTILINE;
        int code = 0;
        PCRE2_SIZE offset = 0;
        auto* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.body.data()),
                                       translated.body.size(), flags, &code, &offset, nullptr);
        if (!compiled) {
            unsigned char message[256] = {};
            pcre2_get_error_message(code, message, sizeof message);
            return fail(Code::kInvalidArgument, reinterpret_cast<const char*>(message));
        }
        auto made = std::make_shared<Pcre2Regex>();
        made->code_.reset(compiled);
        // Without JIT it runs all the same, only slower.
        pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
        made->context_.reset(pcre2_match_context_create(nullptr));
        pcre2_set_match_limit(made->context_.get(), kRegexStepsMax);
        std::uint32_t count = 0;
        pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT, &count);
        made->group_count_ = count;
        TRY_OK(check_groups(count));
        made->named_groups_ = std::move(translated.named_groups);
        return made;
    }

    bool find(std::string_view text) const override {
        std::vector<std::string_view> groups;
        return find(text, 0, groups);
    }

    bool find(std::string_view text, std::size_t start,
              std::vector<std::string_view>& groups) const override {
        if (WorkLimit::is_over()) return false;
        std::unique_ptr<pcre2_match_data, Free> data(
            pcre2_match_data_create_from_pattern(code_.get(), nullptr));
        auto found = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                 text.size(), start, 0, data.get(), context_.get());
        if (found <= 0) return false;
        auto* offsets = pcre2_get_ovector_pointer(data.get());
        groups.assign(group_count_ + 1, model::kMissing);
        for (std::size_t i = 0; i < std::min(groups.size(), static_cast<std::size_t>(found)); ++i)
            if (offsets[2 * i] != PCRE2_UNSET && offsets[2 * i] <= offsets[2 * i + 1])
                groups[i] = text.substr(offsets[2 * i], offsets[2 * i + 1] - offsets[2 * i]);
        return true;
    }

 private:
    struct Free {
        void operator()(pcre2_code* code) const { pcre2_code_free(code); }
        void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
        void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    };
    std::unique_ptr<pcre2_code, Free> code_;
    std::unique_ptr<pcre2_match_context, Free> context_;
};

Result<RegexPtr> compile_translated(TranslatedRegex translated, const RegexOptions& options) {
    if (translated.has_lookahead) return Pcre2Regex::make(std::move(translated), options);
    return Re2Regex::make(std::move(translated), options);
}

class RegexPredicate final : public TextPredicateOf<RegexPredicate> {
 public:
    explicit RegexPredicate(RegexPtr regex) : regex_(std::move(regex)) {}
    bool match(std::string_view text) const { return regex_->find(text); }
    int cost() const override { return 10; }

 private:
    RegexPtr regex_;
};

/// A literal as a predicate. `*` is no wildcard here, so this is no glob.
TextPredicatePtr literal_predicate(TranslatedRegex::Literal literal, bool ignore_case) {
    auto text = ignore_case ? fold(literal.text) : literal.text;
    if (literal.at_begin && literal.at_end)
        return text_predicate([=](std::string_view in) { return same_text(in, text, ignore_case); },
                              1);
    if (literal.at_begin)
        return text_predicate([=](std::string_view in) {
            return same_text(in.substr(0, text.size()), text, ignore_case);
        });
    if (literal.at_end)
        return text_predicate([=](std::string_view in) {
            return in.size() >= text.size() &&
                   same_text(in.substr(in.size() - text.size()), text, ignore_case);
        });
    return text_predicate([=](std::string_view in) {
        return find_text(in, text, 0, ignore_case) != std::string_view::npos;
    });
}

bool is_ascii(std::string_view text) {
    for (char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    return true;
}

}  // namespace

Result<RegexPtr> Regex::compile(std::string_view body, const RegexOptions& options) {
    TRY(auto translated, translate_regex(body, options));
    return compile_translated(std::move(translated), options);
}

Result<TextPredicatePtr> regex_predicate(std::string_view body, const RegexOptions& options) {
    TRY(auto translated, translate_regex(body, options));
    if (translated.literal && (!options.ignore_case || is_ascii(translated.literal->text)))
        return literal_predicate(*translated.literal, options.ignore_case);
    TRY(auto regex, compile_translated(std::move(translated), options));
    return std::make_unique<RegexPredicate>(std::move(regex));
}

}  // namespace logwood::exec
