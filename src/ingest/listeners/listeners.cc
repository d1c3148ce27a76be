// Follows the entities: a listener that is new, gone or changed is opened, closed, or both.
#include "ingest/listeners/listeners.h"

#include <utility>

#include "ingest/limits.h"
#include "ingest/listeners/listener_port.h"

namespace logwood::ingest {

Listeners::Listeners(async::RealLoop& loop, global::Global& global, Ingest& ingest,
                     std::string bind)
    : loop_(loop),
      global_(global),
      ingest_(ingest),
      bind_(std::move(bind)),
      unpacking_(loop),
      gate_(loop) {}
Listeners::~Listeners() = default;

void Listeners::start() { gate_.spawn(run()); }

async::Task<void> Listeners::stop() {
    gate_.request_stop();
    global_.changed().notify();
    co_await gate_.close();
    for (auto& [id, port] : ports_) co_await port->close();
    ports_.clear();
}

std::string Listeners::problem_of(ListenerId id) const {
    auto port = ports_.find(id);
    return port == ports_.end() ? "the port is not open yet" : port->second->problem();
}

async::Task<void> Listeners::run() {
    while (!gate_.closing()) {
        co_await follow();
        if (gate_.closing()) break;
        co_await global_.changed().wait_until(loop_.now() + kListenerReopenPause);
    }
}

async::Task<void> Listeners::follow() {
    std::map<ListenerId, Entity> wanted;
    for (auto& entity : global_.state().listeners()) wanted[entity->id] = entity;
    // Closed first, as another may want the port.
    for (auto at = ports_.begin(); at != ports_.end();) {
        auto& present = at->second->entity();
        auto entity = wanted.find(at->first);
        if (entity != wanted.end() && entity->second->version == present.version) {
            ++at;
            continue;
        }
        auto port = std::move(at->second);
        at = ports_.erase(at);
        co_await port->close();
    }
    for (auto& [id, entity] : wanted) {
        auto& port = ports_[id];
        if (!port) port = std::make_unique<Port>(*this, entity);
        port->open();
    }
}

}  // namespace logwood::ingest
