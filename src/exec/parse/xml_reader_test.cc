#include "exec/parse/xml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "exec/limits.h"

namespace logwood::exec {
namespace {

/// Writes down what it is given.
class Recorder final : public XmlHandler {
 public:
    void begin(std::string_view name, Attributes attributes) override {
        out += "<";
        out += name;
        for (auto& [attribute, value] : attributes)
            out += " " + std::string(attribute) + "=" + std::string(value);
        out += ">";
    }
    void text(std::string_view text) override { out += text; }
    void comment(std::string_view text) override { out += "!" + std::string(text) + "!"; }
    void end() override { out += "</>"; }
    std::string out;
};

std::string read(std::string_view document) {
    Recorder recorder;
    auto done = read_xml(document, recorder);
    return done ? recorder.out : "error: " + done.error().message;
}

std::string nested(int levels) {
    std::string text;
    for (int i = 0; i < levels; ++i) text += "<a>";
    for (int i = 0; i < levels; ++i) text += "</a>";
    return text;
}

TEST(XmlReader, GivesThePartsInOrder) {
    EXPECT_EQ(read("<a x='1' y=\"&lt;2\">t<!--c--><b/>&amp;<![CDATA[<&]]></a>"),
              "<a x=1 y=<2>t!c!<b></>&<&</>");
    EXPECT_EQ(read(" \n<?xml version='1.0' encoding='UTF-16'?>\n<a>\u00e9&#233;</a>\n"),
              "<a>\u00e9\u00e9</>");
    EXPECT_EQ(read("<!DOCTYPE a PUBLIC \"p\" \"http://example.com/a.dtd\"><a/>"), "<a></>");
}

TEST(XmlReader, SaysWhatIsWrongAndWhere) {
    EXPECT_THAT(read(""), testing::HasSubstr("empty"));
    EXPECT_THAT(read("text"), testing::HasSubstr("at byte 0"));
    EXPECT_THAT(read("  <a><b></a>"), testing::HasSubstr("mismatched tag at byte"));
    EXPECT_THAT(read("<a>&none;</a>"), testing::HasSubstr("undefined entity at byte 3"));
    EXPECT_THAT(read("<a/><b/>"), testing::HasSubstr("at byte 4"));
    EXPECT_THAT(read("<a>\xFF</a>"), testing::HasSubstr("invalid token"));
    EXPECT_THAT(read("<a x='1' x='2'/>"), testing::HasSubstr("duplicate attribute"));
}

TEST(XmlReader, StopsBeforeHarmIsDone) {
    EXPECT_EQ(read(nested(kXmlDepthMax)).substr(0, 6), "<a><a>");
    EXPECT_THAT(read(nested(kXmlDepthMax + 1)), testing::HasSubstr("too many levels"));
    EXPECT_THAT(read("<!DOCTYPE a [<!ENTITY b \"x\">]><a>&b;</a>"),
                testing::HasSubstr("declarations of entities are not read"));
    EXPECT_THAT(read("<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><a/>"),
                testing::HasSubstr("declarations of entities are not read"));
}

}  // namespace
}  // namespace logwood::exec
