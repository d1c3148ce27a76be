#pragma once

#include <memory>
#include <utility>

namespace logwood::lang {

/// A value on the heap that copies as a value does; lets a tree node hold its own kind. Empty only
/// when default-made or moved from.
template <typename T>
class Box {
 public:
    Box() = default;
    Box(T value) : pointer_(std::make_unique<T>(std::move(value))) {}
    Box(const Box& other) : pointer_(other.pointer_ ? new T(*other.pointer_) : nullptr) {}
    Box(Box&& other) noexcept : pointer_(std::move(other.pointer_)) {}
    Box& operator=(const Box& other) {
        Box copy(other);
        pointer_ = std::move(copy.pointer_);
        return *this;
    }
    Box& operator=(Box&& other) noexcept {
        pointer_ = std::move(other.pointer_);
        return *this;
    }
    ~Box() {}

    explicit operator bool() const { return pointer_ != nullptr; }
    T& operator*() { return *pointer_; }
    const T& operator*() const { return *pointer_; }
    T* operator->() { return pointer_.get(); }
    const T* operator->() const { return pointer_.get(); }

 private:
    std::unique_ptr<T> pointer_;
};

}  // namespace logwood::lang
