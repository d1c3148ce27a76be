#include "api/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logwood::api {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=XyZ";

std::string part(std::string_view disposition, std::string_view bytes) {
    return "--XyZ\r\nContent-Disposition: form-data; " + std::string(disposition) +
           "\r\nContent-Type: text/csv\r\n\r\n" + std::string(bytes) + "\r\n";
}

TEST(FormFile, IsFound) {
    struct Case {
        std::string type, body, name, bytes;
    };
    const std::string end = "--XyZ--\r\n";
    const std::string file = R"(name="file"; filename="a.csv")";
    const Case cases[] = {
        {std::string(kType), part(file, "x\r\n1\r\n") + end, "a.csv", "x\r\n1\r\n"},
        {"Multipart/Form-Data;charset=u; BOUNDARY=\"XyZ\"", part(file, "x") + end, "a.csv", "x"},
        {std::string(kType), part(file, "") + end, "a.csv", ""},
        {std::string(kType), part(file, "--XyZ") + "--XyZ--", "a.csv", "--XyZ"},
        {std::string(kType), part(R"(name="note")", "n") + part(file, "x") + end, "a.csv", "x"},
        {std::string(kType), "preamble\r\n" + part(file, "x") + end + "epilogue", "a.csv", "x"},
        {std::string(kType), part(R"(filename="a \"b\".csv"; name=file)", "x") + end, "a \"b\".csv",
         "x"},
        {std::string(kType), part("name=file;filename=plain.json ", "x") + end, "plain.json", "x"},
    };
    for (auto& test : cases) {
        auto found = find_form_file(test.type, test.body, "file");
        ASSERT_TRUE(found) << test.body << found.error().message;
        EXPECT_EQ(found->file_name, test.name);
        EXPECT_EQ(test.body.substr(found->offset, found->size), test.bytes) << test.body;
    }
}

TEST(FormFile, IsNotThere) {
    const std::string file = R"(name="file"; filename="a.csv")";
    const std::pair<std::string, std::string> cases[] = {
        {"application/json", part(file, "x") + "--XyZ--"},
        {"multipart/form-data", part(file, "x") + "--XyZ--"},
        {"multipart/form-data; boundary=", part(file, "x") + "--XyZ--"},
        {"multipart/form-data; boundary=\"XyZ", part(file, "x") + "--XyZ--"},
        {"multipart/form-data; boundary=" + std::string(80, 'b'), ""},
        {std::string(kType), ""},
        {std::string(kType), "--XyZ"},
        {std::string(kType), "--XyZ--"},
        {std::string(kType), "--XyZ\r\n"},
        {std::string(kType), part(file, "x")},
        {std::string(kType), part(R"(name="other"; filename="a.csv")", "x") + "--XyZ--"},
        {std::string(kType), part(R"(name="file")", "x") + "--XyZ--"},
        {std::string(kType), "--XyZ\r\n\r\nx\r\n--XyZ--"},
    };
    for (auto& [type, body] : cases) {
        auto found = find_form_file(type, body, "file");
        ASSERT_FALSE(found) << type << body;
        EXPECT_EQ(found.error().code, Code::kInvalidArgument);
    }
}

/// Cut anywhere, a form gives its file whole or not at all.
TEST(FormFile, IsNeverHalf) {
    auto body = part(R"(name="file"; filename="a.csv")", "x\n1\n") + "--XyZ--";
    for (std::size_t size = 0; size < body.size(); ++size) {
        auto found = find_form_file(kType, std::string_view(body).substr(0, size), "file");
        if (found) EXPECT_EQ(body.substr(found->offset, found->size), "x\n1\n") << size;
    }
}

}  // namespace
}  // namespace logwood::api
