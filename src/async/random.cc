#include "async/random.h"

#include <sys/random.h>

#include "base/result.h"

namespace logwood::async {
namespace {

class SystemRandom final : public Random {
 public:
    std::uint64_t next() override {
        std::uint64_t bits = 0;
        auto got = ::getrandom(&bits, sizeof bits, 0);
        ASSERT(got == static_cast<ssize_t>(sizeof bits));
        return bits;
    }
};

}  // namespace

std::unique_ptr<Random> make_system_random() { return std::make_unique<SystemRandom>(); }

}  // namespace logwood::async
