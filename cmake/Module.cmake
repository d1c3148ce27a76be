# logwood_module(NAME [LIBS third-party targets...]) makes one library of src/NAME.
#
# What the module may use comes from src/LAYERS, so the link graph and the include check cannot
# drift apart. Tests, benchmarks and fuzz targets are found by their file names:
# *_test.cc -> one test program, *_bench.cc -> one benchmark program, *_fuzz.cc -> a program each.
set(LOGWOOD_LAYERS ${CMAKE_SOURCE_DIR}/src/LAYERS)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${LOGWOOD_LAYERS})

# What nearly every file includes is compiled once, with base; all other modules reuse it, and their
# tests that of base_test. clang asks for equal options, and some libraries bring -pthread.
add_compile_options(-pthread)
set(LOGWOOD_PRECOMPILED <algorithm> <charconv> <chrono> <cmath> <cstdint> <expected> <functional>
    <map> <memory> <optional> <span> <string> <string_view> <unordered_map> <utility> <vector>)

function(logwood_precompile target owner)
    if(target STREQUAL owner)
        target_precompile_headers(${target} PRIVATE ${LOGWOOD_PRECOMPILED} ${ARGN})
    else()
        target_precompile_headers(${target} REUSE_FROM ${owner})
    endif()
endfunction()

function(logwood_layer_uses name out)
    file(STRINGS ${LOGWOOD_LAYERS} lines REGEX "^${name}:")
    string(REGEX REPLACE "#.*" "" line "${lines}")
    string(REGEX REPLACE "^${name}:[ ]*" "" line "${line}")
    separate_arguments(uses UNIX_COMMAND "${line}")
    list(TRANSFORM uses PREPEND "logwood_")
    set(${out} ${uses} PARENT_SCOPE)
endfunction()

function(logwood_module name)
    cmake_parse_arguments(ARG "" "" "LIBS;TEST_LIBS" ${ARGN})
    set(dir ${CMAKE_SOURCE_DIR}/src/${name})
    file(GLOB_RECURSE all CONFIGURE_DEPENDS ${dir}/*.cc)
    set(tests ${all})
    set(benches ${all})
    set(fuzzers ${all})
    list(FILTER tests INCLUDE REGEX "_test\\.cc$")
    list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
    list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")
    set(sources ${all})
    list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cc$")
    list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
    logwood_layer_uses(${name} uses)

    if(sources)
        set(scope PUBLIC)
        add_library(logwood_${name} STATIC ${sources})
        target_link_libraries(logwood_${name} PRIVATE logwood_warnings)
        logwood_precompile(logwood_${name} logwood_base)
    else()
        set(scope INTERFACE)
        add_library(logwood_${name} INTERFACE)
    endif()
    target_include_directories(logwood_${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(logwood_${name} ${scope} ${uses} ${ARG_LIBS})

    if(tests)
        add_executable(${name}_test ${tests})
        target_link_libraries(${name}_test PRIVATE logwood_${name} logwood_warnings ${ARG_TEST_LIBS}
            GTest::gtest GTest::gmock_main)
        if(NOT name STREQUAL "testing")
            target_link_libraries(${name}_test PRIVATE $<$<TARGET_EXISTS:logwood_testing>:logwood_testing>)
        endif()
        logwood_precompile(${name}_test base_test <gmock/gmock.h> <gtest/gtest.h>)
        add_test(NAME ${name} COMMAND ${name}_test)
        set_tests_properties(${name} PROPERTIES TIMEOUT 300
            ENVIRONMENT "LOGWOOD_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
    endif()
    if(benches)
        add_executable(${name}_bench EXCLUDE_FROM_ALL ${benches})
        target_link_libraries(${name}_bench PRIVATE logwood_${name} logwood_warnings
            benchmark::benchmark_main)
    endif()
    if(LOGWOOD_FUZZ)
        foreach(fuzzer ${fuzzers})
            get_filename_component(target ${fuzzer} NAME_WE)
            add_executable(${target} ${fuzzer})
            target_link_libraries(${target} PRIVATE logwood_${name} logwood_warnings -fsanitize=fuzzer)
        endforeach()
    endif()
endfunction()
