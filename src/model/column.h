#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace logwood::model {

/// A missing value, in place of a text. An empty text has data() != nullptr.
inline constexpr std::string_view kMissing{};
inline bool is_missing(std::string_view value) { return value.data() == nullptr; }

/// One field of a run of rows, immutable. Work that depends on the text alone is done once per
/// distinct text: over values(), then mapped through codes().
class Column {
 public:
    enum class Kind : std::uint8_t {
        kMissing,     ///< No row has the field; values() is empty.
        kConstant,    ///< Every row has values()[0].
        kDictionary,  ///< Row r has values()[codes()[r]], or nothing when the code is kNoCode.
        kPlain,       ///< Row r has values()[r], which may be kMissing.
    };
    static constexpr std::uint32_t kNoCode = 0xFFFFFFFF;

    Column() = default;

    static Column missing(std::size_t rows);
    /// The texts of all makers below are copied or kept alive by `owner`.
    static Column constant(std::string_view value, std::size_t rows,
                           std::shared_ptr<const void> owner = nullptr);
    static Column dictionary(std::vector<std::uint32_t> codes, std::vector<std::string_view> values,
                             std::shared_ptr<const void> owner);
    /// A dictionary shared by many columns (one a row group), borrowed from `owner`.
    static Column dictionary(std::vector<std::uint32_t> codes,
                             std::span<const std::string_view> values,
                             std::shared_ptr<const void> owner);
    static Column plain(std::vector<std::string_view> values, std::shared_ptr<const void> owner);

    Kind kind() const { return kind_; }
    std::size_t rows() const { return rows_; }
    std::span<const std::string_view> values() const { return values_; }
    std::span<const std::uint32_t> codes() const { return codes_; }
    /// What values() and their texts live as long as; null for kMissing. Codes are not kept alive
    /// when the dictionary is a shared one.
    std::shared_ptr<const void> values_owner() const;
    /// The value of a row; is_missing() when it has none.
    std::string_view operator[](std::size_t row) const {
        switch (kind_) {
            case Kind::kMissing:
                return kMissing;
            case Kind::kConstant:
                return values_[0];
            case Kind::kDictionary:
                return codes_[row] == kNoCode ? kMissing : values_[codes_[row]];
            case Kind::kPlain:
                return values_[row];
        }
        return kMissing;
    }

 private:
    struct Storage;
    Column(Kind kind, std::size_t rows, std::shared_ptr<const Storage> storage);

    Kind kind_ = Kind::kMissing;
    std::size_t rows_ = 0;
    std::span<const std::string_view> values_;
    std::span<const std::uint32_t> codes_;
    std::shared_ptr<const Storage> storage_;
};

}  // namespace logwood::model
