#pragma once

#include "exec/plan/registry.h"

/// Factories of the functions listed in registry_values.cc; each family is defined in a file of
/// its own.
namespace logwood::exec {

lang::Checked<Compute> make_array_length(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_base64_decode(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_base64_encode(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_coalesce(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_concat(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_concat_array(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_duration(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_format(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_format_duration(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_format_time(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_length(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_lower(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_abs(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_arccos(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_arcsin(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_arctan(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_arctan2(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_ceil(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_cos(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_cosh(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_deg2rad(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_exp(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_expm1(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_floor(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_log(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_log10(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_log1p(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_log2(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_mod(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_pow(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_rad2deg(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_sin(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_sinh(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_sqrt(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_tan(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_math_tanh(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_replace(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_parse_hex_string(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_parse_int(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_round(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_shannon_entropy(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_split_string(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_split_string_step(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_text_length(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_text_position_of(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_text_substring(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_text_trim(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_day_of_month(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_day_of_week(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_day_of_week_name(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_day_of_year(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_hour(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_millisecond(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_minute(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_month(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_month_name(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_second(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_week_of_year(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_time_year(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_strip_ansi_codes(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_unit_convert(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_upper(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_url_decode(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_url_encode(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<FilterPtr> make_array_contains(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_array_regex(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_text_contains(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_text_ends_with(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_text_starts_with(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<OperatorPtr> make_array_drop(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_find_timestamp(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_kv_parse(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_lowercase(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_cef(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_csv(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_json(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_leef(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_timestamp(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_uri(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_url(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_split(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<AggregatePtr> make_collect(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_field_stats(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_lin_reg(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_range(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_select_from_max(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_select_from_min(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_select_last(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_std_dev(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<Compute> make_community_id(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_crypto_md5(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_crypto_sha1(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_crypto_sha256(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_event_field_count(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_event_size(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_geography_distance(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_geohash(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_hash(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_hash_match(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_hash_rewrite(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_json_pretty_print(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_math_spherical2cartesian(const lang::BoundCall& call,
                                                         Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_fixed_width(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_parse_xml(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_sample(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_subnet(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_text_edit_distance(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_text_edit_distance_as_array(const lang::BoundCall& call,
                                                            Compiler& compiler);
lang::Checked<Compute> make_token_hash(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_write_json(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_xml_pretty_print(const lang::BoundCall& call, Compiler& compiler);

}  // namespace logwood::exec
