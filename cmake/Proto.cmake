# logwood_proto_module(NAME) makes a library of the C++ that protoc generates from src/NAME/*.proto.
# Others include "NAME/file.pb.h"; the headers count as system headers, as we do not own their style.
function(logwood_proto_module name)
    set(generated ${CMAKE_BINARY_DIR}/generated)
    file(GLOB protos CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.proto)
    file(MAKE_DIRECTORY ${generated})
    add_library(logwood_${name} STATIC)
    protobuf_generate(TARGET logwood_${name} LANGUAGE cpp PROTOS ${protos}
        IMPORT_DIRS ${CMAKE_SOURCE_DIR}/src PROTOC_OUT_DIR ${generated})
    target_include_directories(logwood_${name} SYSTEM PUBLIC ${generated})
    target_link_libraries(logwood_${name} PUBLIC protobuf::libprotobuf)
endfunction()
