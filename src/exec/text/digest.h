#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace logwood::exec {

enum class DigestKind : std::uint8_t { kMd5, kSha1, kSha256, kSha512 };

/// A cryptographic digest of bytes; the view is of the object, until the next call. One thread at
/// a time a object. MD5 and SHA-1 are here because the language has them, not for safety.
class Digest {
 public:
    explicit Digest(DigestKind kind);
    ~Digest();
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    std::span<const std::uint8_t> of(std::string_view bytes);

 private:
    static constexpr std::size_t kBytesMax = 64;
    void* context_;  ///< EVP_MD_CTX.
    DigestKind kind_;
    std::array<std::uint8_t, kBytesMax> bytes_{};
};

/// The digest of each kind that this thread keeps, so that functions make none a row.
Digest& thread_digest(DigestKind kind);

/// Lower-case hexadecimal digits; replaces `out`.
void hex_text(std::string& out, std::span<const std::uint8_t> bytes);
/// Standard base64; appends.
void append_base64(std::string& out, std::span<const std::uint8_t> bytes, bool is_padded);

}  // namespace logwood::exec
