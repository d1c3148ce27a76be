// An upload of the journal, decoded whole and scanned as it comes: both must agree on what it is.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ingest/protocols/journal_entries.h"
#include "ingest/protocols/protocol.h"

namespace {

using namespace logwood;
using namespace logwood::ingest;

class Nobody final : public Intake {
 public:
    Result<void> take(const GroupHead&, Draft&) override { return {}; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string input(reinterpret_cast<const char*>(data), size);
    JournalScanner whole, bytewise;
    auto scanned = whole.scan(input);
    for (std::size_t end = 1; end <= input.size(); ++end)
        if (!bytewise.scan(std::string_view(input).substr(0, end))) break;
    if (scanned) ASSERT(whole.complete() == bytewise.complete());
    Nobody nobody;
    Incoming complete{.body = input.substr(0, whole.complete())};
    if (scanned) ASSERT(decode_journal(complete, nobody));
    Incoming all{.body = input};
    (void)decode_journal(all, nobody);
    return 0;
}
