add_library(logwood_warnings INTERFACE)
target_compile_options(logwood_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wunused-result
    -Wno-missing-designated-field-initializers -Wthread-safety -Werror -fno-omit-frame-pointer)

set(LOGWOOD_SANITIZE "" CACHE STRING "Sanitizers to build with, as in -fsanitize=")
if(LOGWOOD_SANITIZE)
    add_compile_options(-fsanitize=${LOGWOOD_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${LOGWOOD_SANITIZE})
endif()
option(LOGWOOD_FUZZ "Build the fuzz targets" OFF)

# Named places where a crash test may end the process: see src/async/failpoint.h.
set(failpoints_default OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    set(failpoints_default ON)
endif()
option(LOGWOOD_FAILPOINTS "Build the failpoints in" ${failpoints_default})
