// Elements are kept as their parts with the length of all that is inside, so that each is written
// once: on one line, or with a line a part.
#include "exec/parse/xml_layout.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "exec/parse/xml_reader.h"

namespace logwood::exec {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

void append_escaped(std::string& out, std::string_view text, bool is_attribute) {
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"' && is_attribute)
            out += "&quot;";
        else if (c == '\r' || (is_attribute && (c == '\n' || c == '\t')))
            out += fmt::format("&#{};", static_cast<int>(c));  // Else readers make it a blank.
        else
            out += c;
    }
}

/// A text or comment, or the start of an element.
struct Part {
    std::string text;      ///< Ready to be written; of an element `<name a="b"`.
    std::string name;      ///< Of an element.
    std::size_t end = 0;   ///< Of an element: the part behind its last one.
    std::size_t size = 0;  ///< Bytes on one line.
};

class PartCollector final : public XmlHandler {
 public:
    void begin(std::string_view name, Attributes attributes) override {
        flush();
        Part part;
        part.name = name;
        part.text = "<" + part.name;
        for (auto& [attribute, value] : attributes) {
            part.text += " ";
            part.text += attribute;
            part.text += "=\"";
            append_escaped(part.text, value, true);
            part.text += "\"";
        }
        open_.push_back(parts_.size());
        parts_.push_back(std::move(part));
    }
    void text(std::string_view text) override { pending_ += text; }
    void comment(std::string_view text) override {
        flush();
        add("<!--" + std::string(text) + "-->");
    }
    void end() override {
        flush();
        auto index = open_.back();
        open_.pop_back();
        auto& part = parts_[index];
        part.end = parts_.size();
        bool is_empty = part.end == index + 1;
        part.size += part.text.size() + (is_empty ? 2 : part.name.size() + 4);
        if (!open_.empty()) parts_[open_.back()].size += part.size;
    }
    const std::vector<Part>& parts() const { return parts_; }

 private:
    void flush() {
        auto first = pending_.find_first_not_of(kBlanks);
        if (first != std::string::npos) {
            std::string escaped;
            auto last = pending_.find_last_not_of(kBlanks);
            append_escaped(escaped, std::string_view(pending_).substr(first, last - first + 1),
                           false);
            add(std::move(escaped));
        }
        pending_.clear();
    }
    void add(std::string text) {
        Part part;
        part.text = std::move(text);
        part.size = part.text.size();
        if (!open_.empty()) parts_[open_.back()].size += part.size;
        parts_.push_back(std::move(part));
    }

    std::vector<Part> parts_;
    std::vector<std::size_t> open_;
    std::string pending_;
};

class Writer {
 public:
    Writer(std::string& out, const std::vector<Part>& parts, const XmlLayoutOptions& options)
        : out_(out), parts_(parts), options_(options) {}

    void write() {
        for (std::size_t at = 0; at < parts_.size(); ++at) {
            close_until(at, true);
            new_line();
            auto& part = parts_[at];
            if (part.name.empty() || part.end == at + 1) {
                out_ += part.text;
                if (!part.name.empty()) out_ += "/>";
                continue;
            }
            out_ += part.text + ">";
            if (open_.size() * options_.step + part.size <= options_.width) {
                write_inside(at);
                at = part.end - 1;
            } else {
                open_.push_back(at);
            }
        }
        close_until(parts_.size(), true);
    }

 private:
    void new_line() {
        if (has_lines_) out_ += '\n';
        has_lines_ = true;
        out_.append(open_.size() * options_.step, ' ');
    }
    /// Writes end tags of elements that end before that part.
    void close_until(std::size_t at, bool on_lines) {
        while (!open_.empty() && parts_[open_.back()].end <= at) {
            auto& name = parts_[open_.back()].name;
            open_.pop_back();
            if (on_lines) new_line();
            out_ += "</" + name + ">";
        }
    }
    /// What is in the element, and its end, on the line begun.
    void write_inside(std::size_t element) {
        auto outer = std::exchange(open_, {element});
        for (auto at = element + 1; at < parts_[element].end; ++at) {
            close_until(at, false);
            auto& part = parts_[at];
            out_ += part.text;
            if (part.name.empty()) continue;
            if (part.end == at + 1) {
                out_ += "/>";
            } else {
                out_ += ">";
                open_.push_back(at);
            }
        }
        close_until(parts_[element].end, false);
        open_ = std::move(outer);
    }

    std::string& out_;
    const std::vector<Part>& parts_;
    const XmlLayoutOptions& options_;
    std::vector<std::size_t> open_;
    bool has_lines_ = false;
};

}  // namespace

Result<void> lay_out_xml(std::string& out, std::string_view document,
                         const XmlLayoutOptions& options) {
    PartCollector collector;
    TRY_OK(read_xml(document, collector));
    Writer(out, collector.parts(), options).write();
    return {};
}

}  // namespace logwood::exec
