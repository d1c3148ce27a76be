#include <chrono>
#include <fstream>
#include <string_view>

#include "segment/bench_events.h"

namespace logwood::segment {
namespace {

constexpr std::uint64_t kRecordRawBytes = 1 << 20;
constexpr std::int64_t kStartNs = 1'700'000'000'000'000'000;

/// Flattens well-formed JSON; good enough to measure with.
class Flattener {
 public:
    Flattener(std::string_view text, model::EventBatchBuilder& into) : text_(text), into_(into) {}

    std::string_view timestamp() const { return timestamp_; }
    void run() { value(); }

 private:
    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
    char peek() {
        skip();
        return at_ < text_.size() ? text_[at_] : '}';
    }

    void string(std::string& out) {
        out.clear();
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] != '\\') {
                out.push_back(text_[at_]);
                continue;
            }
            switch (text_[++at_]) {
                case 'n':
                    out.push_back('\n');
                    break;
                case 't':
                    out.push_back('\t');
                    break;
                case 'r':
                    out.push_back('\r');
                    break;
                default:
                    out.push_back(text_[at_]);
            }
        }
        ++at_;
    }

    void value() {
        switch (peek()) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                string(scratch_);
                return add(scratch_);
            default: {
                auto begin = at_;
                while (at_ < text_.size() && std::string_view(",]} ").find(text_[at_]) == npos)
                    ++at_;
                if (at_ == begin) ++at_;
                return add(text_.substr(begin, at_ - begin));
            }
        }
    }

    void add(std::string_view text) {
        if (path_ == "@timestamp")
            timestamp_ = text;
        else
            into_.add(path_, text);
    }

    void object() {
        ++at_;
        auto size = path_.size();
        while (peek() == '"') {
            string(scratch_);
            if (size != 0) path_.push_back('.');
            path_ += scratch_;
            if (peek() == ':') ++at_;
            value();
            path_.resize(size);
            if (peek() == ',') ++at_;
        }
        ++at_;
    }

    void array() {
        ++at_;
        auto size = path_.size();
        for (int index = 0; at_ < text_.size() && peek() != ']'; ++index) {
            path_ += "[" + std::to_string(index) + "]";
            value();
            path_.resize(size);
            if (peek() == ',') ++at_;
        }
        ++at_;
    }

    static constexpr auto npos = std::string_view::npos;
    std::string_view text_;
    model::EventBatchBuilder& into_;
    std::size_t at_ = 0;
    std::string path_;
    std::string scratch_;
    std::string timestamp_;
};

/// `YYYY-MM-DDThh:mm:ss[.digits]Z`; `otherwise` for anything else.
std::int64_t time_of(std::string_view text, std::int64_t otherwise) {
    if (text.size() < 19) return otherwise;
    auto number = [&](std::size_t at, std::size_t size) {
        return std::stoi(std::string(text.substr(at, size)));
    };
    std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                     std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                     std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    std::int64_t seconds = std::chrono::sys_days(date).time_since_epoch().count() * 86'400;
    seconds += number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2);
    std::int64_t ns = 0;
    std::int64_t unit = 100'000'000;
    for (std::size_t i = 20; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, unit /= 10)
        ns += (text[i] - '0') * unit;
    return seconds * 1'000'000'000 + ns;
}

}  // namespace

std::vector<std::shared_ptr<const model::PlacedRecord>> load_json_lines(const std::string& path,
                                                                        std::uint64_t bytes_max,
                                                                        std::uint32_t partitions) {
    std::vector<std::shared_ptr<const model::PlacedRecord>> records;
    std::ifstream file(path);
    model::EventBatchBuilder events;
    std::uint64_t bytes = 0;
    auto close = [&] {
        if (events.rows() == 0) return;
        auto number = records.size();
        auto placed = std::make_shared<model::PlacedRecord>();
        placed->epoch = model::Epoch(1);
        placed->partition = model::PartitionId(static_cast<std::uint32_t>(number % partitions));
        placed->offset = model::LogOffset(number / partitions);
        placed->record.repo = RepoId(Id128{3, 4});
        placed->record.tags.set("type", "json");
        placed->record.ingest_time.ns = kStartNs + static_cast<std::int64_t>(number) * 5'000'000;
        placed->record.events = events.finish();
        records.push_back(std::move(placed));
        bytes = 0;
    };
    std::uint64_t total = 0;
    for (std::string line; total < bytes_max && std::getline(file, line);) {
        Flattener flattener(line, events);
        flattener.run();
        events.add("@rawstring", line);
        events.end_event(time_of(flattener.timestamp(), kStartNs));
        bytes += line.size();
        total += line.size();
        if (bytes >= kRecordRawBytes) close();
    }
    close();
    return records;
}

}  // namespace logwood::segment
