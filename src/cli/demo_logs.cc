// A shop of several services behind a web front. Each visit is one request that runs through some
// of them under one trace id. One day in it something goes wrong:
//
//   47 minutes before the end, stock 2.14.0 is deployed. Its migration drops an index, so that each
//   look into the stock database reads the whole table; stock times out, and with it the pages of
//   cart, checkout and web that wait for stock. 12 minutes before the end it is rolled back.
//
// Things that are not the cause happen too: another deployment, declined cards, wrong passwords,
// a mail server that is busy.
#include "cli/demo_logs.h"

#include <date/date.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace logwood::cli {
namespace {

constexpr Duration kIncidentStart = 47min;  // all three: before the end of the logs
constexpr Duration kIncidentEnd = 12min;
constexpr Duration kOtherDeployment = 200min;
constexpr std::string_view kNewCatalog = "3.8.0";
constexpr std::string_view kBadStock = "2.14.0";
constexpr Duration kLastVisit = 5s;  ///< So that what the last visit writes is before the end.
/// How much busier the shop is at both ends of the time than in its middle: 1 would stop it there.
constexpr double kDaySwing = 0.5;
constexpr double kStockTimeoutMs = 2000;
constexpr std::uint64_t kStockRows = 412'006;

constexpr std::array kCards = {"visa", "mastercard", "amex"};
constexpr std::array kWords = {"lamp", "desk", "chair", "mug", "kettle", "rug"};

struct Service {
    std::string_view name;
    std::string_view version;
    unsigned hosts;
};
constexpr Service kWeb{"web", "5.2.1", 3};
constexpr Service kCatalog{"catalog", "3.7.9", 2};
constexpr Service kAccounts{"accounts", "1.9.4", 2};
constexpr Service kCart{"cart", "4.0.7", 2};
constexpr Service kCheckout{"checkout", "2.6.3", 2};
constexpr Service kPayment{"payment", "7.1.0", 2};
constexpr Service kMail{"mail", "1.2.2", 1};
constexpr Service kStock{"stock", "2.13.4", 2};
constexpr Service kStockDatabase{"stock-db", "15.6", 1};
constexpr Service kDeployer{"deployer", "0.9.1", 1};

std::string_view level_of(unsigned status) {
    if (status < 400) return "INFO";
    return status < 500 ? "WARN" : "ERROR";
}

class Shop {
 public:
    Shop(std::uint64_t seed, const std::function<void(std::string_view)>& line)
        : random_(seed), line_(line) {}

    /// One visit that comes in at `at`; gives the number of lines written.
    std::uint64_t visit(UtcTime at) {
        trace_ = fmt::format("{:016x}{:016x}", random_(), random_());
        at_ = at;
        elapsed_ms_ = 1;
        lines_ = 0;
        user_ = below(5000);
        auto product = 1000 + below(400);
        switch (below(10)) {
            case 0:
            case 1:
                web("GET", "/", catalog("front page"));
                break;
            case 2:
            case 3: {
                auto* word = kWords[below(kWords.size())];
                web("GET", fmt::format("/search?q={}", word), catalog(word));
                break;
            }
            case 4:
            case 5:
            case 6:
                web("GET", fmt::format("/product/{}", product), product_page(product));
                break;
            case 7:
                web("POST", "/cart", cart(product));
                break;
            case 8:
                web("POST", "/checkout", checkout(product));
                break;
            default:
                web("POST", "/login", login());
                break;
        }
        return lines_;
    }

    void install(std::string_view app, std::string_view version) {
        (app == kStock.name ? stock_ : catalog_).version = version;
    }

    /// A deployment, with what it changes; it has no visitor and no trace.
    std::uint64_t deploy(UtcTime at, std::string_view app, std::string_view version,
                         std::string_view previous, std::string_view by, std::string_view change) {
        install(app, version);
        trace_.clear();
        at_ = at;
        elapsed_ms_ = 0;
        lines_ = 0;
        write(kDeployer, "INFO",
              fmt::format(R"("app":"{}","new_version":"{}","old_version":"{}","by":"{}",)"
                          R"("change":"{}","message":"deployed {} {} after {}")",
                          app, version, previous, by, change, app, version, previous));
        return lines_;
    }

 private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    double spend(std::uint64_t least_ms, std::uint64_t more_ms) {
        auto ms = static_cast<double>(least_ms) + static_cast<double>(below(more_ms * 10)) / 10;
        elapsed_ms_ += ms;
        return ms;
    }

    unsigned catalog(std::string_view what) {
        auto ms = spend(3, 30);
        write(catalog_, "INFO",
              fmt::format(R"("duration_ms":{:.1f},"hits":{},"message":"looked up {}")", ms,
                          1 + below(40), what));
        return 200;
    }

    unsigned login() {
        auto ms = spend(20, 60);
        auto is_right = below(12) != 0;
        write(kAccounts, is_right ? "INFO" : "WARN",
              fmt::format(R"("user":"u{}","duration_ms":{:.1f},"message":"{}")", user_, ms,
                          is_right ? "signed in" : "wrong password"));
        return is_right ? 200 : 401;
    }

    /// Asks the stock service, which asks its database; says whether it answered in time.
    bool stock(std::uint64_t product) {
        auto started = elapsed_ms_;
        auto is_slow = stock_.version == kBadStock;
        // Reading the whole table takes longer than waiting for it.
        auto query_ms = is_slow ? spend(900, 2400) : spend(1, 6);
        write(kStockDatabase, is_slow ? "WARN" : "INFO",
              fmt::format(R"("query_ms":{:.1f},"rows_read":{},"plan":"{}","message":"{}")",
                          query_ms, is_slow ? kStockRows : 1, is_slow ? "seq scan" : "index scan",
                          is_slow ? "slow query: select from stock where product=?"
                                  : "select from stock where product=?"));
        auto is_in_time = query_ms <= kStockTimeoutMs;
        if (!is_in_time) elapsed_ms_ = started + kStockTimeoutMs;
        spend(1, 3);
        write(stock_, is_in_time ? "INFO" : "ERROR",
              fmt::format(R"("product":{},"duration_ms":{:.1f},"message":"{}")", product,
                          elapsed_ms_ - started,
                          is_in_time ? "stock read" : "stock-db: timeout after 2000 ms"));
        return is_in_time;
    }

    unsigned product_page(std::uint64_t product) {
        catalog(fmt::format("product {}", product));
        return stock(product) ? 200 : 504;
    }

    unsigned cart(std::uint64_t product) {
        auto is_there = stock(product);
        auto ms = spend(2, 10);
        write(kCart, is_there ? "INFO" : "ERROR",
              fmt::format(R"("user":"u{}","product":{},"duration_ms":{:.1f},"message":"{}")", user_,
                          product, ms,
                          is_there ? "put into cart" : "cannot reserve: stock did not answer"));
        return is_there ? 200 : 503;
    }

    unsigned checkout(std::uint64_t product) {
        auto status = 503U;
        if (stock(product)) status = pay() ? 200 : 402;
        if (status == 200) send_mail();
        constexpr auto kMessage = [](unsigned result) {
            if (result == 200) return "order placed";
            return result == 402 ? "order refused: payment declined"
                                 : "order failed: stock did not answer";
        };
        auto ms = spend(4, 15);
        write(kCheckout, level_of(status),
              fmt::format(R"("user":"u{}","product":{},"order":{},"duration_ms":{:.1f},)"
                          R"("message":"{}")",
                          user_, product, 100'000 + below(900'000), ms, kMessage(status)));
        return status;
    }

    bool pay() {
        auto is_accepted = below(20) != 0;
        auto amount = 5 + below(300);
        auto ms = spend(40, 120);
        write(kPayment, is_accepted ? "INFO" : "WARN",
              fmt::format(R"("card":"{}","amount":{}.{:02},"duration_ms":{:.1f},"message":"{}")",
                          kCards[below(kCards.size())], amount, below(100), ms,
                          is_accepted ? "payment accepted" : "payment declined"));
        return is_accepted;
    }

    void send_mail() {
        auto is_sent = below(25) != 0;
        write(kMail, is_sent ? "INFO" : "ERROR",
              fmt::format(R"("user":"u{}","message":"{}")", user_,
                          is_sent ? "confirmation sent" : "smtp: 421 busy, try again later"));
    }

    void web(std::string_view method, std::string_view path, unsigned status) {
        spend(2, 10);
        write(kWeb, level_of(status),
              fmt::format(R"("method":"{}","path":"{}","status":{},"duration_ms":{:.1f},)"
                          R"("client_ip":"10.{}.{}.{}","user":"u{}","message":"{} {} {}")",
                          method, path, status, elapsed_ms_, below(4), below(250), below(250),
                          user_, method, path, status));
    }

    void write(const Service& service, std::string_view level, std::string_view rest) {
        auto time = date::sys_time<std::chrono::microseconds>(
            std::chrono::microseconds(at_.ns / 1000 + std::llround(elapsed_ms_ * 1000)));
        auto trace = trace_.empty() ? "" : fmt::format(R"("trace_id":"{}",)", trace_);
        line_(fmt::format(R"({{"@timestamp":"{}","service":"{}","version":"{}","host":"{}-{}",)"
                          R"("level":"{}",{}{}}})",
                          date::format("%FT%TZ", time), service.name, service.version, service.name,
                          1 + below(service.hosts), level, trace, rest));
        ++lines_;
    }

    std::mt19937_64 random_;
    const std::function<void(std::string_view)>& line_;
    std::string trace_;
    UtcTime at_;
    double elapsed_ms_ = 0;  ///< Of this visit, so far.
    Service catalog_ = kCatalog;
    Service stock_ = kStock;
    std::uint64_t user_ = 0;
    std::uint64_t lines_ = 0;
};

struct Deployment {
    Duration before_end;
    std::string_view app, version, previous, by, change;
};
constexpr std::array kDeployments = {
    Deployment{kOtherDeployment, "catalog", kNewCatalog, kCatalog.version, "tomas",
               "search results show the delivery time"},
    Deployment{kIncidentStart, "stock", kBadStock, kStock.version, "mira",
               "migration 42: drop index stock_product_idx, thought unused"},
    Deployment{kIncidentEnd, "stock", kStock.version, kBadStock, "mira",
               "rollback: create index stock_product_idx again"},
};

/// The part of the time that is over when a part `done` of the visits has been.
double time_of_day(double done) {
    constexpr auto kTurn = 2 * std::numbers::pi;
    return done - kDaySwing / kTurn * std::sin(kTurn * done);
}

}  // namespace

void write_demo_logs(const DemoOptions& options,
                     const std::function<void(std::string_view)>& line) {
    Shop shop(options.seed, line);
    auto start = options.end - options.span;
    auto visits_span = static_cast<double>((options.span - kLastVisit).count());
    auto next = kDeployments.begin();
    for (; next->before_end > options.span; ++next) shop.install(next->app, next->version);
    for (std::uint64_t written = 0; written < options.events;) {
        auto done = static_cast<double>(written) / static_cast<double>(options.events);
        auto at = start + Duration(std::llround(visits_span * time_of_day(done)));
        for (; next != kDeployments.end() && at >= options.end - next->before_end; ++next)
            written += shop.deploy(options.end - next->before_end, next->app, next->version,
                                   next->previous, next->by, next->change);
        written += shop.visit(at);
    }
}

}  // namespace logwood::cli
