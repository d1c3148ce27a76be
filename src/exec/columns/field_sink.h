#pragma once

#include <string_view>

#include "model/event_batch.h"

namespace logwood::exec {

/// Takes the fields that a text is parsed into, one by one. Both views end with the call.
class FieldSink {
 public:
    virtual ~FieldSink() = default;
    virtual void field(std::string_view name, std::string_view value) = 0;
};

/// Adds the fields to the event under construction; the builder outlives the sink.
class EventSink final : public FieldSink {
 public:
    explicit EventSink(model::EventBatchBuilder& into) : into_(into) {}
    void field(std::string_view name, std::string_view value) override { into_.add(name, value); }

 private:
    model::EventBatchBuilder& into_;
};

}  // namespace logwood::exec
