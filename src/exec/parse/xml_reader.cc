// A thin layer over Expat, which reads in one pass and without recursion.
#include "exec/parse/xml_reader.h"

#include <expat.h>
#include <fmt/format.h>

#include <memory>
#include <vector>

#include "exec/limits.h"

namespace logwood::exec {
namespace {

struct Reader {
    XmlHandler& handler;
    XML_Parser parser = nullptr;
    int depth = 0;
    std::string_view refusal;  ///< Why we stopped, when it was us.
    std::vector<std::pair<std::string_view, std::string_view>> attributes;

    void refuse(std::string_view why) {
        refusal = why;
        XML_StopParser(parser, XML_FALSE);
    }
};

Reader& reader_of(void* data) { return *static_cast<Reader*>(data); }

void on_begin(void* data, const XML_Char* name, const XML_Char** attributes) {
    auto& reader = reader_of(data);
    if (++reader.depth > kXmlDepthMax) return reader.refuse("too many levels");
    reader.attributes.clear();
    for (; attributes[0]; attributes += 2)
        reader.attributes.emplace_back(attributes[0], attributes[1]);
    reader.handler.begin(name, reader.attributes);
}

void on_end(void* data, const XML_Char*) {
    --reader_of(data).depth;
    reader_of(data).handler.end();
}

void on_text(void* data, const XML_Char* text, int size) {
    reader_of(data).handler.text({text, static_cast<std::size_t>(size)});
}

void on_comment(void* data, const XML_Char* text) { reader_of(data).handler.comment(text); }

void on_entity(void* data, const XML_Char*, int, const XML_Char*, int, const XML_Char*,
               const XML_Char*, const XML_Char*, const XML_Char*) {
    reader_of(data).refuse("declarations of entities are not read");
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

Result<void> read_xml(std::string_view document, XmlHandler& handler) {
    auto text = trimmed(document);
    if (text.empty()) return fail(Code::kInvalidArgument, "not XML: the text is empty");
    if (text.size() > kXmlBytesMax) return fail(Code::kTooLarge, "the XML document is too large");
    // Documents that say UTF-16 were turned into UTF-8 on their way here.
    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                        XML_ParserFree);
    if (!parser) return fail(Code::kTooLarge, "not enough memory to read XML");
    Reader reader{handler, parser.get(), 0, {}, {}};
    XML_SetUserData(parser.get(), &reader);
    XML_SetElementHandler(parser.get(), on_begin, on_end);
    XML_SetCharacterDataHandler(parser.get(), on_text);
    XML_SetCommentHandler(parser.get(), on_comment);
    XML_SetEntityDeclHandler(parser.get(), on_entity);
    auto status = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
    if (status == XML_STATUS_OK) return {};
    auto at = (text.data() - document.data()) + XML_GetCurrentByteIndex(parser.get());
    std::string_view why = reader.refusal;
    if (why.empty()) why = XML_ErrorString(XML_GetErrorCode(parser.get()));
    return fail(Code::kInvalidArgument, fmt::format("not XML: {} at byte {}", why, at));
}

}  // namespace logwood::exec
