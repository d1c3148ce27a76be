// The pure parts: heads, chunks, targets, routes, codings.
#include <gtest/gtest.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <vector>

#include "http/chunked.h"
#include "http/content_coding.h"
#include "http/limits.h"
#include "http/request_head.h"
#include "http/router.h"
#include "http/target.h"

namespace logwood::http {
namespace {

int status_of(const std::string& head) {
    auto size = head_size(head);
    if (size == 0) return -1;
    auto parsed = parse_head(std::string_view(head).substr(0, size));
    return parsed ? 200 : parsed.error().status;
}

const std::string kPost = "POST / HTTP/1.1\r\nHost: x\r\n";
const std::string kGet = "GET / HTTP/1.1\r\nHost: x\r\n";
struct HeadCase {
    std::string head;
    int status;
};
const std::vector<HeadCase> kHeadCases = {
    {kGet + "\r\n", 200},
    {"GET / HTTP/1.0\r\n\r\n", 200},
    {"GET http://x/a?b HTTP/1.1\r\nHost: X\r\n\r\n", 200},
    {"GET http://y/a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 200},
    {"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {kGet, -1},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {kGet + "Host: x\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
    // Lines.
    {"GET / HTTP/1.1\nHost: x\n\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\n\r\n", 400},
    {kGet + "A: b\rc\r\n\r\n", 400},
    {kGet + "A: b\r\n c\r\n\r\n", 400},
    {kGet + " A: b\r\n\r\n", 400},
    {kGet + "A : b\r\n\r\n", 400},
    {kGet + "A\r\n\r\n", 400},
    {kGet + ": b\r\n\r\n", 400},
    {kGet + "A: \x01\r\n\r\n", 400},
    {kGet + std::string("A: \0b\r\n\r\n", 9), 400},
    {kGet + "A: \xC3\xA9\r\n\r\n", 200},
    {kGet + "A:\r\n\r\n", 200},
    // Request lines.
    {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
    {"PRI * HTTP/2.0\r\n\r\n", 505},
    {"GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
    {"GET / HTTP/1.10\r\nHost: x\r\n\r\n", 400},
    {"GET / http/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /\r\n\r\n", 400},
    {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {std::string(33, 'A') + " / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"GET /" + std::string(kTargetBytesMax - 1, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 200},
    {"GET /" + std::string(kTargetBytesMax, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
    // Lengths.
    {kPost + "Content-Length: 5\r\n\r\n", 200},
    {kPost + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
    {kPost + "Content-Length: 5, 5\r\n\r\n", 400},
    {kPost + "Content-Length: +5\r\n\r\n", 400},
    {kPost + "Content-Length: -5\r\n\r\n", 400},
    {kPost + "Content-Length: 0x5\r\n\r\n", 400},
    {kPost + "Content-Length: 5 5\r\n\r\n", 400},
    {kPost + "Content-Length:\t5\r\n\r\n", 400},
    {kPost + "Content-Length: \r\n\r\n", 400},
    {kPost + "Content-Length: 99999999999999999999\r\n\r\n", 400},
    {kPost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    // Codings.
    {kPost + "Transfer-Encoding: chunked\r\n\r\n", 200},
    {kPost + "Transfer-Encoding: Chunked\r\n\r\n", 200},
    {kPost + "Transfer-Encoding: xchunked\r\n\r\n", 501},
    {kPost + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
    {kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {kPost + "Transfer-Encoding: \x0b"
             "chunked\r\n\r\n",
     400},
    {kPost + "Transfer-Encoding:\tchunked\r\n\r\n", 400},
    {kPost + "Transfer-Encoding : chunked\r\n\r\n", 400},
    {kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {kPost + "Transfer-Encoding: \r\n\r\n", 501},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    // Others.
    {kPost + "Authorization: a\r\nAuthorization: b\r\n\r\n", 400},
    {kPost + "Expect: 100-continue\r\n\r\n", 200},
    {kPost + "Expect: 200-ok\r\n\r\n", 417},
};

TEST(RequestHead, AcceptsOrRefuses) {
    for (const auto& c : kHeadCases) EXPECT_EQ(status_of(c.head), c.status) << c.head;
}

TEST(RequestHead, CountsFields) {
    auto head = [](std::size_t fields) {
        std::string text = "GET / HTTP/1.1\r\nHost: x\r\n";
        for (std::size_t i = 1; i < fields; ++i) text += "A: b\r\n";
        return text + "\r\n";
    };
    EXPECT_EQ(status_of(head(kHeadersMax)), 200);
    EXPECT_EQ(status_of(head(kHeadersMax + 1)), 431);
}

TEST(RequestHead, KnowsWhetherTheConnectionStays) {
    auto keeps = [](const std::string& version, const std::string& connection) {
        return parse_head("GET / HTTP/" + version + "\r\nHost: x\r\n" +
                          (connection.empty() ? "" : "Connection: " + connection + "\r\n") + "\r\n")
            ->keeps_alive;
    };
    EXPECT_TRUE(keeps("1.1", ""));
    EXPECT_FALSE(keeps("1.1", "x, Close"));
    EXPECT_FALSE(keeps("1.0", ""));
    EXPECT_TRUE(keeps("1.0", "Keep-Alive"));
    EXPECT_FALSE(keeps("1.0", "keep-alive, close"));
}

/// The body, or the status of the refusal; fed in pieces of `piece` bytes.
std::string decode_chunks(std::string_view bytes, std::size_t piece, std::size_t bytes_max = 100) {
    ChunkDecoder decoder(bytes_max);
    std::string body;
    while (!bytes.empty() && !decoder.done()) {
        auto used = decoder.feed(bytes.substr(0, piece), body);
        if (!used) return std::to_string(used.error().status);
        bytes.remove_prefix(*used);
    }
    if (!decoder.done()) return "incomplete";
    return body + "|" + std::string(bytes);
}

TEST(ChunkDecoder, TakesBodiesApart) {
    struct Case {
        std::string_view bytes;
        std::string body;
    };
    const Case cases[] = {
        {"3\r\nabc\r\n0\r\n\r\nGET", "abc|GET"},
        {"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", "abcde|"},
        {"0\r\nTrailer: x\r\n\r\n", "|"},
        {"A\r\n0123456789\r\n000\r\n\r\n", "0123456789|"},
        {"3\r\nab", "incomplete"},
        {"3\r\nabcd\r\n0\r\n\r\n", "400"},
        {"3\nabc\r\n0\r\n\r\n", "400"},
        {"3\r\nabc\n0\r\n\r\n", "400"},
        {"-3\r\nabc\r\n", "400"},
        {"+3\r\nabc\r\n", "400"},
        {"0x3\r\nabc\r\n", "400"},
        {"3_0\r\nabc\r\n", "400"},
        {" 3\r\nabc\r\n", "400"},
        {"3 \r\nabc\r\n", "400"},
        {"\r\nabc\r\n", "400"},
        {"10000000000000000\r\n", "400"},
        {"FFFFFFFFFFFFFFFF\r\n", "413"},
        {"64\r\n", "incomplete"},
        {"65\r\n", "413"},
        {"3;a\rb\r\nabc\r\n", "400"},
        {"0\r\nContent-Length: 3\r\n\r\n", "400"},
        {"0\r\nHost: x\r\n\r\n", "400"},
        {"0\r\n folded\r\n\r\n", "400"},
    };
    for (const auto& c : cases)
        for (std::size_t piece : {1U, 2U, 1000U})
            EXPECT_EQ(decode_chunks(c.bytes, piece), c.body) << c.bytes << " by " << piece;
    EXPECT_EQ(decode_chunks("1;" + std::string(300, 'x') + "\r\n", 50), "400");
}

TEST(Target, IsDecoded) {
    struct Case {
        std::string target;
        std::string path;  // empty: refused
        Parameters query;
    };
    const std::vector<Case> cases = {
        {"/a/b", "/a/b", {}},
        {"/a%20b+c?x=1+2&y=%26&z&&=q", "/a b+c", {{"x", "1 2"}, {"y", "&"}, {"z", ""}, {"", "q"}}},
        {"/%E2%82%AC", "/€", {}},
        {"/%", "", {}},
        {"/%4", "", {}},
        {"/%zz", "", {}},
        {"/%00", "", {}},
        {"/%C0%AF", "", {}},
        {"/%ED%A0%80", "", {}},
        {"/?a=%ff", "", {}},
    };
    for (const auto& c : cases) {
        Request request{.target = c.target};
        auto parsed = parse_target(request);
        EXPECT_EQ(parsed.has_value(), !c.path.empty()) << c.target;
        if (!parsed) continue;
        EXPECT_EQ(request.path, c.path);
        EXPECT_EQ(request.query, c.query);
    }
    EXPECT_EQ(encode_component("a b/€"), "a%20b%2F%E2%82%AC");
}

TEST(Target, SlashesInARowAreOne) {
    for (std::string target : {"/a/b/", "//a/b/", "/a///b//?x=/"}) {
        Request request{.target = target};
        ASSERT_TRUE(parse_target(request));
        EXPECT_EQ(request.segments, (std::vector<std::string>{"a", "b", ""})) << target;
    }
    Request root{.target = "//"};
    ASSERT_TRUE(parse_target(root));
    EXPECT_EQ(root.segments, std::vector<std::string>{""});
}

TEST(Router, FindsTheMostLiteralRoute) {
    Router router;
    auto named = [](std::string name) {
        return [name](Request) -> async::Task<Response> { co_return Response::text(200, name); };
    };
    router.add("GET", "/", named("root"));
    router.add("GET", "/{rest...}", named("ui"));
    router.add("GET", "/r/{repo}/jobs/{id}", named("poll"));
    router.add("DELETE", "/r/{repo}/jobs/{id}", named("delete"));
    router.add("POST", "/r/{repo}/jobs", named("create"));
    router.add("POST", "/r/fixed/jobs", named("fixed"));
    struct Case {
        std::string method, target;
        int status;
        Parameters captures;
    };
    const std::vector<Case> cases = {
        {"GET", "/", 200, {}},
        {"HEAD", "/", 200, {}},
        {"POST", "/", 405, {}},
        {"GET", "/a/b%20c", 200, {{"rest", "a/b c"}}},
        {"GET", "/r/a+b%20c/jobs/7", 200, {{"repo", "a b c"}, {"id", "7"}}},
        {"GET", "/r/a%2Fb%2Bc/jobs/7", 200, {{"repo", "a/b+c"}, {"id", "7"}}},
        {"DELETE", "/r/a/jobs/7", 200, {{"repo", "a"}, {"id", "7"}}},
        {"POST", "/r/a/jobs/", 200, {{"repo", "a"}}},
        {"POST", "/r/fixed/jobs", 200, {}},
        {"PUT", "/r/a/jobs/7", 405, {{"repo", "a"}, {"id", "7"}}},
    };
    for (const auto& c : cases) {
        Request request{.method = c.method, .target = c.target};
        ASSERT_TRUE(parse_target(request));
        auto found = router.find(request);
        EXPECT_EQ(found ? 200 : found.error().status, c.status) << c.target;
        EXPECT_EQ(request.captures, c.captures) << c.target;
    }
    Request request{.method = "PUT", .target = "/r/a/jobs/7"};
    ASSERT_TRUE(parse_target(request));
    auto refused = router.find(request).error();
    EXPECT_EQ(refused.headers.get("allow"), "GET, DELETE");
    EXPECT_EQ(refused.body, "HTTP method not allowed, supported methods: GET, DELETE");
}

std::string deflate_with(std::string_view bytes, int window) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstd_of(std::string_view bytes) {
    std::string out(ZSTD_compressBound(bytes.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
    return out;
}

std::string snappy_of(std::string_view bytes) {
    std::string out;
    snappy::Compress(bytes.data(), bytes.size(), &out);
    return out;
}

TEST(ContentCoding, GivesBackWhatWasCompressed) {
    std::string text;
    for (int i = 0; i < 6'000; ++i) text += std::to_string(i * 7919);
    struct Case {
        Coding coding;
        std::string bytes;
    };
    const std::vector<Case> cases = {
        {Coding::kGzip, deflate_with(text, 31)},
        {Coding::kGzip, compress_gzip(text)},
        {Coding::kDeflate, deflate_with(text, 15)},
        {Coding::kDeflate, deflate_with(text, -15)},
        {Coding::kZstd, zstd_of(text)},
        {Coding::kSnappy, snappy_of(text)},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(*decompress(c.coding, c.bytes, text.size()), text);
        EXPECT_EQ(decompress(c.coding, c.bytes, text.size() - 1).error().code, Code::kTooLarge);
        for (std::size_t cut = 0; cut < c.bytes.size(); cut += 64)
            EXPECT_EQ(decompress(c.coding, c.bytes.substr(0, cut), text.size()).error().code,
                      Code::kInvalidArgument)
                << cut;
        EXPECT_FALSE(decompress(c.coding, c.bytes + "trailing", text.size()));
    }
}

TEST(ContentCoding, KnowsMembersAndDamage) {
    auto a = compress_gzip("aaa");
    auto b = compress_gzip("bbb");
    EXPECT_EQ(*decompress(Coding::kGzip, a + b, 100), "aaabbb");
    EXPECT_EQ(*decompress(Coding::kZstd, zstd_of("aaa") + zstd_of("bbb"), 100), "aaabbb");
    for (std::size_t i = 1; i <= 8; ++i) {  // CRC and ISIZE
        auto bad = a;
        bad[bad.size() - i] = static_cast<char>(bad[bad.size() - i] ^ 1);
        EXPECT_FALSE(decompress(Coding::kGzip, bad, 100));
    }
    EXPECT_FALSE(decompress(Coding::kGzip, "", 100));
    const std::string bomb = compress_gzip(std::string(20U << 20, 'x'));
    EXPECT_EQ(decompress(Coding::kGzip, bomb, 1U << 20).error().code, Code::kTooLarge);
    // A frame that asks for a window of 2 GB.
    EXPECT_FALSE(
        decompress(Coding::kZstd, std::string("\x28\xB5\x2F\xFD\x00\xA8\x01\x00\x00", 9), 100));
    // Blocks of snappy that say to hold 2^32 - 1 bytes, 30 bytes, and 8 MB of which they hold all.
    EXPECT_EQ(decompress(Coding::kSnappy, "\xFF\xFF\xFF\xFF\x0F", 100).error().code,
              Code::kTooLarge);
    EXPECT_EQ(decompress(Coding::kSnappy, "\x1E", 100).error().code, Code::kInvalidArgument);
    EXPECT_TRUE(decompress(Coding::kSnappy, snappy_of(std::string(8U << 20, 'x')), 8U << 20));
    EXPECT_FALSE(coding_of("br"));
    EXPECT_EQ(coding_of("gzip,deflate"), Coding::kDeflate) << "as graypy says it";
    EXPECT_FALSE(coding_of("gzip, gzip"));
    EXPECT_EQ(coding_of("GZIP"), Coding::kGzip);
    EXPECT_TRUE(accepts_gzip("deflate, gzip;q=0.5"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0, br"));
    EXPECT_FALSE(accepts_gzip("identity"));
}

}  // namespace
}  // namespace logwood::http
