#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.h"
#include "async/sync.h"
#include "search/work.h"

namespace logwood::search {

/// Shares a few slots among all work, a step at a time, so that nobody's queries keep others
/// waiting. Loop thread.
///
/// Scopes (repositories, views) take turns, and within a scope the work that has had least time is
/// next. Steps cannot be interrupted, and some take long: so a scope has at most `workers` slots,
/// as many more for work that is new, and `workers` slots are left that it never gets.
class Scheduler {
 public:
    Scheduler(async::Loop& loop, unsigned workers);

    void start();
    async::Task<void> stop();
    /// Adds work that can begin.
    void add(std::shared_ptr<Work> work);
    /// Says that some work can do something again.
    void wake() { ready_.notify(); }
    /// All that was added and is not done.
    std::vector<std::shared_ptr<Work>> unfinished() const;

 private:
    /// What a scope has got.
    struct Share {
        std::size_t running = 0;
        std::uint64_t turn = 0;  ///< When it was last chosen.
        Duration floor{};        ///< What the work chosen last had been served.
    };
    struct Entry {
        std::shared_ptr<Work> work;
        std::shared_ptr<Share> share;
        std::size_t running = 0;
        Duration used{};    ///< Time of its steps.
        Duration served{};  ///< The same, on the scale of its share: new work begins at its floor.
    };

    bool may_run(const Entry& entry) const;
    std::shared_ptr<Entry> next();
    async::Task<void> run_slot();

    async::Loop& loop_;
    unsigned workers_;
    std::vector<std::shared_ptr<Entry>> entries_;
    std::map<std::string, std::shared_ptr<Share>, std::less<>> shares_;  ///< By scope's name.
    std::uint64_t turns_ = 0;
    bool stopping_ = false;
    async::Signal ready_;
    async::Gate gate_;
};

}  // namespace logwood::search
