#pragma once

#include "async/file_system.h"
#include "async/loop.h"
#include "async/random.h"

namespace logwood::async {

/// What a node gets from outside; borrowed by every service, outliving all of them. The real one
/// is made by the server, a seeded one by the simulation.
struct Runtime {
    Loop& loop;
    Random& random;
    FileSystem& files;
};

}  // namespace logwood::async
