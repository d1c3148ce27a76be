#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exec/columns/batch.h"
#include "exec/columns/field_sink.h"
#include "exec/columns/text_arena.h"

namespace logwood::exec {

/// Makes columns of fields that come text by text with names that are not known before. Rows that
/// look alike cost one name comparison a field.
class FieldCollector final : public FieldSink {
 public:
    /// What a parsed name is called as a field; nullopt leaves it out. Asked once a name.
    using Rename = std::function<std::optional<std::string>(std::string_view)>;
    enum class Duplicates : std::uint8_t { kKeepLast, kKeepFirst };

    explicit FieldCollector(Rename rename = {}, Duplicates duplicates = Duplicates::kKeepLast);

    /// Adds to the row under construction; copies both.
    void field(std::string_view name, std::string_view value) override;
    void end_row();
    /// Forgets what the row under construction has got.
    void discard_row();
    /// A column a field, in order of appearance, with as many rows as were ended. kTooLarge when
    /// they would take more than kFieldCellsMax cells.
    Result<std::vector<std::pair<std::string, model::Column>>> finish();

 private:
    struct Made {
        std::string name;
        std::vector<std::uint32_t> rows;
        std::vector<std::string_view> values;
    };
    struct Name {
        std::string parsed;
        std::uint32_t made;  ///< kLeftOut, or an index of made_.
        std::uint32_t next;  ///< The name that came after this one last time.
    };
    static constexpr std::uint32_t kLeftOut = 0xFFFFFFFF;

    std::uint32_t find(std::string_view name);

    Rename rename_;
    Duplicates duplicates_;
    std::shared_ptr<TextArena> arena_ = std::make_shared<TextArena>();
    std::vector<Name> names_;
    std::unordered_map<std::string, std::uint32_t> name_index_;
    std::unordered_map<std::string, std::uint32_t> made_index_;
    std::vector<Made> made_;
    std::uint32_t row_ = 0;
    std::uint32_t last_ = 0;  ///< The name before, for Name::next.
};

/// Parses each distinct text of a field once: `parse(text, collector) -> Result<void>` adds its
/// fields; what it added before an error is dropped. New fields replace those there are unless
/// `keeps_existing`. Messages of errors go to `errors`, when given, for Batch::set_errors().
using ParseText = std::function<Result<void>(std::string_view, FieldCollector&)>;
Result<void> parse_field(Batch& batch, std::string_view field, FieldCollector& collector,
                         const ParseText& parse, bool keeps_existing,
                         model::Column* errors = nullptr);

}  // namespace logwood::exec
