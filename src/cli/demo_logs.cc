// A shop of five services behind a web front. Each visit is one request that runs through some of
// them under one trace id; now and then a card is declined, and from time to time the stock
// database is slow, which shows in every service that waits for it.
#include "cli/demo_logs.h"

#include <date/date.h>
#include <fmt/format.h>

#include <array>
#include <random>
#include <string>

namespace logwood::cli {
namespace {

constexpr std::array kPaths = {"/", "/search", "/product/{}", "/cart", "/checkout", "/login"};
constexpr std::array kHosts = {"shop-1", "shop-2", "shop-3"};
constexpr std::array kCards = {"visa", "mastercard", "amex"};
constexpr auto kSlowStockPeriod = 6h;
constexpr auto kSlowStockLength = 20min;

class Shop {
 public:
    Shop(std::uint64_t seed, const std::function<void(std::string_view)>& line)
        : random_(seed), line_(line) {}

    /// One visit; gives the number of lines written.
    std::uint64_t visit(UtcTime at, Duration since_start) {
        trace_ = fmt::format("{:016x}{:016x}", random_(), random_());
        at_ = at;
        slow_ = since_start % kSlowStockPeriod >= kSlowStockPeriod - kSlowStockLength;
        lines_ = 0;
        auto kind = below(kPaths.size());
        auto product = 1000 + below(400);
        auto path = fmt::format(fmt::runtime(kPaths[kind]), product);
        auto status = 200U;
        auto duration_ms = 5.0 + static_cast<double>(below(40));
        if (kind == 2 || kind == 3) duration_ms += stock(product);
        if (kind == 4) {
            duration_ms += stock(product);
            status = payment() ? 200 : 402;
        }
        if (kind == 5 && below(12) == 0) status = 401;
        if (duration_ms > 2000) status = 504;
        write("web",
              status < 400   ? "INFO"
              : status < 500 ? "WARN"
                             : "ERROR",
              fmt::format(R"("method":"{}","path":"{}","status":{},"duration_ms":{:.1f},)"
                          R"("client_ip":"10.{}.{}.{}","user":"u{}","message":"{} {}")",
                          kind == 4 ? "POST" : "GET", path, status, duration_ms, below(4),
                          below(250), below(250), below(5000), status, path));
        return lines_;
    }

 private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    double stock(std::uint64_t product) {
        auto ms =
            slow_ ? 800.0 + static_cast<double>(below(2400)) : 2.0 + static_cast<double>(below(9));
        write("stock", slow_ ? "WARN" : "INFO",
              fmt::format(R"("product":{},"query_ms":{:.1f},"message":"{} for product {}")",
                          product, ms,
                          slow_ ? "slow query: lock wait on table stock" : "stock read", product));
        return ms;
    }

    bool payment() {
        auto accepted = below(20) != 0;
        auto amount = 5 + below(300);
        write("payment", accepted ? "INFO" : "WARN",
              fmt::format(R"("card":"{}","amount":{}.{:02},"message":"payment {}")",
                          kCards[below(kCards.size())], amount, below(100),
                          accepted ? "accepted" : "declined: insufficient funds"));
        return accepted;
    }

    void write(std::string_view service, std::string_view level, std::string_view rest) {
        auto time = date::sys_time<std::chrono::microseconds>(
            std::chrono::microseconds(at_.ns / 1000 + static_cast<std::int64_t>(lines_)));
        line_(fmt::format(R"({{"@timestamp":"{}","service":"{}","host":"{}","level":"{}",)"
                          R"("trace_id":"{}",{}}})",
                          date::format("%FT%TZ", time), service, kHosts[below(kHosts.size())],
                          level, trace_, rest));
        ++lines_;
    }

    std::mt19937_64 random_;
    const std::function<void(std::string_view)>& line_;
    std::string trace_;
    UtcTime at_;
    bool slow_ = false;
    std::uint64_t lines_ = 0;
};

}  // namespace

void write_demo_logs(const DemoOptions& options,
                     const std::function<void(std::string_view)>& line) {
    Shop shop(options.seed, line);
    for (std::uint64_t written = 0; written < options.events;) {
        auto since_start = Duration(static_cast<Duration::rep>(
            static_cast<double>(options.span.count()) * static_cast<double>(written) /
            static_cast<double>(options.events)));
        written += shop.visit(options.end - options.span + since_start, since_start);
    }
}

}  // namespace logwood::cli
