// Reads files line by line and posts the lines as messages, some megabytes a request, over a few
// connections at once. It returns when the server has acknowledged everything.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "cli/line_batches.h"
#include "http/target.h"

namespace logwood::cli {
namespace {

/// Large enough that a request's overhead does not count, well below the server's limit even when
/// escaping doubles it.
constexpr std::size_t kBatchBytes = 2 << 20;
constexpr std::size_t kConnections = 2;
/// A busy server asks to try again; after so many times we give up.
constexpr int kTriesMax = 60;
constexpr auto kRetryPauseMax = std::chrono::seconds(5);

struct IngestArguments {
    Connection connection;
    std::string repo;
    std::vector<std::string> files;
    std::string parser;
};

/// Hands out batches of all files, one after the other, to any thread.
class Batches {
 public:
    explicit Batches(std::vector<std::string> files) : files_(std::move(files)) {}

    Result<std::optional<std::vector<std::string>>> next() {
        std::lock_guard lock(mutex_);
        while (true) {
            if (!open_) {
                if (next_file_ == files_.size()) return std::nullopt;
                TRY_OK(open(files_[next_file_++]));
            }
            auto lines = open_->next();
            if (!lines) return fail(std::move(lines).error().with_context(files_[next_file_ - 1]));
            if (*lines) return lines;
            open_.reset();
        }
    }

 private:
    Result<void> open(const std::string& path) {
        auto* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
        if (!file) return fail(Code::kNotFound, fmt::format("cannot open {}", path));
        open_ = std::make_unique<LineBatches>(file, kBatchBytes);
        return {};
    }

    std::mutex mutex_;
    std::vector<std::string> files_;
    std::size_t next_file_ = 0;
    std::unique_ptr<LineBatches> open_;
};

struct Progress {
    std::mutex mutex;
    std::size_t lines = 0;
    bool was_changed = false;
    std::optional<ExitCode> failed;

    bool stopped() {
        std::lock_guard lock(mutex);
        return failed.has_value();
    }
    void stop(ExitCode code) {
        std::lock_guard lock(mutex);
        if (!failed) failed = code;
    }
};

std::string request_body(const std::vector<std::string>& lines, const std::string& parser,
                         bool& was_changed) {
    std::string body = "[{";
    if (!parser.empty()) {
        body += "\"type\":";
        append_json_string(body, parser, was_changed);
        body += ',';
    }
    body += "\"messages\":[";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) body += ',';
        append_json_string(body, lines[i], was_changed);
    }
    return body += "]}]";
}

/// Sends until it is acknowledged, or known that it never will be. A server that cannot be reached
/// is waited for only if it was there before.
std::optional<ExitCode> send(ApiClient& client, const std::string& target, const std::string& body,
                             bool was_there) {
    for (int tries = 1;; ++tries) {
        auto answer = client.send(json_request("POST", target, body));
        if (answer && answer->status == 200) return std::nullopt;
        auto can_retry =
            answer ? answer->status == 503 && answer->body.find("\"unknown\"") == std::string::npos
                   : was_there && answer.error().code == Code::kUnavailable;
        if (!can_retry || tries == kTriesMax)
            return answer ? report(*answer) : report(answer.error());
        auto pause = std::min<std::chrono::milliseconds>(std::chrono::milliseconds(100) * tries,
                                                         kRetryPauseMax);
        std::this_thread::sleep_for(pause);
    }
}

void send_batches(const IngestArguments& arguments, Batches& batches, Progress& progress) {
    auto client = ApiClient::connect(arguments.connection);
    if (!client) return progress.stop(report(client.error()));
    auto target = fmt::format("/api/v1/repositories/{}/ingest-messages",
                              http::encode_component(arguments.repo));
    for (bool was_there = false; !progress.stopped(); was_there = true) {
        auto lines = batches.next();
        if (!lines) return progress.stop(report(lines.error()));
        if (!*lines) return;
        if ((*lines)->empty()) continue;
        bool was_changed = false;
        auto body = request_body(**lines, arguments.parser, was_changed);
        if (auto failed = send(*client, target, body, was_there)) return progress.stop(*failed);
        std::lock_guard lock(progress.mutex);
        progress.lines += (*lines)->size();
        progress.was_changed |= was_changed;
    }
}

ExitCode ingest(const IngestArguments& arguments) {
    Batches batches(arguments.files);
    Progress progress;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kConnections; ++i)
        threads.emplace_back([&] { send_batches(arguments, batches, progress); });
    threads.clear();
    std::fprintf(stderr, "%zu events acknowledged\n", progress.lines);
    if (progress.was_changed)
        std::fprintf(stderr, "bytes that are not UTF-8 were replaced by U+FFFD\n");
    return progress.failed.value_or(kOk);
}

}  // namespace

void add_ingest(CLI::App& app, Verb& verb) {
    auto* command = app.add_subcommand("ingest", "Send the lines of files; - is standard input");
    auto arguments = std::make_shared<IngestArguments>();
    command->add_option("repo", arguments->repo)->required();
    command->add_option("file", arguments->files)->required();
    command->add_option("--parser", arguments->parser,
                        "Parser: json, kv, accesslog, syslog, none, ...");
    add_connection_options(*command, arguments->connection);
    command->callback([arguments, &verb] { verb = [arguments] { return ingest(*arguments); }; });
}

}  // namespace logwood::cli
