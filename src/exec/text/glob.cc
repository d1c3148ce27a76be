// A glob is its literal parts in order; the first and last may be tied to the ends of the text.
#include "exec/text/glob.h"

#include <string>
#include <unordered_set>

#include "exec/text/find_text.h"

namespace logwood::exec {
namespace {

class Glob final : public TextPredicateOf<Glob> {
 public:
    Glob(std::string_view pattern, bool ignore_case, bool is_anchored)
        : ignore_case_(ignore_case),
          starts_(is_anchored && !pattern.starts_with('*')),
          ends_(is_anchored && !pattern.ends_with('*')) {
        for (std::size_t begin = 0; begin <= pattern.size();) {
            auto end = std::min(pattern.find('*', begin), pattern.size());
            if (end > begin) {
                auto part = pattern.substr(begin, end - begin);
                parts_.push_back(ignore_case ? fold(part) : std::string(part));
            }
            begin = end + 1;
        }
        is_exact_ = is_anchored && pattern.find('*') == std::string_view::npos;
        if (is_exact_ && parts_.empty()) parts_.emplace_back();
    }

    bool match(std::string_view text) const {
        if (is_exact_) return same_text(text, parts_[0], ignore_case_);
        std::size_t part = 0;
        auto parts_end = parts_.size();
        if (starts_ && part < parts_end) {
            auto& first = parts_[part++];
            if (!same_text(text.substr(0, first.size()), first, ignore_case_)) return false;
            text.remove_prefix(first.size());
        }
        if (ends_ && part < parts_end) {
            auto& last = parts_[--parts_end];
            if (text.size() < last.size() ||
                !same_text(text.substr(text.size() - last.size()), last, ignore_case_))
                return false;
            text.remove_suffix(last.size());
        }
        for (; part < parts_end; ++part) {
            auto at = find_text(text, parts_[part], 0, ignore_case_);
            if (at == std::string_view::npos) return false;
            text.remove_prefix(at + parts_[part].size());
        }
        return true;
    }

    std::optional<std::string_view> exact() const override {
        if (is_exact_ && !ignore_case_) return parts_[0];
        return std::nullopt;
    }
    int cost() const override { return is_exact_ ? 1 : 2; }

 private:
    bool ignore_case_;
    bool starts_;
    bool ends_;
    bool is_exact_ = false;
    std::vector<std::string> parts_;
};

class AnyOf final : public TextPredicateOf<AnyOf> {
 public:
    explicit AnyOf(std::vector<TextPredicatePtr> predicates) {
        for (auto& predicate : predicates) {
            if (auto text = predicate->exact())
                exact_.emplace(*text);
            else
                rest_.push_back(std::move(predicate));
        }
    }
    bool match(std::string_view text) const {
        if (!exact_.empty() && exact_.contains(text)) return true;
        for (auto& predicate : rest_)
            if (predicate->matches(text)) return true;
        return false;
    }

 private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_set<std::string, Hash, std::equal_to<>> exact_;
    std::vector<TextPredicatePtr> rest_;
};

}  // namespace

TextPredicatePtr glob_predicate(std::string_view pattern, bool ignore_case) {
    return std::make_unique<Glob>(pattern, ignore_case, true);
}

TextPredicatePtr contains_predicate(std::string_view pattern, bool ignore_case) {
    return std::make_unique<Glob>(pattern, ignore_case, false);
}

TextPredicatePtr any_of(std::vector<TextPredicatePtr> predicates) {
    if (predicates.size() == 1) return std::move(predicates[0]);
    return std::make_unique<AnyOf>(std::move(predicates));
}

bool matches_everything(std::string_view pattern) {
    return pattern.find_first_not_of('*') == std::string_view::npos;
}

}  // namespace logwood::exec
