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
