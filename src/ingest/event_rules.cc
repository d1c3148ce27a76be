// One pass decides which fields are kept; the usual event then goes to the builder as it is.
#include "ingest/event_rules.h"

#include <algorithm>
#include <vector>

#include "ingest/limits.h"
#include "ingest/protocols/time_text.h"

namespace logwood::ingest {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

/// The rawstring's first part, cut between code points, with `...` behind.
std::string cut_raw(std::string_view raw) {
    constexpr std::string_view kMark = "...";
    auto size = kEventBytesMax - kMark.size();
    while (size > 0 && (static_cast<unsigned char>(raw[size]) & 0xC0) == 0x80) --size;
    return std::string(raw.substr(0, size)) + std::string(kMark);
}

/// What one look at the fields says.
struct Survey {
    std::vector<std::size_t> kept;  ///< Positions of fields that go into the batch.
    std::string_view raw;
    std::string_view timezone;
    std::optional<std::int64_t> time_ns;
    std::int64_t nanos = 0;
    std::size_t bytes = 0;  ///< Of names and values, without the rawstring.
};

/// Fields that are no fields but views, and those that set them.
bool is_taken_apart(Survey& survey, std::string_view name, std::string_view value) {
    if (name == "@timezone") {
        survey.timezone = value;
        return true;
    }
    if (name == "@timestamp") {
        if (auto time = guess_time(value); time && !survey.time_ns) {
            survey.time_ns = time->ns;
            if (survey.timezone.empty() && value.ends_with('Z')) survey.timezone = "Z";
        }
        return true;
    }
    if (name == "@timestamp.nanos") {
        auto nanos = parse_epoch_time(value, 1);
        if (nanos && *nanos >= 0 && *nanos < kMillisecond) survey.nanos = *nanos;
        return true;
    }
    return name == "@id" || name == "@ingesttimestamp" || name == "#repo" || name == "#" ||
           name.empty();
}

void look_at(const Draft& draft, Survey& survey) {
    survey.kept.clear();
    survey.time_ns = draft.time_ns;
    for (std::size_t i = 0; i < draft.size(); ++i) {
        auto name = draft.name(i);
        bool is_special = name.empty() || name[0] == '@' || name[0] == '#';
        if (is_special && is_taken_apart(survey, name, draft.value(i))) continue;
        if (is_special && name == "@rawstring")
            survey.raw = draft.value(i);
        else
            survey.bytes += name.size() + draft.value(i).size();
        survey.kept.push_back(i);
    }
}

/// Keeps the rawstring and the first names in order; of equal names the last.
void keep_first_names(const Draft& draft, std::vector<std::size_t>& kept) {
    std::ranges::sort(kept, {}, [&](std::size_t i) { return std::pair(draft.name(i), i); });
    std::vector<std::size_t> distinct;
    for (auto i : kept) {
        if (!distinct.empty() && draft.name(distinct.back()) == draft.name(i))
            distinct.back() = i;
        else
            distinct.push_back(i);
    }
    if (distinct.size() > kEventFieldsMax) distinct.resize(kEventFieldsMax);
    kept = std::move(distinct);
}

std::int64_t time_of(const Survey& survey, UtcTime now) {
    if (!survey.time_ns) return now.ns;
    if (survey.nanos == 0) return *survey.time_ns;
    return *survey.time_ns - UtcTime{*survey.time_ns}.sub_ms_ns() + survey.nanos;
}

}  // namespace

void collect_tags(Draft& draft, const std::vector<std::string>& tag_fields, model::TagSet& tags) {
    Draft kept;
    bool has_tags = false;
    auto is_tag = [&](std::string_view name) {
        return (name.starts_with('#') && name.size() > 1) ||
               std::ranges::find(tag_fields, name) != tag_fields.end();
    };
    for (std::size_t i = 0; i < draft.size() && !has_tags; ++i) has_tags = is_tag(draft.name(i));
    if (!has_tags) return;
    for (std::size_t i = 0; i < draft.size(); ++i) {
        if (!is_tag(draft.name(i)))
            kept.field(draft.name(i), draft.value(i));
        else if (draft.name(i) != "#repo")
            tags.set(draft.name(i), draft.value(i));
    }
    kept.time_ns = draft.time_ns;
    std::swap(draft, kept);
}

std::size_t add_to_batch(const Draft& draft, UtcTime now, model::EventBatchBuilder& into) {
    thread_local Survey survey;
    survey = Survey{.kept = std::move(survey.kept)};
    look_at(draft, survey);
    bool is_large = survey.bytes > kEventBytesMax || survey.raw.size() > kEventBytesMax;
    if (!is_large && survey.kept.size() > kEventFieldsMax) keep_first_names(draft, survey.kept);
    if (is_large) {
        into.add("@rawstring", survey.raw.size() > kEventBytesMax
                                   ? std::string_view(cut_raw(survey.raw))
                                   : survey.raw);
        if (draft.has_failed()) into.add("@error", "true");
    } else {
        for (auto i : survey.kept) {
            auto name = draft.name(i);
            into.add(name.starts_with('#') ? name.substr(1) : name, draft.value(i));
        }
    }
    into.add("@timezone", survey.timezone.empty() ? "Z" : survey.timezone);
    into.end_event(time_of(survey, now));
    return survey.bytes + survey.raw.size();
}

}  // namespace logwood::ingest
