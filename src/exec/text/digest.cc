#include "exec/text/digest.h"

#include <openssl/evp.h>

#include "base/result.h"

namespace logwood::exec {
namespace {

/// Looking an algorithm up takes longer than to hash a line; each is looked up once.
const EVP_MD* algorithm(DigestKind kind) {
    static const std::array kAlgorithms = {
        EVP_MD_fetch(nullptr, "MD5", nullptr), EVP_MD_fetch(nullptr, "SHA1", nullptr),
        EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_fetch(nullptr, "SHA512", nullptr)};
    return kAlgorithms[static_cast<std::size_t>(kind)];
}

}  // namespace

Digest::Digest(DigestKind kind) : context_(EVP_MD_CTX_new()), kind_(kind) {}

Digest::~Digest() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

std::span<const std::uint8_t> Digest::of(std::string_view bytes) {
    auto* context = static_cast<EVP_MD_CTX*>(context_);
    unsigned size = 0;
    bool is_done = EVP_DigestInit_ex2(context, algorithm(kind_), nullptr) == 1 &&
                   EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1 &&
                   EVP_DigestFinal_ex(context, bytes_.data(), &size) == 1;
    ASSERT(is_done);
    return {bytes_.data(), size};
}

Digest& thread_digest(DigestKind kind) {
    thread_local std::array<Digest, 4> digests = {
        Digest(DigestKind::kMd5), Digest(DigestKind::kSha1), Digest(DigestKind::kSha256),
        Digest(DigestKind::kSha512)};
    return digests[static_cast<std::size_t>(kind)];
}

void hex_text(std::string& out, std::span<const std::uint8_t> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.clear();
    for (auto byte : bytes) {
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
}

void append_base64(std::string& out, std::span<const std::uint8_t> bytes, bool is_padded) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (at + i < bytes.size() ? bytes[at + i] : 0U);
        for (std::size_t i = 0; i < 4; ++i) {
            bool is_used = i < 2 || at + i - 1 < bytes.size();
            if (is_used)
                out += kDigits[bits >> (18 - 6 * i) & 63];
            else if (is_padded)
                out += '=';
        }
    }
}

}  // namespace logwood::exec
