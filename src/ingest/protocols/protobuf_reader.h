#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logwood::ingest {

/// How a field is written (protobuf's encoding document); groups are refused.
enum class Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

/// One field of a message as it was written.
struct WireField {
    std::uint32_t number = 0;
    Wire wire = Wire::kVarint;
    std::uint64_t value = 0;  ///< Of kVarint, kFixed64 and kFixed32: the bits.
    std::string_view bytes;   ///< Of kBytes; otherwise empty, and where the value stands.
};

/// Walks the fields of one protobuf message in place: nothing is copied, nothing is allocated,
/// whatever lengths the bytes claim. Messages inside are walked by readers of their own.
class ProtobufReader {
 public:
    /// `message` lies within `body`, from whose start errors count.
    ProtobufReader(std::string_view body, std::string_view message)
        : body_(body.data()), at_(message.data()), end_(message.data() + message.size()) {}

    bool is_done() const { return at_ == end_; }
    /// The next field; kInvalidArgument with the byte when there is none.
    Result<WireField> next();
    /// The bits of the next element of a packed field of numbers, which this reader walks.
    Result<std::uint64_t> element(Wire wire);
    /// Where the next field begins.
    const char* position() const { return at_; }
    /// kInvalidArgument: `byte n: what`, n being where `at` points to.
    std::unexpected<Error> wrong(const char* at, std::string_view what) const;
    /// Refuses a field that is not written as its schema says.
    Result<void> expect(const WireField& field, Wire wire) const;

 private:
    Result<std::uint64_t> varint();
    Result<std::string_view> take(std::uint64_t size);

    const char* body_;
    const char* at_;
    const char* end_;
};

}  // namespace logwood::ingest
