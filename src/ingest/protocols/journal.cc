// systemd's journal export format, as systemd-journal-upload sends it
// (https://systemd.io/JOURNAL_EXPORT_FORMATS). An entry is an event: MESSAGE is its rawstring,
// __REALTIME_TIMESTAMP (microseconds) its time, PRIORITY also becomes `level` by name, the other
// fields keep their names; those that begin with `__` say where the entry lay and are left out.
#include <array>
#include <string>

#include "base/bytes.h"
#include "ingest/limits.h"
#include "ingest/protocols/journal_entries.h"
#include "ingest/protocols/protocol.h"
#include "ingest/protocols/time_text.h"

namespace logwood::ingest {
namespace {

constexpr std::int64_t kMicrosecond = 1'000;
/// Longer ones are none: systemd's are at most 64 bytes.
constexpr std::size_t kNameBytesMax = 256;

constexpr std::array<std::string_view, 8> kLevels{"emerg",   "alert",  "crit", "err",
                                                  "warning", "notice", "info", "debug"};

std::unexpected<Error> wrong(std::string_view what) {
    return fail(Code::kInvalidArgument, "journal export format: " + std::string(what));
}

bool is_name(std::string_view name) {
    if (name.empty() || name.size() > kNameBytesMax) return false;
    for (char c : name)
        if (c <= ' ' || c > '~') return false;
    return true;
}

void take_field(const JournalField& field, Draft& draft) {
    auto [name, value] = field;
    if (name == "__REALTIME_TIMESTAMP") {
        if (auto time = parse_epoch_time(value, kMicrosecond)) draft.time_ns = *time;
        return;
    }
    if (name.starts_with("__")) return;
    if (name == "PRIORITY" && value.size() == 1 && value[0] >= '0' && value[0] <= '7')
        draft.field("level", kLevels[static_cast<std::size_t>(value[0] - '0')]);
    draft.field(name == "MESSAGE" ? "@rawstring" : name, value);
}

}  // namespace

Result<std::optional<JournalToken>> next_journal_token(std::string_view bytes) {
    auto line_end = bytes.find('\n');
    auto equals = bytes.substr(0, line_end).find('=');
    if (line_end == std::string_view::npos) {
        bool may_be_name = equals != std::string_view::npos || bytes.size() <= kNameBytesMax;
        if (!may_be_name) return wrong("a field without a name");
        return std::nullopt;
    }
    if (line_end == 0) return JournalToken{.field = std::nullopt, .size = 1};
    auto line = bytes.substr(0, line_end);
    auto name = line.substr(0, equals);
    if (!is_name(name)) return wrong("this is no name of a field");
    if (equals != std::string_view::npos)
        return JournalToken{.field = JournalField{name, line.substr(equals + 1)},
                            .size = line_end + 1};
    ByteReader in(bytes.substr(line_end + 1));
    auto size = in.get<std::uint64_t>();
    if (!size) return std::nullopt;
    if (*size > kJournalEntryBytesMax) return fail(Code::kTooLarge, "a field of the journal");
    auto begin = line_end + 1 + sizeof *size;
    if (bytes.size() - begin <= *size) return std::nullopt;
    if (bytes[begin + *size] != '\n') return wrong("binary data does not end where it says");
    return JournalToken{.field = JournalField{name, bytes.substr(begin, *size)},
                        .size = begin + *size + 1};
}

Result<void> JournalScanner::scan(std::string_view bytes) {
    while (complete_ < kJournalPieceBytes) {
        TRY(auto token, next_journal_token(bytes.substr(at_)));
        if (!token) {
            if (bytes.size() - complete_ > kJournalEntryBytesMax)
                return fail(Code::kTooLarge, "an entry of the journal");
            return {};
        }
        at_ += token->size;
        if (!token->field) complete_ = at_;
    }
    return {};
}

Result<void> decode_journal(Incoming& incoming, Intake& intake) {
    Draft draft;
    std::string_view rest(incoming.body);
    while (!rest.empty()) {
        TRY(auto token, next_journal_token(rest));
        if (!token) return wrong("it ends within a field");
        rest.remove_prefix(token->size);
        if (token->field) take_field(*token->field, draft);
        // The last entry may lack its empty line.
        bool is_end = !token->field || rest.empty();
        if (!is_end) continue;
        if (draft.size() > 0) {
            if (!draft.find("@rawstring").data()) draft.field("@rawstring", "");
            TRY_OK(intake.take({}, draft));
        }
        draft.clear();
    }
    return {};
}

}  // namespace logwood::ingest
