#include "model/column.h"

#include <string>
#include <utility>

namespace logwood::model {

struct Column::Storage {
    std::vector<std::uint32_t> codes;
    std::vector<std::string_view> values;
    std::span<const std::string_view> borrowed;
    std::string text;
    std::shared_ptr<const void> owner;
};

Column::Column(Kind kind, std::size_t rows, std::shared_ptr<const Storage> storage)
    : kind_(kind),
      rows_(rows),
      values_(storage->borrowed.data() ? storage->borrowed : std::span(storage->values)),
      codes_(storage->codes),
      storage_(std::move(storage)) {}

Column Column::missing(std::size_t rows) {
    Column column;
    column.rows_ = rows;
    return column;
}

Column Column::constant(std::string_view value, std::size_t rows,
                        std::shared_ptr<const void> owner) {
    auto storage = std::make_shared<Storage>();
    if (!owner) {
        storage->text = value;
        value = storage->text;
    }
    storage->values = {value};
    storage->owner = std::move(owner);
    return {Kind::kConstant, rows, std::move(storage)};
}

Column Column::dictionary(std::vector<std::uint32_t> codes, std::vector<std::string_view> values,
                          std::shared_ptr<const void> owner) {
    auto storage = std::make_shared<Storage>();
    auto rows = codes.size();
    storage->codes = std::move(codes);
    storage->values = std::move(values);
    storage->owner = std::move(owner);
    return {Kind::kDictionary, rows, std::move(storage)};
}

Column Column::dictionary(std::vector<std::uint32_t> codes,
                          std::span<const std::string_view> values,
                          std::shared_ptr<const void> owner) {
    auto storage = std::make_shared<Storage>();
    auto rows = codes.size();
    storage->codes = std::move(codes);
    storage->borrowed = values;
    storage->owner = std::move(owner);
    return {Kind::kDictionary, rows, std::move(storage)};
}

Column Column::plain(std::vector<std::string_view> values, std::shared_ptr<const void> owner) {
    auto storage = std::make_shared<Storage>();
    auto rows = values.size();
    storage->values = std::move(values);
    storage->owner = std::move(owner);
    return {Kind::kPlain, rows, std::move(storage)};
}

std::shared_ptr<const void> Column::values_owner() const {
    if (storage_ && storage_->borrowed.data()) return storage_->owner;
    return storage_;
}

}  // namespace logwood::model
