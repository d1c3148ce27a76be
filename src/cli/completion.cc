// All shells get the same facts, read from the app: a command path, its verbs, its options, and the
// words that an option's value may be. Bash and zsh share one script.
#include "cli/completion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>
#include <vector>

namespace logwood::cli {
namespace {

struct OptionFacts {
    std::vector<std::string> names;  ///< With their dashes.
    std::string help;
    bool takes_value = false;
    std::vector<std::string> values;  ///< Empty: any.
};

struct CommandFacts {
    std::string path;  ///< Names with blanks between them: `logwood repo create`.
    std::vector<std::pair<std::string, std::string>> verbs;  ///< Name and help.
    std::vector<OptionFacts> options;
};

/// CLI11 renders a list of permitted words as `TEXT:{a,b}`.
std::vector<std::string> permitted_words(const std::string& type) {
    std::vector<std::string> words;
    auto open = type.find('{');
    auto close = type.find('}', open == std::string::npos ? 0 : open);
    if (open == std::string::npos || close == std::string::npos) return words;
    std::string_view left(type.data() + open + 1, close - open - 1);
    while (!left.empty()) {
        auto word = left.substr(0, left.find(','));
        words.emplace_back(word);
        left.remove_prefix(std::min(word.size() + 1, left.size()));
    }
    return words;
}

CommandFacts facts_of(const CLI::App& app, const std::string& path) {
    CommandFacts facts{.path = path};
    for (auto* verb : app.get_subcommands(nullptr))
        facts.verbs.emplace_back(verb->get_name(), verb->get_description());
    for (auto* option : app.get_options()) {
        if (option->get_positional() && option->get_lnames().empty() &&
            option->get_snames().empty())
            continue;
        OptionFacts one{.help = option->get_description(),
                        .takes_value = option->get_expected_min() > 0,
                        .values = permitted_words(option->get_type_name())};
        for (auto& name : option->get_snames()) one.names.push_back("-" + name);
        for (auto& name : option->get_lnames()) one.names.push_back("--" + name);
        facts.options.push_back(std::move(one));
    }
    return facts;
}

void collect(const CLI::App& app, const std::string& path, std::vector<CommandFacts>& all) {
    all.push_back(facts_of(app, path));
    for (auto* verb : app.get_subcommands(nullptr))
        collect(*verb, path + " " + verb->get_name(), all);
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

/// The names of a command's verbs and options.
std::string words_of(const CommandFacts& facts) {
    std::vector<std::string> words;
    for (auto& [name, help] : facts.verbs) words.push_back(name);
    for (auto& option : facts.options)
        words.insert(words.end(), option.names.begin(), option.names.end());
    return joined(words);
}

constexpr std::string_view kBashHead = R"sh(# Completion of logwood for bash and zsh.
if [ -n "${ZSH_VERSION-}" ]; then
    autoload -Uz compinit bashcompinit
    (( ${+functions[compdef]} )) || compinit
    bashcompinit
fi
_logwood_words() {
    case "$1" in
)sh";
constexpr std::string_view kBashMiddle = R"sh(    esac
}
# The verbs below a verb.
_logwood_verbs() {
    case "$1" in
)sh";
constexpr std::string_view kBashValues = R"sh(    esac
}
_logwood_values() {
    case "$1" in
)sh";
constexpr std::string_view kBashTail = R"sh(    *) return 1 ;;
    esac
}
_logwood() {
    local current previous path word verb index
    current="${COMP_WORDS[COMP_CWORD]}"
    previous=""
    [ "$COMP_CWORD" -gt 0 ] && previous="${COMP_WORDS[COMP_CWORD-1]}"
    path="logwood"
    index=1
    while [ "$index" -lt "$COMP_CWORD" ]; do
        word="${COMP_WORDS[index]}"
        for verb in $(_logwood_verbs "$path"); do
            [ "$verb" = "$word" ] && path="$path $word" && break
        done
        index=$((index + 1))
    done
    COMPREPLY=()
    local values
    if values="$(_logwood_values "$path $previous")"; then
        if [ -n "$values" ]; then
            COMPREPLY=($(compgen -W "$values" -- "$current"))
        else
            COMPREPLY=($(compgen -f -- "$current"))
        fi
        return 0
    fi
    case "$current" in
    -*) COMPREPLY=($(compgen -W "$(_logwood_words "$path")" -- "$current")) ;;
    *)
        values="$(_logwood_verbs "$path")"
        if [ -n "$values" ]; then
            COMPREPLY=($(compgen -W "$values" -- "$current"))
        else
            COMPREPLY=($(compgen -f -- "$current"))
        fi
        ;;
    esac
}
complete -o filenames -F _logwood logwood
)sh";

std::string bash_script(const std::vector<CommandFacts>& all) {
    std::string out(kBashHead);
    for (auto& facts : all)
        out += fmt::format("    \"{}\") echo \"{}\" ;;\n", facts.path, words_of(facts));
    out += kBashMiddle;
    for (auto& facts : all) {
        if (facts.verbs.empty()) continue;
        std::vector<std::string> names;
        for (auto& [name, help] : facts.verbs) names.push_back(name);
        out += fmt::format("    \"{}\") echo \"{}\" ;;\n", facts.path, joined(names));
    }
    out += kBashValues;
    for (auto& facts : all)
        for (auto& option : facts.options) {
            if (!option.takes_value) continue;
            for (auto& name : option.names)
                out += fmt::format("    \"{} {}\") echo \"{}\" ;;\n", facts.path, name,
                                   joined(option.values));
        }
    return out += kBashTail;
}

/// A text between single quotes of fish.
std::string fish_quoted(std::string_view text) {
    std::string out = "'";
    for (char c : text.substr(0, text.find('\n'))) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

constexpr std::string_view kFishHead = R"sh(# Completion of logwood for fish.
function __logwood_at
    set -l words (commandline -opc)
    set -l path
    for word in $words[2..-1]
        if string match -q -- '-*' $word
            continue
        end
        if contains -- "$path $word" $__logwood_paths
            set path "$path $word"
        end
    end
    test "$path" = "$argv[1]"
end
)sh";

std::string fish_script(const std::vector<CommandFacts>& all) {
    std::string out(kFishHead);
    out += "set -g __logwood_paths";
    auto tail_of = [](const CommandFacts& facts) {
        return facts.path.substr(std::string_view("logwood").size());
    };
    for (auto& facts : all) out += " " + fish_quoted(tail_of(facts));
    out += "\n";
    for (auto& facts : all) {
        auto at = fmt::format("complete -c logwood -n \"__logwood_at '{}'\"", tail_of(facts));
        for (auto& [name, help] : facts.verbs)
            out += fmt::format("{} -f -a {} -d {}\n", at, name, fish_quoted(help));
        for (auto& option : facts.options) {
            out += at;
            for (auto& name : option.names)
                out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (option.takes_value) out += option.values.empty() ? " -r" : " -x";
            if (!option.values.empty()) out += " -a " + fish_quoted(joined(option.values));
            out += " -d " + fish_quoted(option.help) + "\n";
        }
    }
    return out;
}

}  // namespace

std::string completion_script(const CLI::App& app, std::string_view shell) {
    std::vector<CommandFacts> all;
    collect(app, "logwood", all);
    if (shell == "bash" || shell == "zsh") return bash_script(all);
    return shell == "fish" ? fish_script(all) : std::string();
}

}  // namespace logwood::cli
